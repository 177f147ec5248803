"""Thoughts that a model writes between tags."""
