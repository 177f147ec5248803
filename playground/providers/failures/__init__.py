"""Errors that servers send: whether an answer is one, and what it means."""

from playground.providers.failures.presence import holds_error
from playground.providers.failures.reading import read_embedded_error, read_error, unreadable

__all__ = ["holds_error", "read_embedded_error", "read_error", "unreadable"]
