"""Texts that come in parts of their own, put together as people would write them."""


class Paragraphs:
    """Joins parts with a blank line between them, as far as they do not bring it along."""

    def __init__(self) -> None:
        self._part: object = None
        self._breaks = 2
        """Line breaks at the end so far; before the first text nothing is missing."""

    def add(self, text: str, part: object) -> str:
        """The next piece, `text` of `part`, with what is missing of the blank line before it."""
        if not text:
            return ""
        missing = 2 - self._breaks - (len(text) - len(text.lstrip("\n"))) if part != self._part else 0
        ends = len(text) - len(text.rstrip("\n"))
        self._part, self._breaks = part, ends if ends < len(text) else self._breaks + ends
        return "\n" * missing + text
