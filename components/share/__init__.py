"""Sharing what is on a page."""
