"""Prices and costs, and the formatting of numbers."""
