"""The page of your data."""
