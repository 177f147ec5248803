"""Tool calls out of a stream, whole or in pieces, whatever a server does with indexes and ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.events import ToolCallDelta
from playground.providers.json_text import compact, decode

_NOTHING = frozenset({"", "null", "{}"})
"""What the entry that ends a call may hold for arguments."""


@dataclass(slots=True, eq=False)
class _Call:
    """A call as far as it has come; nothing of it is said before its name is known."""

    index: int
    id: str | None
    name: str | None = None
    pieces: list[str] = field(default_factory=list)
    announced: bool = False
    ended: bool = False
    """Its arguments came as an object, not as text that may go on."""

    @property
    def whole(self) -> bool:
        """Whether the arguments so far are a JSON document."""
        if self.ended:
            return True
        try:
            decode("".join(self.pieces))
        except ValueError:
            return False
        return True


class ToolCallReader:
    """Numbers calls as they begin, gives an id to those without one, and turns arguments into pieces of JSON text.

    Told apart are: whole calls (OpenAI's form or flat, arguments as text or as an object), calls in pieces, the null
    entry that ends one, several calls that all have index 0, and calls that get a new id with every piece.
    """

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}
        self._by_id: dict[str, _Call] = {}

    @property
    def called(self) -> bool:
        """Whether the model asked for a tool."""
        return bool(self._calls)

    @property
    def said(self) -> list[str]:
        """Names and arguments so far."""
        return [text for call in self._calls for text in (call.name or "", *call.pieces)]

    def read(self, entries: Any) -> list[ToolCallDelta]:
        """The next pieces; `entries` is the value of `tool_calls`, a list of calls or one."""
        if isinstance(entries, Mapping):
            entries = [entries]
        if not isinstance(entries, list):
            return []
        deltas: list[ToolCallDelta] = []
        seen: list[_Call] = []
        for entry in entries:
            if isinstance(entry, Mapping):
                deltas += self._read_entry(entry, seen)
        return deltas

    def finish(self, *, complete: bool) -> list[ToolCallDelta]:
        """What is left to say at the end. A `complete` answer's call without arguments has the arguments {}."""
        deltas: list[ToolCallDelta] = []
        for call in self._calls:
            if complete and not any(call.pieces):
                call.pieces.append("{}")
                deltas += self._say(call, "{}", final=True)
            elif not call.announced:
                deltas += self._say(call, "", final=True)
        return deltas

    def _read_entry(self, entry: Mapping[str, Any], seen: list[_Call]) -> list[ToolCallDelta]:
        """The pieces of one entry; `seen` are the calls that entries before it in the same list belong to."""
        function = entry.get("function")
        if not isinstance(function, Mapping):
            function = entry
        arguments = function.get("arguments")
        index = entry["index"] if isinstance(entry.get("index"), int) else None
        id_, name, piece = _text(entry.get("id")), _text(function.get("name")), _piece(arguments)
        if not (id_ or name or piece):
            return []
        call = self._open_call(index, id_, name)
        if call is not None and call not in seen and _only_ends(call, id_, name, piece):
            seen.append(call)
            return []
        if call is None or _begins_another(call, id_, name, piece) or (name and call in seen):
            call = _Call(len(self._calls), id_)
            self._calls.append(call)
        if index is not None:
            self._by_index[index] = call
        if id_:
            self._by_id[id_] = call
        seen.append(call)
        call.name = call.name or name
        call.ended = call.ended or isinstance(arguments, Mapping)
        if piece:
            call.pieces.append(piece)
        return self._say(call, piece)

    def _open_call(self, index: int | None, id_: str | None, name: str | None) -> _Call | None:
        """The call that an entry goes on with, by its id, else by its index, else the last one."""
        known = self._by_id.get(id_) if id_ else None
        if index is not None and index not in self._by_index:
            if known is not None:
                return None if name and known.whole else known
            return None if name or id_ or not self._calls else self._calls[-1]
        if known is not None:
            return known
        if index is not None:
            return self._by_index[index]
        return self._calls[-1] if self._calls else None

    def _say(self, call: _Call, piece: str, *, final: bool = False) -> list[ToolCallDelta]:
        if call.announced:
            return [ToolCallDelta(call.index, None, None, piece)] if piece else []
        if not (call.name or final):
            return []
        call.announced = True
        # Nine letters and digits, which is what Llama 4's schema asks of a tool_call_id.
        call.id = call.id or f"call{call.index:05d}"
        return [ToolCallDelta(call.index, call.id, call.name or "", "".join(call.pieces))]


def _only_ends(current: _Call, id_: str | None, name: str | None, piece: str) -> bool:
    """Whether an entry adds nothing to a call that is whole: the null entry, or the same call said once more."""
    null = not (id_ or name) and piece.strip() in _NOTHING
    same = id_ is not None and id_ == current.id and name in (None, current.name)
    return (null or same) and current.whole


def _begins_another(current: _Call, id_: str | None, name: str | None, piece: str) -> bool:
    """Whether an entry that points at `current` is a call of its own: only a named one can be."""
    if not name or not current.name:
        return False
    if id_ and id_ == current.id:
        return name != current.name and current.whole
    return name != current.name or (bool(id_ or piece) and current.whole)


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and value != "" else None


def _piece(arguments: Any) -> str:
    """Arguments as JSON text; an empty object says nothing yet, for its pieces may follow as text."""
    if isinstance(arguments, str):
        return arguments
    return compact(arguments) if arguments else ""
