r"""Texts of one line that stand for texts of several: `\n`, `\t`, `\r`, `\\` and `\u0041`, as JSON writes them.

A one-line field cannot hold a line break, and stop sequences often begin with one.
"""

import re

from playground.text.cleaning import join_surrogates

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
_NAMES = {character: name for name, character in _ESCAPES.items() if name != "\\"}
_TYPED = re.compile(r"\\(?:([ntr\\])|u([0-9a-fA-F]{4}))")
_MISREAD = re.compile(r"[ntr\\]|u[0-9a-fA-F]{4}")
"""What is an escape after a backslash."""

HELP = r"`\n` is a line break, `\t` a tab, `\\` a backslash, `\u0020` a blank."


def unescaped_text(text: str) -> str:
    """The text with escapes replaced; a backslash before anything else stays."""
    return join_surrogates(_TYPED.sub(lambda found: _ESCAPES[found[1]] if found[1] else chr(int(found[2], 16)), text))


def escaped(text: str) -> str:
    """The text on one line, with escapes for invisible characters; `unescaped_text` is the inverse."""
    if text.isspace():
        return "".join(map(_named, text))
    return "".join(_written(char, text[at + 1 : at + 6]) for at, char in enumerate(text))


def _written(char: str, behind: str) -> str:
    if char == "\\":
        return "\\\\" if _MISREAD.match(behind) or not behind[:1].isprintable() else "\\"
    return char if char.isprintable() else _named(char)


def _named(char: str) -> str:
    if char in _NAMES:
        return f"\\{_NAMES[char]}"
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
