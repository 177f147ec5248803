"""The fields of an arriving answer beside its text; fast, however long it is."""

from typing import TypedDict

from playground.answers.ending import thoughts_heading
from playground.answers.live_reply import LiveReply
from playground.answers.recording import StoreRecorder
from playground.answers.waiting import FIRST_TOKEN, QUIET_S, waiting_for
from playground.metering import Price
from playground.money import figures
from playground.money.meter import live_meter
from playground.text.cleaning import line


class LiveFields(TypedDict):
    """Fields of a TurnView that change with time alone."""

    thoughts_label: str
    waiting: str
    meter: str


def live_fields(reply: LiveReply, *, hidden: bool = False, costs: bool = True) -> LiveFields:
    """The fields now. While names are `hidden`, nothing that identifies a model is shown."""
    return LiveFields(
        thoughts_label=_thoughts(reply, hidden=hidden),
        waiting=_waiting(reply, hidden=hidden),
        meter="" if hidden else live_meter(reply, _price(reply), costs=costs),
    )


def _thoughts(reply: LiveReply, *, hidden: bool) -> str:
    if not reply.reasoning_parts:
        return ""
    if reply.thought_s is not None or reply.parts:
        return thoughts_heading(None if hidden else reply.thought_s)
    if hidden or reply.exchange.sent_at is None:
        return "Thinking"
    since_s = reply.exchange.clock() - reply.exchange.sent_at - (reply.first_token_s or 0.0)
    return f"Thinking · {figures.whole_seconds(since_s)}"


def _waiting(reply: LiveReply, *, hidden: bool) -> str:
    if reply.parts or reply.reasoning_parts:
        return ""
    text = line(waiting_for(reply, reply.age_s), 500)
    if not hidden:
        return text
    return FIRST_TOKEN if reply.first_token_s is None and reply.age_s > QUIET_S else ""


def _price(reply: LiveReply) -> Price | None:
    recorder = reply.recorder
    return recorder.card.price if isinstance(recorder, StoreRecorder) and recorder.card is not None else None
