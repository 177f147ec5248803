"""Demos as YAML: read with the line and column of each mistake, and written."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from playground.presenting.demo import Demo
from playground.text.cleaning import clean, line

LONGEST_FILE = 500_000
"""Characters."""
DEEPEST_DEMO = 40
MOST_MISTAKES = 20
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a file, and where: line and column from 1."""

    message: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"Line {self.line}, column {self.column}: {self.message}"


class DemoFileError(Exception):
    """A file is no demo."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def read_demo(text: str) -> Demo:
    """The demo in a YAML file. Raises DemoFileError."""
    if len(text) > LONGEST_FILE:
        raise DemoFileError(Mistake(f"longer than {LONGEST_FILE:,} characters", 1, 1))
    text = clean(text)
    try:
        _refuse_aliases(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DemoFileError(_mistake(error.problem or "not YAML", mark)) from None
    except (yaml.YAMLError, RecursionError):
        raise DemoFileError(Mistake("not YAML", 1, 1)) from None
    if not isinstance(root, yaml.MappingNode):
        raise DemoFileError(Mistake("a demo begins with `title:`", 1, 1))
    marks = dict(_marks(root, ()))
    try:
        return Demo.model_validate(_value(root))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        # Where an entry is wrong, that there are too few without it says nothing more.
        told = [one for one in found if one["type"] != "too_short" or not _has_below(one, found)]
        raise DemoFileError(*(_of_model(one, marks) for one in told[:MOST_MISTAKES])) from None


def write_demo(demo: Demo) -> str:
    """The YAML of a demo, without what is as it would be anyway; it reads as the same demo."""
    packed = json.loads(demo.model_dump_json(exclude_defaults=True))
    return yaml.dump(packed, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = '"' if _OTHER_BREAKS.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_OTHER_BREAKS = re.compile("[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML reads as other ones where they are not escaped."""


_Dumper.add_representer(str, _text)


def _refuse_aliases(text: str) -> None:
    """Few words with aliases can mean gigabytes, and nesting can be deeper than a program calls itself."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise DemoFileError(_mistake("aliases are not taken: write it again", event.start_mark))
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST_DEMO:
            raise DemoFileError(_mistake(f"deeper than {DEEPEST_DEMO} levels", event.start_mark))


def _value(node: yaml.Node) -> Any:
    """The value of a node. Raises DemoFileError for keys that are there twice, and for what JSON does not have."""
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise DemoFileError(_mistake("a name is a word", key.start_mark))
            if key.value in found:
                raise DemoFileError(_mistake(f"`{line(key.value, 60)}` is there twice", key.start_mark))
            found[key.value] = _value(value)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(one) for one in node.value]
    try:
        value = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError, OverflowError):
        raise DemoFileError(_mistake("this value cannot be read", node.start_mark)) from None
    if isinstance(value, float) and not math.isfinite(value):
        raise DemoFileError(_mistake("this number cannot be sent", node.start_mark))
    # A date, or a tag: what was written is meant.
    return value if value is None or isinstance(value, bool | int | float | str) else str(node.value)


def _marks(node: yaml.Node, place: Place) -> Iterator[tuple[Place, yaml.Mark]]:
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


def _of_model(error: Any, marks: dict[Place, yaml.Mark]) -> Mistake:
    """A mistake of pydantic's, at the nearest place that the file has."""
    place = tuple(error["loc"])
    path = ".".join(map(str, place))
    unknown = error["type"] == "extra_forbidden"
    message = str(error["msg"]).removeprefix("Value error, ").replace("valid tuple", "list")
    if unknown:
        message = f"`{line(str(place[-1]), 60)}` means nothing here"
    elif error["type"] == "missing":
        message = f"`{place[-1]}` is missing"
    elif path:
        message = f"{line(path, 100)}: {message}"
    if unknown and (*place, _NAME) in marks:
        return _mistake(message, marks[(*place, _NAME)])
    while place not in marks:
        place = place[:-1]
    return _mistake(message, marks[place])


def _mistake(message: str, mark: Any) -> Mistake:
    """A mistake at a mark of YAML's, which has two kinds of them; at the beginning where there is none."""
    return Mistake(message, mark.line + 1, mark.column + 1) if mark is not None else Mistake(message, 1, 1)
