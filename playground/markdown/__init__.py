"""Markdown of models by the rules of the browser part (`browser/src/markdown`), for exports."""

from playground.markdown.render import to_html

__all__ = ["to_html"]
