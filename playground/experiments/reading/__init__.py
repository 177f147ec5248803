"""Datasets and experiments from elsewhere. What does not map is listed; code in a file never runs."""
