"""What is seen of an answer on its way."""

import time
from dataclasses import replace
from decimal import Decimal

from playground.answers.exchange import Exchange, Wait
from playground.answers.live_reply import LiveReply
from playground.channel.views.live import live_fields
from playground.channel.views.turn import TurnPresenter, turn_view
from playground.messages import ChatRequest, Message
from playground.metering import Price
from playground.models.catalog import shipped
from playground.money.meter import live_meter
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import Turn
from tests.compare.test_verdict import GOOD, NOW

LLAMA = next(card for card in shipped() if "llama-3.3" in card.id)
ASKED = replace(GOOD, state="live", text="", usage=None, setup={"name": "maker/model"}, connection="home")
TURN = Turn("r", "c", "t", ASKED.message, NOW, ("r",), ASKED)
PRICE = Price(Decimal(1), Decimal(2), "a list", None)


def on_its_way(seconds: float = 0.0, *, thoughts: str = "", text: str = "", tokens: int = 0) -> LiveReply:
    """An answer whose request was sent so long ago, and whose first token came after half a second."""
    reply = LiveReply(
        ChatRequest("m", (Message("user", "When?"),)), Connection(kind="workers_ai"), owner=DEFAULT_OWNER, id="r"
    )
    reply.exchange = Exchange(clock=lambda: 100.0 + seconds)
    reply.exchange.sent_at = 100.0
    reply.reasoning_parts, reply.parts = [thoughts] if thoughts else [], [text] if text else []
    reply.tokens_so_far = tokens
    reply.prompt_tokens = 10
    reply.first_token_s = 0.5 if thoughts or text else None
    reply._started = time.perf_counter() - seconds
    return reply


def test_it_says_what_it_waits_for() -> None:
    assert live_fields(on_its_way(0.5))["waiting"] == ""
    assert live_fields(on_its_way(3.2))["waiting"] == "Waiting for the first token · 3 s"
    assert live_fields(on_its_way(3.2, text="Low"))["waiting"] == ""
    queued = on_its_way(3.2)
    queued.exchange.wait = Wait("queued", message="4 requests are before\u202e it.")
    assert live_fields(queued)["waiting"] == "Queued: 4 requests are before it · Stop cancels"
    queued.exchange.wait = Wait("retrying", time.monotonic() + 4.2, 2, "Busy")
    assert live_fields(queued)["waiting"] == "Retrying in 4 s (attempt 2): Busy · Stop cancels"


def test_thoughts_are_timed() -> None:
    assert live_fields(on_its_way(3.6, thoughts="Hm."))["thoughts_label"] == "Thinking · 3 s"
    assert live_fields(on_its_way(130, thoughts="Hm."))["thoughts_label"] == "Thinking · 2 min 10 s"
    thought = on_its_way(9, thoughts="Hm.", text="Low")
    thought.thought_s = 5.2
    assert live_fields(thought)["thoughts_label"] == "Thought for 5 s"
    assert live_fields(on_its_way(9, text="Low"))["thoughts_label"] == ""


def test_the_meter_runs_along() -> None:
    reply = on_its_way(3.5, text="Low", tokens=121)
    assert live_meter(reply, PRICE) == "~121 out · 3.5 s · ~40 tok/s · ~$0.000252"
    assert live_meter(reply, None) == "~121 out · 3.5 s · ~40 tok/s · unpriced"
    assert live_meter(reply, replace(PRICE, free=True)) == "~121 out · 3.5 s · ~40 tok/s · $0 local"
    assert live_meter(on_its_way(3.5), PRICE) == ""


def test_a_turn_whose_answer_is_on_its_way() -> None:
    reply = on_its_way(3.5, thoughts="Hm.", text="Low", tokens=121)
    view = turn_view(TURN, TurnPresenter(), last=True, live=reply)
    assert (view.state, view.text, view.thoughts, view.model) == ("live", "Low", "Hm.", "maker/model · home")
    assert view.meter.startswith("~121 out")
    assert view.actions == ()
    formatted = replace(reply.request, response_format={"type": "json_object"})
    reply.request = formatted
    assert turn_view(TURN, TurnPresenter(), last=True, live=reply).code == "json"


def test_while_names_are_hidden_none_is_seen_while_it_is_written() -> None:
    reply = on_its_way(3.5, thoughts="As Llama I say", text="I am Llama, made by Meta, and I know the tides", tokens=9)
    view = turn_view(TURN, TurnPresenter(compact=True, hidden=True, card=LLAMA), last=True, live=reply)
    assert view.text == "I am ▒▒▒, made by ▒▒▒, and I know "
    assert view.thoughts == "As ▒▒▒ "
    assert (view.model, view.settings, view.meter, view.thoughts_label) == ("", "", "", "Thoughts")
    waiting = on_its_way(3.2)
    waiting.exchange.wait = Wait("queued", message="Llama is busy.")
    assert live_fields(waiting, hidden=True)["waiting"] == "Waiting for the first token"


def test_its_cost_does_not_grow_with_its_length() -> None:
    def spent(pieces: int) -> float:
        reply = on_its_way(3.5, text="Low", tokens=pieces)
        reply.parts = ["tide "] * pieces
        began = time.process_time()
        for _ in range(500):
            live_fields(reply)
        return time.process_time() - began

    assert spent(1_000_000) < 5 * spent(10) + 0.05
