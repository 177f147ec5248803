"""All rows of an owner, on their way out of a database and into another."""
