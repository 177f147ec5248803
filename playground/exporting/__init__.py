"""What leaves the app as a file."""

from playground.exporting.markdown import quoted
from playground.exporting.page import as_page

__all__ = ["as_page", "quoted"]
