"""What is kept, as files that can be moved elsewhere: a copy of the database, and everything of an owner as a zip."""
