"""Presets: the library, and what the chat page offers of it."""
