"""Reads the tool calls of a stream, whole or in pieces, whatever a server does with indexes and ids."""

from collections.abc import Mapping
from typing import Any, Literal

from playground.events import ToolCallDelta
from playground.providers.wire.tools.call_pieces import CallPiece, GrowingCall, read_piece

_ENDS = frozenset({"", "null", "{}"})
"""What the entry that ends a call may hold for arguments."""

_Relation = Literal["continuation", "repetition", "new call"]


class ToolCallReader:
    """Numbers calls as they begin, gives an id to those without one, and turns arguments into pieces of JSON text.

    Read are: whole calls (OpenAI's form or flat, arguments as text or as an object), calls in pieces, calls whose
    arguments begin with an empty object, the null entry that ends one, calls that are repeated, several calls that all
    have index 0, calls that get a new id with every piece, and names that come in pieces or with every piece. The input
    of a custom tool is its arguments, unchanged. A call is emitted from its first argument on, when its name is whole.
    """

    def __init__(self) -> None:
        self._calls: list[GrowingCall] = []
        self._by_index: dict[int, GrowingCall] = {}
        self._by_id: dict[str, GrowingCall] = {}

    @property
    def called(self) -> bool:
        """Whether the model called a tool."""
        return bool(self._calls)

    @property
    def text_so_far(self) -> list[str]:
        """Names and arguments so far."""
        return [text for call in self._calls for text in (call.name or "", *call.pieces)]

    @property
    def details(self) -> dict[int, Mapping[str, Any]]:
        """The provider details of the calls that have some, by the index of the call."""
        return {call.index: call.provider_details for call in self._calls if call.provider_details}

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
        """The last pieces. A call without arguments has the arguments {} where the answer is `complete`."""
        deltas: list[ToolCallDelta] = []
        for call in self._calls:
            _emit(call, call.finish(complete=complete), deltas)
        return deltas

    def _read_piece(self, piece: CallPiece, seen: list[GrowingCall], deltas: list[ToolCallDelta]) -> None:
        """Read one entry; `seen` are the calls that earlier entries of the same list belong to."""
        target = self._call_at(piece)
        if target is None:
            relation: _Relation = "new call"
        elif target in seen:
            relation = "new call" if piece.name else "continuation"
        else:
            relation = _relation(target, piece)
        if target is None or relation == "new call":
            call = self._begin(piece, target, deltas)
        else:
            call = target
            call.name = _name(call, piece) if relation == "continuation" or call.name is None else call.name
            if call.bare and piece.kind == "custom":
                call.kind = "custom"
        if piece.index is not None:
            self._by_index[piece.index] = call
        if piece.id:
            self._by_id[piece.id] = call
        seen.append(call)
        call.provider_details |= piece.provider_details
        if relation != "repetition" and (arguments := call.add(piece)) and call.name:
            _emit(call, arguments, deltas)

    def _call_at(self, piece: CallPiece) -> GrowingCall | None:
        """The call that an entry refers to: by its id, else by its index, else the last one."""
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
        """Begin a call; those before it are announced first, so that they are emitted in order.

        Without a name of its own it calls the same tool as the one before.
        """
        for earlier in self._calls:
            if earlier.name:
                _emit(earlier, "", deltas)
        same = before is not None and piece.name in (None, before.name)
        repeated = before is not None and same and piece.id == before.id
        name = before.name if before is not None and same else piece.name
        call = GrowingCall(len(self._calls), None if repeated else piece.id, name, piece.kind)
        self._calls.append(call)
        return call


def _relation(call: GrowingCall, piece: CallPiece) -> _Relation:
    """What an entry that refers to `call` is to it."""
    same_id = piece.id is not None and piece.id == call.id
    if piece.name and call.name and piece.name != call.name:
        in_pieces = call.bare and piece.index is not None and (same_id or piece.id is None)
        return "continuation" if in_pieces or (same_id and not call.whole) else "new call"
    if call.kind == "custom":
        if piece.name and piece.id and not same_id:
            return "new call"
        as_long = piece.name and same_id and 0 < len(piece.arguments) == call.size
        return "repetition" if as_long and piece.arguments == call.arguments else "continuation"
    if not call.whole:
        return "continuation"
    if piece.name and not same_id and (piece.id or (piece.index is None and (piece.arguments or piece.as_object))):
        return "new call"
    if piece.arguments.strip() in _ENDS:
        return "repetition"
    if not call.pieces:  # it began with an empty object
        return "continuation"
    return _after_the_end(call, piece, same_id=same_id)


def _after_the_end(call: GrowingCall, piece: CallPiece, *, same_id: bool) -> _Relation:
    """The same for arguments that come after those of a call that is whole."""
    if call.is_repeated_by(piece):
        return "repetition"
    if not piece.begins_an_object:
        return "repetition" if same_id else "continuation"
    return "repetition" if same_id and not piece.is_whole else "new call"


def _name(call: GrowingCall, piece: CallPiece) -> str | None:
    """The name of a call after its next piece: names come in pieces, with every piece, or growing."""
    if not (call.name and piece.name and call.bare) or piece.name == call.name:
        return call.name or piece.name
    return piece.name if piece.name.startswith(call.name) else call.name + piece.name


def _emit(call: GrowingCall, arguments: str, deltas: list[ToolCallDelta]) -> None:
    """Append the next arguments of a call; id and name go with the first of them."""
    if not call.announced:
        call.announced = True
        # Nine letters and digits, which is what Llama 4's schema asks of a tool_call_id.
        call.id = call.id or f"call{call.index:05d}"
        deltas.append(ToolCallDelta(call.index, call.id, call.name or "", call.arguments, call.kind))
    elif arguments:
        deltas.append(ToolCallDelta(call.index, None, None, arguments, call.kind))
