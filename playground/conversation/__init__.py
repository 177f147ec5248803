"""A conversation: what is said, what it is sent with, and how many tokens it has."""
