"""The connections page."""
