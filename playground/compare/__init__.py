"""Comparisons: panes that answer the same prompt, the verdict, and the differences."""
