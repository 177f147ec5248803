"""A tool call that arrives in pieces, and one entry of `tool_calls`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.messages import ToolKind
from playground.providers.wire.json_text import SurrogateMender, compact_json, decode
from playground.providers.wire.provider_metadata import call_details
from playground.providers.wire.tools.json_progress import JsonProgress
from playground.text.cleaning import clean

_EMPTY = re.compile(r"\s*(?:\{\s*\}|\[\s*\]|null)\s*")
_EMPTY_SO_FAR = frozenset({"", "{", "{}", "[", "[]", "n", "nu", "nul", "null"})
"""How empty arguments look while they come, without their blanks."""


@dataclass(frozen=True, slots=True)
class CallPiece:
    """One entry of `tool_calls`; `arguments` is text, `as_object` where it came as a JSON object."""

    index: int | None
    id: str | None
    name: str | None
    kind: ToolKind
    arguments: str
    as_object: bool
    provider_details: Mapping[str, Any]

    @property
    def begins_an_object(self) -> bool:
        """Whether the arguments begin a JSON object."""
        return self.arguments.lstrip().startswith("{")

    @property
    def is_whole(self) -> bool:
        """Whether the arguments are a JSON document by themselves."""
        try:
            decode(self.arguments)
        except ValueError:
            return False
        return True


def read_piece(entry: Mapping[str, Any]) -> CallPiece | None:
    """An entry in OpenAI's form (of a function or of a custom tool) or flat; None for an empty one."""
    custom = entry.get("custom")
    kind: ToolKind = "custom" if isinstance(custom, Mapping) or entry.get("type") == "custom" else "function"
    function = custom if kind == "custom" else entry.get("function")
    if not isinstance(function, Mapping):
        function = entry
    arguments = function.get("input" if kind == "custom" else "arguments")
    piece = CallPiece(
        index=entry["index"] if isinstance(entry.get("index"), int) else None,
        id=_text(entry.get("id")),
        name=_text(function.get("name")),
        kind=kind,
        # An empty object may still be followed by pieces of text.
        arguments=arguments if isinstance(arguments, str) else compact_json(arguments) if arguments else "",
        as_object=isinstance(arguments, Mapping),
        provider_details=call_details(entry),
    )
    return piece if piece.id or piece.name or piece.arguments or piece.provider_details else None


@dataclass(slots=True, eq=False)
class GrowingCall:
    """A call as far as it has come. `id` and `name` may still be unknown.

    Empty arguments are held back, for real ones may follow: Claude behind some gateways begins with {}
    (https://github.com/openai/openai-agents-js/pull/712). The input of a custom tool is text of any form.
    """

    index: int
    id: str | None
    name: str | None
    kind: ToolKind
    pieces: list[str] = field(default_factory=list)
    """Of the arguments, those that are not empty."""
    provider_details: dict[str, Any] = field(default_factory=dict)
    announced: bool = False
    size: int = 0
    """Of the arguments so far, in characters."""
    _buffer: list[str] = field(default_factory=list)
    _buffer_text: str = ""
    """What is held back, without blanks."""
    _progress: JsonProgress = field(default_factory=JsonProgress)
    _ended: bool = False
    """The arguments came as an object, not as text that may go on."""
    _arguments: str | None = None
    _mender: SurrogateMender = field(default_factory=SurrogateMender)

    @property
    def bare(self) -> bool:
        """Whether nothing has come of its arguments, not even an empty object."""
        return not (self.pieces or self._buffer_text or self._ended)

    @property
    def whole(self) -> bool:
        """Whether the arguments so far are a JSON document."""
        return self._ended or (self.kind == "function" and self._progress.complete)

    @property
    def arguments(self) -> str:
        """The arguments so far; put together once until more are added."""
        if self._arguments is None:
            self._arguments = "".join(self.pieces)
        return self._arguments

    def add(self, piece: CallPiece) -> str:
        """Add the arguments of `piece`; returns those to emit now."""
        self._ended = self._ended or piece.as_object
        return self._add(piece.arguments) if piece.arguments else ""

    def is_repeated_by(self, piece: CallPiece) -> bool:
        """Whether a piece has the arguments of this whole call once more, as text or as an equal value."""
        if piece.arguments == self.arguments:
            return True
        try:
            return bool(decode(piece.arguments) == decode(self.arguments))
        except (ValueError, RecursionError):
            return False

    def finish(self, *, complete: bool) -> str:
        """The arguments that are left to emit at the end; {} where a `complete` answer had none."""
        rest = "".join(self._buffer)
        if complete and self.kind == "function" and not self.pieces and rest.strip() in ("", "null"):
            rest = "{}"
        self._buffer.clear()
        return self._append(rest) if rest else ""

    def _add(self, text: str) -> str:
        if self.pieces or self.kind == "custom":
            return self._append(text)
        so_far = self._buffer_text + "".join(text.split())[:8]
        if so_far in _EMPTY_SO_FAR:
            self._buffer_text = so_far
            self._buffer.append(text)
            self._progress.feed(text)
            return ""
        text = "".join((*self._buffer, text))
        self._buffer, self._buffer_text, self._progress = [], "", JsonProgress()
        empty = _EMPTY.match(text)
        return self._append(text) if empty is None else self._add(text[empty.end() :])

    def _append(self, text: str) -> str:
        text = self._mender.mend(text)
        self.pieces.append(text)
        self.size += len(text)
        self._progress.feed(text)
        self._arguments = None
        return text


def _text(value: Any) -> str | None:
    return clean(str(value)) if isinstance(value, str | int) and value != "" else None
