"""Tool calls out of a stream, whole or in pieces, whatever a server does with indexes and ids."""

from collections.abc import Mapping
from typing import Any, Literal

from playground.events import ToolCallDelta
from playground.providers.wire.tools.call_pieces import CallPiece, GrowingCall, read_piece

_ENDS = frozenset({"", "null", "{}"})
"""What the entry that ends a call may hold for arguments."""

_Relation = Literal["goes on", "said again", "another"]


class ToolCallReader:
    """Numbers calls as they begin, gives an id to those without one, and turns arguments into pieces of JSON text.

    Told apart are: whole calls (OpenAI's form or flat, arguments as text or as an object), calls in pieces, calls whose
    arguments begin with an empty object, the null entry that ends one, calls said twice, several calls that all have
    index 0, calls that get a new id with every piece, and names that come in pieces or with every piece. What a custom
    tool is given is its arguments, as it is. A call is said from its first argument on: until then its name may go on.
    """

    def __init__(self) -> None:
        self._calls: list[GrowingCall] = []
        self._by_index: dict[int, GrowingCall] = {}
        self._by_id: dict[str, GrowingCall] = {}

    @property
    def called(self) -> bool:
        """Whether the model asked for a tool."""
        return bool(self._calls)

    @property
    def text_so_far(self) -> list[str]:
        """Names and arguments so far."""
        return [text for call in self._calls for text in (call.name or "", *call.pieces)]

    @property
    def given(self) -> dict[int, Mapping[str, Any]]:
        """What came beside calls and is to be sent back with them, by the number of the call."""
        return {call.index: call.given for call in self._calls if call.given}

    def read(self, entries: Any) -> list[ToolCallDelta]:
        """The next pieces; `entries` is the value of `tool_calls`, a list of calls or one."""
        if isinstance(entries, Mapping):
            entries = [entries]
        if not isinstance(entries, list):
            return []
        deltas: list[ToolCallDelta] = []
        seen: list[GrowingCall] = []
        for entry in entries:
            if isinstance(entry, Mapping) and (piece := read_piece(entry)) is not None:
                self._read_piece(piece, seen, deltas)
        return deltas

    def finish(self, *, complete: bool) -> list[ToolCallDelta]:
        """What is left to say at the end. A `complete` answer's call without arguments has the arguments {}."""
        deltas: list[ToolCallDelta] = []
        for call in self._calls:
            _say(call, call.finish(complete=complete), deltas)
        return deltas

    def _read_piece(self, piece: CallPiece, seen: list[GrowingCall], deltas: list[ToolCallDelta]) -> None:
        """Read one entry; `seen` are the calls that entries before it in the same list belong to."""
        pointed = self._call_at(piece)
        if pointed is None:
            relation: _Relation = "another"
        elif pointed in seen:
            relation = "another" if piece.name else "goes on"
        else:
            relation = _relation(pointed, piece)
        if pointed is None or relation == "another":
            call = self._begin(piece, pointed, deltas)
        else:
            call = pointed
            call.name = _name(call, piece) if relation == "goes on" or call.name is None else call.name
            if call.bare and piece.kind == "custom":
                call.kind = "custom"
        if piece.index is not None:
            self._by_index[piece.index] = call
        if piece.id:
            self._by_id[piece.id] = call
        seen.append(call)
        call.given |= piece.given
        if relation != "said again" and (said := call.add(piece)) and call.name:
            _say(call, said, deltas)

    def _call_at(self, piece: CallPiece) -> GrowingCall | None:
        """The call that an entry points at, by its id, else by its index, else the last one."""
        known = self._by_id.get(piece.id) if piece.id else None
        if piece.index is not None and piece.index not in self._by_index:
            if known is not None:
                return None if piece.name and known.whole else known
            return None if piece.name or piece.id or not self._calls else self._calls[-1]
        if known is not None:
            return known
        if piece.index is not None:
            return self._by_index[piece.index]
        return self._calls[-1] if self._calls else None

    def _begin(self, piece: CallPiece, before: GrowingCall | None, deltas: list[ToolCallDelta]) -> GrowingCall:
        """A call more; those before it are announced first, so that they are numbered as they are said.

        One that comes without a name, or as the id of another, is of the tool that was called before.
        """
        for earlier in self._calls:
            if earlier.name:
                _say(earlier, "", deltas)
        same = before is not None and piece.name in (None, before.name)
        repeated = before is not None and same and piece.id == before.id
        name = before.name if before is not None and same else piece.name
        call = GrowingCall(len(self._calls), None if repeated else piece.id, name, piece.kind)
        self._calls.append(call)
        return call


def _relation(call: GrowingCall, piece: CallPiece) -> _Relation:
    """Whether an entry that points at `call` goes on with it, says it once more, or is a call of its own."""
    same_id = piece.id is not None and piece.id == call.id
    if piece.name and call.name and piece.name != call.name:
        in_pieces = call.bare and piece.index is not None and (same_id or piece.id is None)
        return "goes on" if in_pieces or (same_id and not call.whole) else "another"
    if call.kind == "custom":
        if piece.name and piece.id and not same_id:
            return "another"
        as_long = piece.name and same_id and 0 < len(piece.arguments) == call.size
        return "said again" if as_long and piece.arguments == call.arguments else "goes on"
    if not call.whole:
        return "goes on"
    if piece.name and not same_id and (piece.id or (piece.index is None and (piece.arguments or piece.as_object))):
        return "another"
    if piece.arguments.strip() in _ENDS:
        return "said again"
    if not call.pieces:  # it began with an empty object
        return "goes on"
    return _after_the_end(call, piece, same_id=same_id)


def _after_the_end(call: GrowingCall, piece: CallPiece, *, same_id: bool) -> _Relation:
    """The same for arguments that come after those of a call that is whole."""
    if call.is_said_again_by(piece):
        return "said again"
    if not piece.begins_an_object:
        return "said again" if same_id else "goes on"
    return "said again" if same_id and not piece.is_whole else "another"


def _name(call: GrowingCall, piece: CallPiece) -> str | None:
    """The name of a call after a piece that goes on with it: names come in pieces, with every piece, or growing."""
    if not (call.name and piece.name and call.bare) or piece.name == call.name:
        return call.name or piece.name
    return piece.name if piece.name.startswith(call.name) else call.name + piece.name


def _say(call: GrowingCall, arguments: str, deltas: list[ToolCallDelta]) -> None:
    """Say the next arguments of a call, and with the first of them what it is."""
    if not call.announced:
        call.announced = True
        # Nine letters and digits, which is what Llama 4's schema asks of a tool_call_id.
        call.id = call.id or f"call{call.index:05d}"
        deltas.append(ToolCallDelta(call.index, call.id, call.name or "", call.arguments, call.kind))
    elif arguments:
        deltas.append(ToolCallDelta(call.index, None, None, arguments, call.kind))
