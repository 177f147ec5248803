"""What a database needs besides reading and writing: migrations, backups, and removing for good."""
