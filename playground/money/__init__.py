"""Prices and costs, and how numbers are written."""
