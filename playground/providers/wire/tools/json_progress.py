"""Whether a JSON document that arrives in pieces is complete."""

import re

from playground.providers.wire.json_text import decode

_QUOTE = re.compile(r'[\\"]')
_BRACKET = re.compile(r'["{}\[\]]')
_LONGEST_SCALAR = 64


class JsonProgress:
    """Follows a document piece by piece; each character is read once, whatever the size of the pieces.

    Only quotes and brackets are read, which is enough to see where an object, an array or a text ends.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._in_text = False
        self._escaped = False
        self._closed = False
        self._scalar = ""
        """A number, true, false or null, whose end nothing marks."""

    @property
    def complete(self) -> bool:
        """Whether what came so far is one whole document and nothing else."""
        if self._closed or not self._scalar or len(self._scalar) >= _LONGEST_SCALAR:
            return self._closed and not self._scalar
        try:
            decode(self._scalar)
        except ValueError:
            return False
        return True

    def feed(self, piece: str) -> None:
        """Read the next piece."""
        index = 0
        while index < len(piece):
            if self._in_text:
                index = self._read_text(piece, index)
            elif self._depth:
                index = self._read_brackets(piece, index)
            else:
                index = self._begin(piece, index)

    def _begin(self, piece: str, index: int) -> int:
        """Read what is outside of all brackets: the beginning, blanks, or what should not be there."""
        rest = piece[index:].lstrip()
        if not rest:
            return len(piece)
        if self._closed or self._scalar or rest[0] not in '"{[':
            self._scalar += rest[: _LONGEST_SCALAR - len(self._scalar)]
            return len(piece)
        self._in_text, self._depth = rest[0] == '"', int(rest[0] != '"')
        return len(piece) - len(rest) + 1

    def _read_text(self, piece: str, index: int) -> int:
        if self._escaped:
            self._escaped = False
            return index + 1
        found = _QUOTE.search(piece, index)
        if found is None:
            return len(piece)
        if found[0] == "\\":
            self._escaped = True
        else:
            self._in_text = False
            self._closed = not self._depth
        return found.end()

    def _read_brackets(self, piece: str, index: int) -> int:
        found = _BRACKET.search(piece, index)
        if found is None:
            return len(piece)
        if found[0] == '"':
            self._in_text = True
        else:
            self._depth += 1 if found[0] in "{[" else -1
            self._closed = not self._depth
        return found.end()
