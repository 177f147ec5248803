"""What an answer took, in words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from playground.metering import Price, Timings, Usage
from playground.money.meter import meter_text, money, spent_money
from playground.store import Spent, StoredReply
from tests.compare.test_verdict import GOOD

PRICE = Price(Decimal(1), Decimal(2), "a list", date(2026, 11, 1))
FREE = Price(Decimal(0), Decimal(0), "this machine", None, free=True)
BILLED = Usage(1000, 500, billed=Decimal("0.0031"), billed_by="usage.cost")


def costing(usage: Usage, price: Price | None, cost: Decimal | None, **changes: object) -> StoredReply:
    return replace(GOOD, usage=usage, price=price, cost=cost, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (costing(Usage(1000, 500), PRICE, Decimal("0.002")), "$0.002"),
        (costing(Usage(1000, 500, estimated=True), PRICE, Decimal("0.002")), "~$0.002"),
        (costing(Usage(1000, 500, cached_tokens=10), PRICE, Decimal("0.002")), "~$0.002"),
        (costing(Usage(1000, 500), None, None), "unpriced"),
        (costing(Usage(1000, 500), FREE, Decimal(0)), "$0 local"),
        (costing(BILLED, PRICE, Decimal("0.0031")), "$0.0031 billed ($0.002 by unit prices)"),
        (costing(replace(BILLED, estimated=True), PRICE, Decimal("0.0031")), "$0.0031 billed (~$0.002 by unit prices)"),
        (costing(BILLED, None, Decimal("0.0031")), "$0.0031 billed"),
        (costing(replace(BILLED, billed=Decimal("0.002")), PRICE, Decimal("0.002")), "$0.002 billed"),
        (costing(replace(BILLED, neurons=100.0), None, Decimal("0.0031")), "$0.0031 billed ($0.0011 by neurons)"),
        (costing(BILLED, PRICE, Decimal(0), cached=True), "$0 cached"),
    ],
)
def test_what_an_answer_cost(reply: StoredReply, words: str) -> None:
    assert money(reply) == words


def test_waits_are_named_for_what_they_were() -> None:
    waits = {"retrying": 1.5, "fetching": 12.0, "failed": 0.02, "queued": 2.1}
    text = meter_text(replace(GOOD, timings=Timings(0.5, 2.5, waits)))
    assert text.endswith("queued 2.10 s · fetching the model 12.0 s · pauses before retries 1.50 s")


@pytest.mark.parametrize(
    ("replies", "words"),
    [
        ([costing(Usage(1, 1), PRICE, Decimal("1.5")), costing(BILLED, None, Decimal("0.25"))], "$1.75"),
        ([costing(replace(BILLED, estimated=True), None, Decimal("0.25"))], "$0.25"),
        ([costing(Usage(1, 1, estimated=True), PRICE, Decimal("0.5")), costing(BILLED, None, Decimal(1))], "~$1.50"),
        ([costing(Usage(1, 1), None, None), costing(BILLED, None, Decimal(1))], "$1.00 + 1 unpriced"),
        ([costing(Usage(1, 1, estimated=True), PRICE, Decimal(0), cached=True)], "$0"),
    ],
)
def test_a_sum_is_exact_only_where_its_parts_are(replies: list[StoredReply], words: str) -> None:
    assert spent_money(Spent.of(reply.charge for reply in replies)) == words


def test_the_billed_part_of_a_sum_is_known() -> None:
    replies = [
        costing(Usage(1, 1), PRICE, Decimal("0.5")),
        costing(BILLED, PRICE, Decimal("0.25")),
        costing(BILLED, PRICE, Decimal(0), cached=True),
    ]
    spent = Spent.of(reply.charge for reply in replies)
    assert (spent.cost, spent.billed, spent.cost_estimated) == (Decimal("0.75"), Decimal("0.25"), False)
