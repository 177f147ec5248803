"""Asynchronous batches: their requests, their progress, and their results."""
