"""Cleaning of text and JSON from elsewhere, unique labels, and Markdown."""
