"""Asynchronous batches: requests, progress and results."""
