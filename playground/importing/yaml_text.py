"""Reads YAML by the core schema of version 1.2.

https://yaml.org/spec/1.2.2/#103-core-schema: `No`, `12:30`, `2024-01-02` and `1_000` are text, true and false alone are
booleans. PyYAML's parser gives the events; the values are made here, because PyYAML's schema is that of 1.1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from playground.importing.bounds import Bounds, in_short
from playground.importing.imported import UnreadableError
from playground.text.json_value import DEEPEST

MOST_ALIASED = 100_000
"""Nodes that all aliases together may expand to."""
_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"(true|True|TRUE)|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o([0-7]+)|0x([0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_PREFIX = "tag:yaml.org,2002:"
_LONGEST_NUMBER = 300


@dataclass(slots=True)
class Loaded:
    """The value of a YAML text, and a note for each plain scalar that may have been meant as something else."""

    value: Any
    notes: list[str] = field(default_factory=list)


def read_yaml(text: str, bounds: Bounds, texts: frozenset[str] = frozenset()) -> Loaded:
    """The value of the one document in a YAML text; values of the keys in `texts` are always text.

    Raises UnreadableError, also for more than `bounds` allows: YAML is slow to read, and aliases make it long.
    """
    if len(text) > bounds.yaml_characters:
        raise UnreadableError(
            f"It is YAML of more than {bounds.yaml_characters:,} characters, which takes too long to read. "
            "Import it as JSON, or a part of it."
        )
    reader = _Reader(texts)
    try:
        reader.read(_events(text))
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "it cannot be read"
        mark = getattr(error, "problem_mark", None)
        if mark is None:
            raise UnreadableError(f"It is not YAML: {in_short(problem, 200)}.") from None
        line = text.split("\n", mark.line + 1)[mark.line : mark.line + 1]
        if line and "\t" in line[0][: len(line[0]) - len(line[0].lstrip())]:
            problem = "it is indented with a tab, where YAML takes blanks alone"
        raise UnreadableError(f"It is not YAML in line {mark.line + 1}: {in_short(problem, 200)}.") from None
    except UnicodeEncodeError:
        raise UnreadableError("It holds halves of characters, which no YAML can.") from None
    return Loaded(reader.value, reader.notes)


def _events(text: str) -> Iterator[Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.parse(text, Loader=loader)


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read; `key` is that of the next value."""

    value: list[Any] | dict[str, Any]
    anchor: str | None
    textual: bool
    key: str | None = None
    began: int = 0


class _Reader:
    def __init__(self, texts: frozenset[str]) -> None:
        self.value: Any = None
        self.notes: list[str] = []
        self._texts = texts
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0
        self._aliased = 0
        self._documents = 0

    def read(self, events: Iterator[Any]) -> None:
        for event in events:
            match event:
                case yaml.DocumentStartEvent():
                    self._documents += 1
                    if self._documents > 1:
                        raise _refusal(event, "a second document begins there; one is read")
                case yaml.ScalarEvent():
                    self._nodes += 1
                    self._scalar(event)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._nodes += 1
                    self._begin(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    done = self._open.pop()
                    self._keep(done.anchor, done.value, self._nodes - done.began + 1)
                    self._put(done.value)
                case yaml.AliasEvent():
                    self._alias(event)

    def _begin(self, event: Any) -> None:
        if len(self._open) >= DEEPEST:
            raise UnreadableError(f"It is nested too deeply: more than {DEEPEST} levels.")
        if self._awaits_key:
            raise _refusal(event, "a list or mapping is the name of something, which JSON has no place for")
        mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (None, "!", f"{_PREFIX}{'map' if mapping else 'seq'}"):
            raise _refusal(event, f"the tag {in_short(event.tag)} is not known")
        self._open.append(_Open({} if mapping else [], event.anchor, self._textual, None, self._nodes))

    @property
    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    @property
    def _textual(self) -> bool:
        """Whether the next value is always text, because of its key."""
        if not self._open:
            return False
        outer = self._open[-1]
        return outer.textual if isinstance(outer.value, list) else outer.key in self._texts

    def _scalar(self, event: Any) -> None:
        if self._awaits_key:
            mapping = self._open[-1].value
            if event.value == "<<" and event.implicit[0]:
                raise _refusal(event, "<< is not YAML 1.2: write out what it stands for")
            if event.value in mapping:
                raise _refusal(event, f"{in_short(event.value)!r} is there twice")
            self._open[-1].key = event.value
            self._keep(event.anchor, event.value, 1)
            return
        value = self._resolved(event)
        self._keep(event.anchor, value, 1)
        self._put(value)

    def _keep(self, anchor: str | None, value: Any, size: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, size)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise _refusal(event, f"*{in_short(event.anchor)} stands for nothing that is complete before it")
        value, size = self._anchors[event.anchor]
        self._aliased += size
        self._nodes += size
        if self._aliased > MOST_ALIASED:
            raise UnreadableError("Its aliases stand for too much: write out what they mean.")
        if self._awaits_key:
            raise _refusal(event, "an alias is the name of something")
        self._put(value)

    def _put(self, value: Any) -> None:
        if not self._open:
            self.value = value
            return
        outer = self._open[-1]
        if isinstance(outer.value, list):
            outer.value.append(value)
        elif outer.key is not None:
            outer.value[outer.key], outer.key = value, None

    def _resolved(self, event: Any) -> Any:
        text, tag = event.value, event.tag
        if tag is not None and tag != "!":
            return self._tagged(event)
        if not event.implicit[0] or tag == "!":
            return text
        if self._textual:
            if text and _NULL.fullmatch(text):
                if text != "null":
                    self._note(text, "nothing")
                return None
            return text if text else None
        return self._core(text)

    def _core(self, text: str) -> Any:
        """The value of a plain scalar by the core schema."""
        if _NULL.fullmatch(text):
            return None
        if found := _BOOL.fullmatch(text):
            return found[1] is not None
        if len(text) > _LONGEST_NUMBER:
            return text
        if found := _INT.fullmatch(text):
            number: int | float = int(found[1], 8) if found[1] else int(found[2], 16) if found[2] else int(text)
        elif _FLOAT.fullmatch(text):
            number = float(text)
        elif found := _NO_FINITE.fullmatch(text):
            return float(text.replace(".", "").lower())
        else:
            return text
        if "e" not in text.lower().removeprefix("0x") and str(number) != text.removeprefix("+"):
            self._note(text, f"the number {number}")
        return number

    def _tagged(self, event: Any) -> Any:
        text, kind = event.value, str(event.tag).removeprefix(_PREFIX)
        if kind == "str":
            return text
        value = self._core(text)
        fits = {
            "null": value is None,
            "bool": isinstance(value, bool),
            "int": isinstance(value, int) and not isinstance(value, bool),
            "float": isinstance(value, int | float) and not isinstance(value, bool),
        }
        if not fits.get(kind, False):
            raise _refusal(
                event,
                f"{in_short(text)} is no !!{kind}" if kind in fits else f"the tag {in_short(event.tag)} is not known",
            )
        return float(value) if kind == "float" else value

    def _note(self, text: str, meaning: str) -> None:
        where = next((outer.key for outer in reversed(self._open) if outer.key), "")
        self.notes.append(
            f"{in_short(where)}: {in_short(text)} was read as {meaning}, as YAML has it. Quote it to keep it as it is."
        )


def _refusal(event: Any, reason: str) -> UnreadableError:
    mark = getattr(event, "start_mark", None)
    where = f" in line {mark.line + 1}" if mark is not None else ""
    return UnreadableError(f"This YAML cannot be taken over: {reason}{where}.")
