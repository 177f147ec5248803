"""What leaves the app as a file."""

from playground.exporting.markdown import quoted

__all__ = ["quoted"]
