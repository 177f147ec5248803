"""Demos on the page that presents."""
