"""Which models there are, and which connection runs each."""
