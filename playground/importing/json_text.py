"""Reads pasted JSON, repaired where that is unambiguous."""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from playground.importing.imported import UnreadableError

INVISIBLE = "\ufeff\u200b\u200c\u2060"
_BACKSLASHED = re.compile(r'\\((?:\\\\)*)"')
_OUTSIDE = re.compile(
    r'"(?:[^"\\]|\\.)*+"|([\u00a0\u2007\u202f\u2009\u3000]+)|([\ufeff\u200b\u200c\u2060]+)', re.DOTALL
)
_CURLY = re.compile("[\u201c\u201d\u201e\u201f\u2033]")


def read_pasted_json(text: str, notes: list[str], *, begins: str = "It begins like JSON but is not") -> Any:
    """The value of a JSON text. Raises UnreadableError with the position of the error."""
    try:
        return _decoded(text, notes)
    except ValueError as error:
        if isinstance(error, UnreadableError):
            raise
        problem = str(error)
    for repair, note in _REPAIRS:
        repaired = repair(text)
        if repaired != text:
            try:
                value = _decoded(repaired, notes)
            except ValueError:
                continue
            notes.append(note)
            return value
    hint = " It looks like Python: paste what json.dumps makes of it." if re.match(r"[\[{]+\s*'", text) else ""
    raise UnreadableError(f"{begins}: {problem}.{hint}") from None


def _decoded(text: str, notes: list[str]) -> Any:
    twice: set[str] = set()

    def pairs(pairs_read: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs_read)
        if len(mapping) < len(pairs_read):
            twice.update(name for name, times in Counter(name for name, _ in pairs_read).items() if times > 1)
        return mapping

    try:
        value = json.loads(text, strict=False, object_pairs_hook=pairs)
    except RecursionError:
        raise UnreadableError("It is nested too deeply.") from None
    notes += [f"{name[:60]} is there twice: the last one is taken." for name in sorted(twice)[:5]]
    return value


def unescaped(text: str) -> str:
    r"""Text with `\"` for quotes, as on a Windows command line, without that escaping."""
    return _BACKSLASHED.sub(lambda found: "\\" * (len(found[1]) // 2) + '"', text)


def _straightened(text: str) -> str:
    return _without_blanks(_CURLY.sub('"', text))


def _without_blanks(text: str) -> str:
    return _OUTSIDE.sub(lambda found: " " if found[1] else "" if found[2] else found[0], text)


_REPAIRS: tuple[tuple[Callable[[str], str], str], ...] = (
    (_without_blanks, "Non-breaking blanks were read as blanks."),
    (unescaped, 'Its quotes were escaped for a command line: \\" was read as ".'),
    (_straightened, "Curly quotes were read as straight ones."),
)
