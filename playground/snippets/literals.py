"""JSON values as formatted literals of Python and JavaScript, exact for every text."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

WIDTH = 100
INDENT = "    "
_NAME = re.compile(r"[A-Za-z_$][\w$]*\Z", re.ASCII)
_ARRAY_INDEX = re.compile(r"(?:0|[1-9][0-9]*)\Z")
_MARKUP = re.compile(r"<(?=[/!]|script)", re.IGNORECASE)
_LARGEST = 2**53 - 1
"""https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Number/MAX_SAFE_INTEGER"""


@dataclass(frozen=True, slots=True)
class Style:
    """The literals of a language. `text` writes a text on one line, `lines` one of several lines at an indentation."""

    true: str
    false: str
    null: str
    text: Callable[[str], str]
    lines: Callable[[str, str], str]
    key: Callable[[str], str]


def literal(value: Any, style: Style, indent: str = "") -> str:
    """A value as a literal whose first line stands at `indent` already."""
    flat = _flat(value, style)
    if flat is not None and len(indent) + len(flat) <= WIDTH:
        return flat
    inner = indent + INDENT
    match value:
        case dict():
            entries = (f"{style.key(key)}: {literal(item, style, inner)}" for key, item in value.items())
            return _block("{", entries, "}", indent)
        case list() | tuple():
            return _block("[", (literal(item, style, inner) for item in value), "]", indent)
        case str() if "\n" in value:
            return style.lines(value, indent)
    return _scalar(value, style)


def _block(opening: str, entries: Iterator[str], closing: str, indent: str) -> str:
    return "".join([opening, "\n", *(f"{indent}{INDENT}{entry},\n" for entry in entries), indent, closing])


def _flat(value: Any, style: Style) -> str | None:
    """A value on one line; None where it is too long, or contains line breaks."""
    match value:
        case dict():
            opening, closing = "{", "}"
            entries: Iterator[tuple[str, Any]] = ((f"{style.key(key)}: ", item) for key, item in value.items())
        case list() | tuple():
            opening, closing = "[", "]"
            entries = (("", item) for item in value)
        case str() if len(value) > WIDTH or "\n" in value:
            return None
        case _:
            return _scalar(value, style)
    written: list[str] = []
    length = 0
    for label, item in entries:
        flat = _flat(item, style)
        if flat is None or (length := length + len(label) + len(flat)) > WIDTH:
            return None
        written.append(label + flat)
    padding = " " if opening == "{" and written and style is JAVASCRIPT else ""
    return f"{opening}{padding}{', '.join(written)}{padding}{closing}"


def _scalar(value: Any, style: Style) -> str:
    match value:
        case True:
            return style.true
        case False:
            return style.false
        case None:
            return style.null
        case str():
            return style.text(value)
        case float():
            return repr(float(value))
    return str(value)


def exact_in_javascript(value: Any) -> bool:
    """Whether `JSON.stringify` of the literal has the same numbers, and the keys in the same order.

    Integers above 2**53 are rounded, and keys that look like array indices come first.
    """
    match value:
        case dict():
            indices = any(_ARRAY_INDEX.match(key) for key in value)
            return not indices and all(map(exact_in_javascript, value.values()))
        case list() | tuple():
            return all(map(exact_in_javascript, value))
        case bool():
            return True
        case int():
            return abs(value) <= _LARGEST
    return True


def _quoted(text: str, escaped: Callable[[str], str]) -> str:
    """JSON's escapes, which both languages share; invisible characters are escaped too, except in joined emoji."""
    written = json.dumps(text, ensure_ascii=False)
    if written.isascii() and "\x7f" not in written:
        return written
    return "".join(char if char.isprintable() or char == "\u200d" else escaped(char) for char in written)


def _python_text(text: str) -> str:
    return _quoted(text, lambda char: f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}")


def _python_lines(text: str, indent: str) -> str:
    pieces = text.split("\n")
    lines = [_python_text(piece + "\n") for piece in pieces[:-1]] + ([_python_text(pieces[-1])] if pieces[-1] else [])
    return "(\n" + "".join(f"{indent}{INDENT}{line}\n" for line in lines) + indent + ")"


def _javascript_text(text: str) -> str:
    """A string that may also stand inside an HTML script."""
    return _MARKUP.sub(r"\\x3C", _quoted(text, lambda char: f"\\u{{{ord(char):x}}}"))


def _javascript_lines(text: str, indent: str) -> str:
    """A template literal, whose lines begin at the left."""
    lines = (_javascript_text(line)[1:-1].replace('\\"', '"') for line in text.split("\n"))
    return "`" + "\n".join(line.replace("`", "\\`").replace("${", "\\${") for line in lines) + "`"


def _javascript_key(key: str) -> str:
    if key == "__proto__":  # else it would set the prototype
        return '["__proto__"]'
    return key if _NAME.match(key) else _javascript_text(key)


PYTHON = Style("True", "False", "None", _python_text, _python_lines, _python_text)
JAVASCRIPT = Style("true", "false", "null", _javascript_text, _javascript_lines, _javascript_key)
