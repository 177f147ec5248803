"""Chats and comparisons that were answered already, for presenting them."""

from dataclasses import replace
from decimal import Decimal

from playground.compare.comparing import Comparing
from playground.compare.comparison import Comparison
from playground.conversation.chat import Chat
from playground.messages import Message
from playground.metering import Timings, Usage
from playground.models.roster import Roster
from playground.store import Failure, Store

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
GEMMA = "@cf/google/gemma-4-26b-a4b-it"
QWEN = "@cf/qwen/qwen3-30b-a3b-fp8"


def answer(
    store: Store, conversation_id: str, question: str, text: str, *, model: str = LLAMA, error: Failure | None = None
) -> str:
    """A question and its answer at the end of a conversation; the id of the answer."""
    conversation = store.conversation(conversation_id)
    assert conversation is not None
    asked = store.add_turn(conversation_id, conversation.head, Message("user", question))
    reply = store.start_reply(conversation_id, asked.id, model=model, connection="account-7 at models.example")
    store.finish_reply(
        reply,
        state="done" if error is None else "failed",
        text=text,
        finish_reason="stop",
        usage=Usage(20, 60),
        cost=Decimal("0.0001"),
        timings=Timings(0.2, 1.5),
        error=error,
    )
    return reply


def compared(
    store: Store, prompts: tuple[str, ...], texts: dict[str, str], *, blind: bool = False
) -> tuple[str, Comparison]:
    """A comparison of models, each with its text as the answer to all prompts."""
    comparing = Comparing(Chat(store, Roster({})))
    comparison_id, comparison = comparing.begin(list(texts))
    for prompt in prompts:
        for pane in comparison.panes:
            answer(store, pane.conversation_id, prompt, texts[pane.model], model=pane.model)
    comparison = replace(comparison, round=len(prompts), blind=blind)
    comparing.save(comparison_id, comparison, prompt=prompts[-1])
    return comparison_id, comparison
