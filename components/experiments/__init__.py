"""Experiments: plans, what ran, and what came of it."""
