"""What servers were found to want and to refuse, by server and model: learned where asking otherwise helped.

Nothing is believed for longer than KEPT_S, and what a server refuses anew is unlearned with the answer that follows.
"""

import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from playground.providers.failures.refusals import LengthName, Refused, longest_allowed, other_length, refused_fields

KEPT_S = 3_600.0
MOST_KEPT = 500

QuirksKey = Literal["tool exchanges", "everywhere"]

Key = tuple[str, str]
"""The address of a server and the name of a model."""


@dataclass(frozen=True, slots=True)
class ServerQuirks:
    """How one model of one server wants to be asked.

    `thoughts_as` is the field in which it wants earlier thoughts, of all answers of exchanges with tool calls or
    `everywhere`, be they empty; None where it asked for none. `left_out` are fields of messages that it does not take.
    `signs` has calls that are not signed marked as such, which Gemini wants of calls of another model. `longest` is the
    most tokens of an answer that may be asked for.
    """

    include_usage: bool = True
    max_tokens_name: LengthName | None = None
    thoughts_as: str | None = None
    thoughts_in: QuirksKey = "tool exchanges"
    left_out: frozenset[str] = frozenset()
    signs: bool = False
    longest: int | None = None


_learned: OrderedDict[Key, tuple[ServerQuirks, float]] = OrderedDict()


def known_quirks(key: Key) -> ServerQuirks:
    """The quirks that were learned; the usual ones of a server that is not known."""
    quirks, at = _learned.get(key, (ServerQuirks(), 0.0))
    return quirks if time.monotonic() - at < KEPT_S else ServerQuirks()


def remember_quirks(key: Key, quirks: ServerQuirks) -> None:
    """Remember quirks, and forget those learned first where there are too many."""
    _learned.pop(key, None)
    if quirks != ServerQuirks():
        _learned[key] = quirks, time.monotonic()
        if len(_learned) > MOST_KEPT:
            _learned.popitem(last=False)


def forget_quirks() -> None:
    """Forget what was learned of every server."""
    _learned.clear()


def request_changes(quirks: ServerQuirks, body: Mapping[str, Any], message: str) -> Iterator[tuple[ServerQuirks, str]]:
    """Changes of the request that may help, the likeliest first, each with a sentence that says what changes."""
    said = message.lower()
    if "stream_options" in body and ("stream_options" in said or "include_usage" in said):
        yield replace(quirks, include_usage=False), "The server does not take stream_options: left out."
    if quirks.max_tokens_name is None and (names := other_length(body, said)):
        sent, wanted = names
        note = f"The server wants {wanted}: {sent} was sent under that name."
        yield replace(quirks, max_tokens_name=wanted), note
    if (longest := longest_allowed(said)) is not None:
        note = f"The model's longest answer is {longest:,} tokens: sent as max_tokens, which is not set."
        yield replace(quirks, longest=longest), note
    for refused in refused_fields(body.get("messages") or (), said):
        yield from _field_changes(quirks, refused)


def _field_changes(quirks: ServerQuirks, refused: Refused) -> Iterator[tuple[ServerQuirks, str]]:
    name = refused.name
    if name == "thought_signature":
        note = "The server wants tool calls of other models marked as such: done."
        yield replace(quirks, signs=True), note
        if refused.how == "unknown":
            without = quirks.left_out | {"thought_signature", "extra_content"}
            note = "The server does not take thought signatures: left out."
            yield replace(quirks, left_out=without, signs=False), note
    elif refused.how == "unknown":
        asked = None if quirks.thoughts_as == name else quirks.thoughts_as
        note = f"The server does not take {name} of earlier answers: left out."
        yield replace(quirks, left_out=quirks.left_out | {name}, thoughts_as=asked), note
    elif refused.holds_thoughts:
        wanting = replace(quirks, thoughts_as=name, left_out=quirks.left_out - {name})
        note = f"The server wants earlier thoughts back as {name}: sent."
        for place in ("tool exchanges", "everywhere") if quirks.thoughts_as != name else ("everywhere",):
            yield replace(wanting, thoughts_in=place), note
