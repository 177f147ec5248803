"""Imports exports of chat programs, and training data."""
