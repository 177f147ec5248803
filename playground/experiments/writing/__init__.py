"""Results of experiments as files."""
