"""Text with variables of the environment in it, as each language writes it."""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from playground.snippets.literals import JAVASCRIPT, PYTHON

_PLAIN = re.compile(r"[\w@%+=:,./ {}?&~-]*\Z", re.ASCII)
_NAME = re.compile(r"\w", re.ASCII)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment by its name."""

    name: str


TextWithVariables = tuple[str | Variable, ...]
"""What is said, piece by piece."""


def shell(words: TextWithVariables) -> str:
    """One argument of a POSIX shell."""
    if all(isinstance(word, Variable) or _PLAIN.match(word) for word in words):
        return '"' + "".join(_braced(words, number) for number in range(len(words))) + '"'
    return "".join(f'"${word.name}"' if isinstance(word, Variable) else shlex.quote(word) for word in words)


def python(words: TextWithVariables) -> str:
    """A Python expression; `os` is imported where it holds a variable."""
    match words:
        case (Variable(name),):
            return f'os.environ["{name}"]'
        case (str(text),):
            return PYTHON.text(text)
    return 'f"' + _written(words, _python_piece, lambda name: f"{{os.environ['{name}']}}") + '"'


def javascript(words: TextWithVariables) -> str:
    """A JavaScript expression for Node."""
    match words:
        case (Variable(name),):
            return f"process.env.{name}"
        case (str(text),):
            return JAVASCRIPT.text(text)
    return "`" + _written(words, _javascript_piece, lambda name: f"${{process.env.{name}}}") + "`"


def variable_names(*words: TextWithVariables) -> tuple[str, ...]:
    """The names of all variables in these, each once, in the order they come."""
    return tuple(dict.fromkeys(word.name for each in words for word in each if isinstance(word, Variable)))


def _braced(words: TextWithVariables, number: int) -> str:
    word = words[number]
    if isinstance(word, str):
        return word
    following = words[number + 1] if number + 1 < len(words) else ""
    goes_on = isinstance(following, str) and _NAME.match(following)
    return f"${{{word.name}}}" if goes_on else f"${word.name}"


def _written(words: TextWithVariables, piece: Callable[[str], str], variable: Callable[[str], str]) -> str:
    return "".join(variable(word.name) if isinstance(word, Variable) else piece(word) for word in words)


def _python_piece(text: str) -> str:
    return PYTHON.text(text)[1:-1].replace("{", "{{").replace("}", "}}")


def _javascript_piece(text: str) -> str:
    return JAVASCRIPT.text(text)[1:-1].replace('\\"', '"').replace("`", "\\`").replace("${", "\\${")
