"""Tool calls out of a stream."""
