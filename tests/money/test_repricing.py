"""What was used then, at today's prices."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from playground.metering import Price, Usage
from playground.money.repricing import Repriced, repriced_charge, repriced_models, repriced_sentence
from playground.money.totals import Totals
from playground.store import Charge

THEN = Price(Decimal(1), Decimal(2), "a list", date(2026, 1, 1))
TODAY = Price(Decimal(2), Decimal(4), "a list", date(2026, 11, 1), cached_input=Decimal("0.5"))
USAGE = Usage(1_000, 500, cached_tokens=200)
COST = Decimal("0.002")
CHARGE = Charge("done", USAGE, THEN, COST)
DOUBLE = (Decimal(800) * 2 + 200 * Decimal("0.5") + 500 * 4) / 1_000_000


@pytest.mark.parametrize(
    ("charge", "price", "expected"),
    [
        (CHARGE, TODAY, Repriced(COST, DOUBLE, estimated_then=True)),
        (CHARGE, None, Repriced(COST, None, estimated_then=True)),
        (replace(CHARGE, price=None, cost=None), TODAY, Repriced(None, DOUBLE)),
        (replace(CHARGE, usage=replace(USAGE, billed=COST, neurons=9.0)), TODAY, Repriced(COST, DOUBLE)),
        (replace(CHARGE, cached=True), TODAY, None),
        (replace(CHARGE, usage=None), TODAY, None),
    ],
    ids=["dearer now", "no price now", "no price then", "billed then", "from a cache", "nothing used"],
)
def test_an_answer_then_and_today(charge: Charge, price: Price | None, expected: Repriced | None) -> None:
    assert repriced_charge(charge, price) == expected


def test_models_then_and_today() -> None:
    used = Totals().with_usage(USAGE).with_cost(COST, "computed")
    written = Totals().with_usage(Usage(100, 0, written_tokens=100, written_hour_tokens=40)).with_cost(None, "computed")
    found = repriced_models({"sea": used + used, "sky": written, "gone": used}, {"sea": TODAY, "sky": THEN}.get)
    assert found["sea"] == Repriced(2 * COST, 2 * DOUBLE)
    assert found["sky"] == Repriced(None, (60 * Decimal("1.25") + 40 * 2) / 1_000_000)
    assert found["gone"] == Repriced(COST, None)
    assert [found[model].known for model in ("sea", "sky", "gone")] == [True, False, False]


def test_a_price_that_is_rounded_from_neurons_is_no_other_price() -> None:
    usage = Usage(1_000_000, 0, neurons=91.0)
    metered = Decimal("0.001001")
    near, other = (Price(Decimal(amount), Decimal(0), "a list", None) for amount in ("0.0014", "0.002"))
    charge = Charge("done", usage, near, metered)
    assert repriced_charge(charge, near) == Repriced(metered, metered)
    assert repriced_charge(charge, other) == Repriced(metered, Decimal("0.002"))


def test_words_say_both_and_the_date_of_todays_price() -> None:
    said = repriced_sentence(Repriced(COST, DOUBLE), TODAY)
    assert said == "Then $0.002, at today's prices $0.0037 ($2.00 in / $4.00 out / $0.50 cached in per M, 2026-11-01)."
    assert repriced_sentence(Repriced(None, None), None) == "Then unpriced. Today no price is known for its model."
