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

Place = Literal["tool exchanges", "everywhere"]

Key = tuple[str, str]
"""The address of a server and the name of a model."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How one model of one server wants to be asked.

    `thoughts_as` is the field in which it wants earlier thoughts, of all answers of exchanges with tool calls or
    `everywhere`, be they empty; None where it asked for none. `left_out` are fields of messages that it does not take.
    `signs` has calls that are not signed marked as such, which Gemini wants of calls of another model. `longest` is the
    most tokens of an answer that may be asked for.
    """

    include_usage: bool = True
    max_tokens_name: LengthName | None = None
    thoughts_as: str | None = None
    thoughts_in: Place = "tool exchanges"
    left_out: frozenset[str] = frozenset()
    signs: bool = False
    longest: int | None = None


_learned: OrderedDict[Key, tuple[Manners, float]] = OrderedDict()


def known(key: Key) -> Manners:
    """The manners that were learned, or those of a stranger."""
    manners, at = _learned.get(key, (Manners(), 0.0))
    return manners if time.monotonic() - at < KEPT_S else Manners()


def learn(key: Key, manners: Manners) -> None:
    """Remember manners, and forget those learned first where there are too many."""
    _learned.pop(key, None)
    if manners != Manners():
        _learned[key] = manners, time.monotonic()
        if len(_learned) > MOST_KEPT:
            _learned.popitem(last=False)


def forget_manners() -> None:
    """Meet every server as if for the first time."""
    _learned.clear()


def changes(manners: Manners, body: Mapping[str, Any], message: str) -> Iterator[tuple[Manners, str]]:
    """Ways of asking otherwise, the likeliest first, each with a sentence that says what changes."""
    said = message.lower()
    if "stream_options" in body and ("stream_options" in said or "include_usage" in said):
        yield replace(manners, include_usage=False), "The server does not take stream_options: left out."
    if manners.max_tokens_name is None and (names := other_length(body, said)):
        sent, wanted = names
        note = f"The server wants {wanted}: {sent} was sent under that name."
        yield replace(manners, max_tokens_name=wanted), note
    if (longest := longest_allowed(said)) is not None:
        note = f"The model's longest answer is {longest:,} tokens: sent as max_tokens, which is not set."
        yield replace(manners, longest=longest), note
    for refused in refused_fields(body.get("messages") or (), said):
        yield from _field_changes(manners, refused)


def _field_changes(manners: Manners, refused: Refused) -> Iterator[tuple[Manners, str]]:
    name = refused.name
    if name == "thought_signature":
        note = "The server wants tool calls of other models marked as such: done."
        yield replace(manners, signs=True), note
        if refused.how == "unknown":
            without = manners.left_out | {"thought_signature", "extra_content"}
            note = "The server does not take thought signatures: left out."
            yield replace(manners, left_out=without, signs=False), note
    elif refused.how == "unknown":
        asked = None if manners.thoughts_as == name else manners.thoughts_as
        note = f"The server does not take {name} of earlier answers: left out."
        yield replace(manners, left_out=manners.left_out | {name}, thoughts_as=asked), note
    elif refused.holds_thoughts:
        wanting = replace(manners, thoughts_as=name, left_out=manners.left_out - {name})
        note = f"The server wants earlier thoughts back as {name}: sent."
        for place in ("tool exchanges", "everywhere") if manners.thoughts_as != name else ("everywhere",):
            yield replace(wanting, thoughts_in=place), note
