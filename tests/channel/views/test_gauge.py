"""How full the context is, before a message is sent."""

from decimal import Decimal

import pytest

from playground.channel.views.gauge import gauge
from playground.conversation.context_use import ContextUse
from playground.conversation.tokens import TokenCount
from playground.models.catalog import shipped
from playground.money.budget import Most

LLAMA = next(card for card in shipped() if "llama-3.3" in card.id)


def use(tokens: int, *, window: int | None = 24_000, answer: int | None = 256, exact: bool = False) -> ContextUse:
    return ContextUse(TokenCount(tokens, exact, "estimated from words and scripts"), window, answer)


def test_it_says_what_is_taken_and_what_an_answer_will_cost_at_most() -> None:
    said = gauge(use(1_200), LLAMA, "main", Most(Decimal("0.0123")))
    assert said.label == "context ~1,200 / 24,000 · answers end at 256 tokens · at most $0.0123"
    assert (said.help, said.share, said.refusal) == ("Tokens: estimated from words and scripts", 0.05, "")
    bare = gauge(use(1_200, window=None, answer=None, exact=True), LLAMA, "main", Most(None, "Set a price."))
    assert bare.label == "context 1,200"
    assert gauge(use(1), LLAMA, "main", Most(Decimal(0))).label.endswith("at most $0")


def test_of_several_panes_it_says_where_all_answers_end_and_what_they_cost_together() -> None:
    said = gauge(use(1_200), LLAMA, "all", Most(Decimal("0.5")), caps=(256, 77, 256), answers=6)
    assert said.label.endswith("answers end at 77 to 256 tokens · at most $0.50 for 6 answers")
    assert "answers end" not in gauge(use(1_200), LLAMA, "all", Most(Decimal(1)), caps=(256, None)).label


@pytest.mark.parametrize(
    ("tokens", "exact", "refusal"),
    [
        (23_999, True, ""),
        (24_000, True, "1 token too many: "),
        (25_233, True, "1,234 tokens too many: "),
        (25_233, False, "~1,234 tokens too many: "),
    ],
)
def test_a_message_that_cannot_fit_is_refused_with_how_much_is_too_much(tokens: int, exact: bool, refusal: str) -> None:
    said = gauge(use(tokens, exact=exact), LLAMA, "main", Most(Decimal(0)))
    assert said.refusal.startswith(refusal)
    assert bool(said.refusal) == bool(refusal)
    assert said.share is not None
    assert said.share <= 1
