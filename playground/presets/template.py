r"""Prompts with `{{variables}}`.

`{{topic}}` is replaced by a value; blanks inside the braces do not count. A name begins with a letter or `_` and may
contain anything but braces and line ends. `\{{` is two literal braces; a literal backslash right before a variable is
doubled: `\\{{topic}}`, as in Handlebars,
https://handlebarsjs.com/guide/expressions.html#escaping-handlebars-expressions. A single brace has no meaning, so
`{"topic": "{{topic}}"}` needs no backslash.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

_LONGEST_NAME = 80
# More than two braces: the two inner ones count, so that `{{{topic}}}` is a variable in braces.
_MARKED = re.compile(
    r"(?<!\\)(?P<pairs>(?:\\\\)*+)(?:(?P<escaped>\\\{\{)|(?P<braces>\{{2,}+)(?:(?P<name>[^{}\r\n]{0,200})\}\})?)"
)
_BRACES = re.compile(r"(?P<slashes>\\*+)\{\{")


class TemplateError(ValueError):
    """A message for the person who wrote a prompt about what is wrong with it."""


class UnfilledError(TemplateError):
    """Variables without a value: `names`, in the order of the prompt."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"No value for {', '.join(names)}.")
        self.names = names


def prompt_variables(*prompts: str) -> tuple[str, ...]:
    """The names of the variables of prompts, each once, in their order. Raises TemplateError."""
    return tuple(dict.fromkeys(name for prompt in prompts for _, name in _pieces(prompt) if name is not None))


def fill(prompt: str, values: Mapping[str, str], *, may_be_blank: bool = False) -> str:
    """The prompt with values filled in; braces in values have no meaning.

    Blank values count as missing, unless values `may_be_blank`. Raises UnfilledError, and TemplateError for an invalid
    prompt.
    """
    pieces = tuple(_pieces(prompt))
    is_there = values.__contains__ if may_be_blank else lambda name: is_filled(values.get(name))
    missing = tuple(dict.fromkeys(name for _, name in pieces if name is not None and not is_there(name)))
    if missing:
        raise UnfilledError(missing)
    return "".join(text if name is None else text + values[name] for text, name in pieces)


def literal_prompt(text: str) -> str:
    r"""A template for exactly this text: braces that would open a variable are escaped."""
    return _BRACES.sub(lambda found: found["slashes"] * 2 + r"\{{", text)


def template_of(text: str) -> str:
    """A text as a template; one that is not valid is escaped as a whole."""
    try:
        prompt_variables(text)
    except TemplateError:
        return literal_prompt(text)
    return text


def rename_in_prompt(prompt: str, old: str, new: str) -> str:
    """The prompt with a variable called something else; all that is not this variable stays as it is written."""

    def renamed(found: re.Match[str]) -> str:
        if found["name"] is None or name_of(found["name"]) != name_of(old):
            return found[0]
        return f"{found['pairs']}{found['braces']}{new}}}}}"

    return _MARKED.sub(renamed, prompt)


def is_filled(value: str | None) -> bool:
    """Whether a variable has a value that is not blank."""
    return bool(value and value.strip())


def name_of(written: str) -> str:
    """A variable's name in normal form: NFC, single blanks, none at the ends."""
    return unicodedata.normalize("NFC", " ".join(written.split()))


def _pieces(prompt: str) -> Iterator[tuple[str, str | None]]:
    """The pieces of a prompt: text, and the variable after it or None."""
    at = 0
    for found in _MARKED.finditer(prompt):
        text = prompt[at : found.start()] + found["pairs"][::2]
        at = found.end()
        if found["escaped"]:
            yield text + "{{", None
            continue
        name = None if found["name"] is None else name_of(found["name"])
        if not name or not (name[0].isalpha() or name[0] == "_") or len(name) > _LONGEST_NAME:
            raise TemplateError(_explained(prompt, found))
        yield text + found["braces"][2:], name
    yield prompt[at:], None


def _explained(prompt: str, found: re.Match[str]) -> str:
    line = prompt.count("\n", 0, found.start()) + 1
    shown = prompt[found.start("braces") : found.start("braces") + 40].split("\n")[0]
    return (
        f"Line {line}: {shown!r} opens a variable but names none. Write {{{{name}}}}, beginning with a letter, "
        r"or \{{ for two braces that are meant."
    )
