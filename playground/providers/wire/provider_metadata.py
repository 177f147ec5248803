"""Reads the fields of an answer that its server wants back with it when the conversation goes on."""

from collections.abc import Mapping
from typing import Any

from playground.messages import ProviderMetadata
from playground.text.json_value import harmless

THOUGHTS = ("reasoning_content", "reasoning", "reasoning_text")
"""The fields in which thoughts come as text."""
DETAILS = ("reasoning_details", "thinking_blocks", "extra_content", "reasoning_opaque")
"""Fields that are opaque to everybody but the server.

https://openrouter.ai/docs/guides/best-practices/reasoning-tokens#preserving-reasoning,
https://docs.litellm.ai/docs/reasoning_content, https://ai.google.dev/gemini-api/docs/thought-signatures; the last one
is GitHub Copilot's.
"""
_WITH_CALLS = ("extra_content", "provider_specific_fields", "thought_signature")
"""The fields of tool calls that servers want back with them."""
FIELDS = frozenset((*THOUGHTS, *DETAILS))
LARGEST_DETAILS = 2_000_000
"""Characters of all details of an answer together; of more nothing is kept, for servers refuse a part of them."""

_TEXTS = {"reasoning.text": "text", "reasoning.summary": "summary", "thinking": "thinking"}
"""The kinds of blocks that come in pieces, each with the field whose pieces are joined."""
_AROUND_A_BLOCK = 100


def call_details(call: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a tool call that are to be sent back with it."""
    return _harmless({name: call[name] for name in _WITH_CALLS if call.get(name)})


class _Block:
    """One entry of a list of details, as far as it has come."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.kind = entry.get("type")
        self.index = entry.get("index")
        self._text = _TEXTS.get(self.kind) if isinstance(self.kind, str) else None
        self._fields = dict(entry)
        self._pieces = [entry[self._text]] if self._text and isinstance(entry.get(self._text), str) else []

    def continues(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry is the next piece of this block: one of its type and index, until it was signed."""
        same = self._text is not None and entry.get("type") == self.kind and entry.get("index") == self.index
        return same and not self._fields.get("signature")

    def add(self, entry: Mapping[str, Any]) -> bool:
        """Add a piece; True where it repeats the whole text, as LiteLLM does with the signature."""
        piece = entry.get(self._text or "")
        repeated = bool(piece and entry.get("signature")) and piece == "".join(self._pieces)
        if isinstance(piece, str) and not repeated:
            self._pieces.append(piece)
        self._fields |= {key: value for key, value in entry.items() if key != self._text and value not in (None, "")}
        return repeated

    def built(self) -> dict[str, Any] | None:
        """The entry; None for a thought that Anthropic did not sign, which it would refuse."""
        if self.kind == "thinking" and not self._fields.get("signature"):
            return None
        return {**self._fields, self._text: "".join(self._pieces)} if self._text and self._pieces else self._fields


class ProviderMetadataReader:
    """Collects provider metadata from the deltas or the message of one answer."""

    def __init__(self) -> None:
        self.thoughts_as: str | None = None
        """The field in which thoughts come as text, once some came."""
        self.repeated = False
        """What was added last repeats a thought, now with its signature."""
        self._values: dict[str, Any] = {}
        self._blocks: dict[str, list[_Block]] = {}
        self._remaining = LARGEST_DETAILS

    def add(self, holder: Mapping[str, Any], *, in_pieces: bool) -> None:
        """Add the fields of a delta (`in_pieces`) or of a whole message."""
        self.repeated = False
        if self.thoughts_as is None:
            self.thoughts_as = next(
                (name for name in THOUGHTS if isinstance(holder.get(name), str) and holder[name]), None
            )
        for name in DETAILS:
            if value := holder.get(name):
                self._add_detail(name, value, in_pieces=in_pieces)

    def built(self) -> ProviderMetadata | None:
        """All of it, server and model left empty; None where nothing came."""
        built = {name: [entry for block in blocks if (entry := block.built())] for name, blocks in self._blocks.items()}
        details = {name: value for name, value in (built | self._values).items() if value}
        details = {} if self._remaining < 0 else _harmless(details)
        return ProviderMetadata(thoughts_as=self.thoughts_as, details=details) if self.thoughts_as or details else None

    def _add_detail(self, name: str, value: Any, *, in_pieces: bool) -> None:
        self._remaining -= _size(value)
        if self._remaining < 0:
            self._values, self._blocks = {}, {}
        elif not isinstance(value, list):
            self._values[name] = value
        else:
            entries = [entry for entry in value if isinstance(entry, Mapping)]
            if not in_pieces:
                self._blocks[name] = []
            self._remaining -= _AROUND_A_BLOCK * len(entries)
            for entry in entries:
                self._add(self._blocks.setdefault(name, []), entry, in_pieces=in_pieces)

    def _add(self, blocks: list[_Block], entry: Mapping[str, Any], *, in_pieces: bool) -> None:
        # Pieces of blocks may take turns, never those of more than a few.
        block = next((block for block in reversed(blocks[-4:]) if block.continues(entry)), None) if in_pieces else None
        if block is None:
            blocks.append(_Block(entry))
        else:
            self.repeated = block.add(entry) or self.repeated


def _size(value: Any) -> int:
    try:
        return len(str(value))
    except RecursionError:
        return LARGEST_DETAILS + 1


def _harmless(details: dict[str, Any]) -> dict[str, Any]:
    """What can be kept and sent back; nothing of what is nested too deeply for that."""
    try:
        return dict(harmless(details))
    except (ValueError, RecursionError):
        return {}
