"""Connections as they are set up: their kinds, their settings, and what their models see."""
