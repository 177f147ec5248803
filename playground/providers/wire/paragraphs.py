"""Joins the parts of a text with blank lines."""


class Paragraphs:
    """Puts a blank line between two parts, where they do not have one themselves."""

    def __init__(self) -> None:
        self._part: object = None
        self._breaks = 2
        """Line breaks at the end so far; 2 before the first text, which needs none before it."""

    def add(self, text: str, part: object) -> str:
        """The next piece, `text` of `part`, with the line breaks that are missing before it."""
        if not text:
            return ""
        missing = 2 - self._breaks - (len(text) - len(text.lstrip("\n"))) if part != self._part else 0
        ends = len(text) - len(text.rstrip("\n"))
        self._part, self._breaks = part, ends if ends < len(text) else self._breaks + ends
        return "\n" * missing + text
