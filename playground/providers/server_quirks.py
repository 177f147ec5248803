"""How servers want requests, by server and model: learned when a refused request succeeded after a change.

What was learned is forgotten after LIFETIME_S, or when the server refuses it and takes another change.
"""

import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from playground.providers.failures.refusals import (
    LengthName,
    Refused,
    longest_allowed,
    other_length_name,
    refused_fields,
)

LIFETIME_S = 3_600.0
MOST_LEARNED = 500

ThoughtsScope = Literal["tool exchanges", "everywhere"]

Key = tuple[str, str]
"""The address of a server and the name of a model."""


@dataclass(frozen=True, slots=True)
class ServerQuirks:
    """How one model of one server wants its requests.

    `thoughts_as` is the field in which it wants earlier thoughts, even empty ones, in the exchanges of
    `thoughts_scope`; None where it did not ask for any. `left_out` are fields of messages that it does not take.
    `marks_unsigned`: calls without a signature are marked, which Gemini wants of calls of another model.
    `max_output_tokens` is the most that it takes as `max_tokens`.
    """

    include_usage: bool = True
    max_tokens_name: LengthName | None = None
    thoughts_as: str | None = None
    thoughts_scope: ThoughtsScope = "tool exchanges"
    left_out: frozenset[str] = frozenset()
    marks_unsigned: bool = False
    max_output_tokens: int | None = None


_learned: OrderedDict[Key, tuple[ServerQuirks, float]] = OrderedDict()


def known_quirks(key: Key) -> ServerQuirks:
    """The quirks that were learned; the defaults where none were."""
    quirks, at = _learned.get(key, (ServerQuirks(), 0.0))
    return quirks if time.monotonic() - at < LIFETIME_S else ServerQuirks()


def remember_quirks(key: Key, quirks: ServerQuirks) -> None:
    """Remember quirks; past MOST_LEARNED the oldest ones are forgotten."""
    _learned.pop(key, None)
    if quirks != ServerQuirks():
        _learned[key] = quirks, time.monotonic()
        if len(_learned) > MOST_LEARNED:
            _learned.popitem(last=False)


def forget_quirks() -> None:
    """Forget what was learned of every server."""
    _learned.clear()


def request_changes(quirks: ServerQuirks, body: Mapping[str, Any], message: str) -> Iterator[tuple[ServerQuirks, str]]:
    """Changes of the request that may help after a refusal, the likeliest first, each with a note for people."""
    lower = message.lower()
    if "stream_options" in body and ("stream_options" in lower or "include_usage" in lower):
        yield replace(quirks, include_usage=False), "The server does not take stream_options: left out."
    if quirks.max_tokens_name is None and (names := other_length_name(body, lower)):
        sent_name, other_name = names
        note = f"The server wants {other_name}: {sent_name} was sent under that name."
        yield replace(quirks, max_tokens_name=other_name), note
    if (max_output_tokens := longest_allowed(lower)) is not None:
        note = f"The model's longest answer is {max_output_tokens:,} tokens: sent as max_tokens, which is not set."
        yield replace(quirks, max_output_tokens=max_output_tokens), note
    for refused in refused_fields(body.get("messages") or (), lower):
        yield from _field_changes(quirks, refused)


def _field_changes(quirks: ServerQuirks, refused: Refused) -> Iterator[tuple[ServerQuirks, str]]:
    name = refused.name
    if name == "thought_signature":
        note = "The server wants tool calls of other models marked as such: done."
        yield replace(quirks, marks_unsigned=True), note
        if refused.problem == "unknown":
            without = quirks.left_out | {"thought_signature", "extra_content"}
            note = "The server does not take thought signatures: left out."
            yield replace(quirks, left_out=without, marks_unsigned=False), note
    elif refused.problem == "unknown":
        thoughts_as = None if quirks.thoughts_as == name else quirks.thoughts_as
        note = f"The server does not take {name} of earlier answers: left out."
        yield replace(quirks, left_out=quirks.left_out | {name}, thoughts_as=thoughts_as), note
    elif refused.holds_thoughts:
        with_thoughts = replace(quirks, thoughts_as=name, left_out=quirks.left_out - {name})
        note = f"The server wants earlier thoughts back as {name}: sent."
        for scope in ("tool exchanges", "everywhere") if quirks.thoughts_as != name else ("everywhere",):
            yield replace(with_thoughts, thoughts_scope=scope), note
