"""Texts with environment variables, as each language writes them."""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from playground.snippets.literals import JAVASCRIPT, PYTHON

_PLAIN = re.compile(r"[\w@%+=:,./ {}?&~-]*\Z", re.ASCII)
_NAME = re.compile(r"\w", re.ASCII)


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable by its name."""

    name: str


TextWithVariables = tuple[str | Variable, ...]
"""A text in pieces: literal text and variables."""


def shell(parts: TextWithVariables) -> str:
    """One argument of a POSIX shell."""
    if all(isinstance(part, Variable) or _PLAIN.match(part) for part in parts):
        return '"' + "".join(_braced(parts, number) for number in range(len(parts))) + '"'
    return "".join(f'"${part.name}"' if isinstance(part, Variable) else shlex.quote(part) for part in parts)


def python(parts: TextWithVariables) -> str:
    """A Python expression; `os` is imported where it holds a variable."""
    match parts:
        case (Variable(name),):
            return f'os.environ["{name}"]'
        case (str(text),):
            return PYTHON.text(text)
    return 'f"' + _written(parts, _python_piece, lambda name: f"{{os.environ['{name}']}}") + '"'


def javascript(parts: TextWithVariables) -> str:
    """A JavaScript expression for Node."""
    match parts:
        case (Variable(name),):
            return f"process.env.{name}"
        case (str(text),):
            return JAVASCRIPT.text(text)
    return "`" + _written(parts, _javascript_piece, lambda name: f"${{process.env.{name}}}") + "`"


def variable_names(*texts: TextWithVariables) -> tuple[str, ...]:
    """The names of all variables in texts, without duplicates, in order."""
    return tuple(dict.fromkeys(part.name for text in texts for part in text if isinstance(part, Variable)))


def _braced(parts: TextWithVariables, number: int) -> str:
    part = parts[number]
    if isinstance(part, str):
        return part
    following = parts[number + 1] if number + 1 < len(parts) else ""
    name_continues = isinstance(following, str) and _NAME.match(following)
    return f"${{{part.name}}}" if name_continues else f"${part.name}"


def _written(parts: TextWithVariables, piece: Callable[[str], str], variable: Callable[[str], str]) -> str:
    return "".join(variable(part.name) if isinstance(part, Variable) else piece(part) for part in parts)


def _python_piece(text: str) -> str:
    return PYTHON.text(text)[1:-1].replace("{", "{{").replace("}", "}}")


def _javascript_piece(text: str) -> str:
    return JAVASCRIPT.text(text)[1:-1].replace('\\"', '"').replace("`", "\\`").replace("${", "\\${")
