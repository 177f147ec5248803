"""YAML files as models: read with the line and column of each mistake, and written.

Scalars are those of YAML's core schema (`docs/decisions/010-yaml-by-its-core-schema.md`): `no` and `12:30` are text.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from playground.text.cleaning import clean, line
from playground.text.json_value import harmless

DEEPEST_FILE = 40
"""Levels of lists and mappings."""
MOST_MISTAKES = 20
YamlPlace = tuple[str | int, ...]
"""Names and numbers that lead to a value."""

_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a file, and where: line and column from 1."""

    message: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"Line {self.line}, column {self.column}: {self.message}"


class MistakenFileError(Exception):
    """A file is not what it should be."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def read_marked(
    text: str,
    model: type[_M],
    *,
    error: type[MistakenFileError],
    begins: str,
    longest: int,
    as_written: Callable[[YamlPlace], bool] = lambda place: False,
) -> _M:
    """The model in a YAML file of at most so many characters. Raises `error`.

    `begins` says how such a file begins, for what is none. Scalars at places that are `as_written` are always text.
    """
    try:
        return _read(text, model, begins, longest, as_written)
    except MistakenFileError as found:
        raise error(*found.mistakes) from None


def write_yaml(value: Any) -> str:
    """A JSON value as YAML, texts of several lines as blocks."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def _read(text: str, model: type[_M], begins: str, longest: int, as_written: Callable[[YamlPlace], bool]) -> _M:
    if len(text) > longest:
        raise MistakenFileError(Mistake(f"longer than {longest:,} characters", 1, 1))
    text = clean(text)
    try:
        _refuse_aliases(text)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        raise MistakenFileError(_mistake(wrong.problem or "not YAML", mark)) from None
    except (yaml.YAMLError, RecursionError):
        raise MistakenFileError(Mistake("not YAML", 1, 1)) from None
    if not isinstance(root, yaml.MappingNode):
        raise MistakenFileError(Mistake(begins, 1, 1))
    value = harmless(_value(root, (), as_written))  # escapes may stand for what `clean` takes away
    try:
        return model.model_validate(value)
    except ValidationError as wrong:
        marks = dict(_marks(root, ()))
        found = wrong.errors(include_url=False, include_input=False)
        # Where an entry is wrong, that there are too few without it says nothing more.
        told = [one for one in found if one["type"] != "too_short" or not _has_below(one, found)]
        raise MistakenFileError(*(_of_model(one, marks) for one in told[:MOST_MISTAKES])) from None


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built


class _Loader(_Base):  # type: ignore[misc]
    """Tells types of plain scalars by the core schema."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and quotes what readers of either schema would take for no text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _tag, _written, _first in (
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))$", "-+.0123456789"),
    ("float", r"\.(?:nan|NaN|NAN)$", "."),
    ("null", r"(?:~|null|Null|NULL|)$", ("~", "n", "N", "")),
):
    for _of in (_Loader, _Dumper):
        _of.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_written), list(_first))


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = '"' if _OTHER_BREAKS.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_OTHER_BREAKS = re.compile("[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML reads as other ones where they are not escaped."""


_Dumper.add_representer(str, _text)


def _refuse_aliases(text: str) -> None:
    """Few words with aliases can mean gigabytes, and nesting can be deeper than a program calls itself."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise MistakenFileError(_mistake("aliases are not taken: write it again", event.start_mark))
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST_FILE:
            raise MistakenFileError(_mistake(f"deeper than {DEEPEST_FILE} levels", event.start_mark))


def _value(node: yaml.Node, place: YamlPlace, as_written: Callable[[YamlPlace], bool]) -> Any:
    """The value of a node. Raises MistakenFileError for keys that are there twice, and for what JSON does not have."""
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise MistakenFileError(_mistake("a name is a word", key.start_mark))
            if key.value in found:
                raise MistakenFileError(_mistake(f"`{line(key.value, 60)}` is there twice", key.start_mark))
            found[key.value] = _value(value, (*place, key.value), as_written)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(one, (*place, number), as_written) for number, one in enumerate(node.value)]
    if as_written(place):
        return str(node.value)
    try:
        value = _Loader("").construct_object(node)
    except (yaml.YAMLError, ValueError, OverflowError):
        raise MistakenFileError(_mistake("this value cannot be read", node.start_mark)) from None
    if isinstance(value, float) and not math.isfinite(value):
        raise MistakenFileError(_mistake("this number cannot be sent", node.start_mark))
    # A date, or a tag: what was written is meant.
    return value if value is None or isinstance(value, bool | int | float | str) else str(node.value)


def _marks(node: yaml.Node, place: YamlPlace) -> Iterator[tuple[YamlPlace, yaml.Mark]]:
    """Where each value begins, or the name of it that is there."""
    yield place, node.start_mark
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*place, key.value)
            yield (*below, _NAME), key.start_mark
            yield from _marks(value, below)
    elif isinstance(node, yaml.SequenceNode):
        for number, one in enumerate(node.value):
            yield from _marks(one, (*place, number))


_NAME = ":name"


def _has_below(error: Any, all_errors: Sequence[Any]) -> bool:
    depth = len(error["loc"])
    return any(len(one["loc"]) > depth and one["loc"][:depth] == error["loc"] for one in all_errors)


def _of_model(error: Any, marks: dict[YamlPlace, yaml.Mark]) -> Mistake:
    """A mistake of pydantic's, at the nearest place that the file has."""
    loc = tuple(error["loc"])
    place: YamlPlace = ()
    for step in loc:  # what is no name in the file is the kind of a part
        place = (*place, step) if (*place, step) in marks else place
    message = str(error["msg"]).removeprefix("Value error, ").replace("valid tuple", "list").replace("Tuple", "List")
    if error["type"] == "extra_forbidden":
        named = (*place, _NAME)
        return _mistake(f"`{line(str(loc[-1]), 60)}` means nothing here", marks.get(named, marks[place]))
    if error["type"] == "missing":
        return _mistake(f"`{loc[-1]}` is missing", marks[place])
    path = line(".".join(map(str, place)), 100)
    return _mistake(f"{path}: {message}" if path else message, marks[place])


def _mistake(message: str, mark: Any) -> Mistake:
    """A mistake at a mark of YAML's, which has two kinds of them; at the beginning where there is none."""
    return Mistake(message, mark.line + 1, mark.column + 1) if mark is not None else Mistake(message, 1, 1)
