r"""Texts of one line that stand for texts of several: `\n`, `\t`, `\r`, `\\` and `\u0041`, as JSON writes them.

A field that is left with Enter cannot hold a line break, and stop sequences often begin with one.
"""

import re

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
_NAMES = {character: name for name, character in _ESCAPES.items() if name != "\\"}
_TYPED = re.compile(r"\\(?:([ntr\\])|u([0-9a-fA-F]{4}))")
_MISREAD = re.compile(r"\\(?=[ntr\\]|u[0-9a-fA-F]{4})")

HELP = r"`\n` is a line break, `\t` a tab, `\\` a backslash, `\u0020` a blank."


def typed(text: str) -> str:
    """The text that was meant; a backslash before anything else is one."""
    meant = _TYPED.sub(lambda found: _ESCAPES[found[1]] if found[1] else chr(int(found[2], 16)), text)
    return meant.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def shown(text: str) -> str:
    """The text on one line, with a name for each character that cannot be seen; `typed` gives it back."""
    if text.isspace():
        return "".join(map(_named, text))
    doubled = _MISREAD.sub(r"\\\\", text)
    return "".join(char if char.isprintable() else _named(char) for char in doubled)


def _named(char: str) -> str:
    if char in _NAMES:
        return f"\\{_NAMES[char]}"
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
