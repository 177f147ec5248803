"""A prompt tried on many inputs, models and settings, with checks, statistics and a budget."""
