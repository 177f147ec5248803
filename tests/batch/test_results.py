import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from playground.batch import results as batch_results
from playground.metering import Price, Usage
from playground.store import Failure, Outcome, SubmittedBatch

PRICE = Price(input=Decimal(1), output=Decimal(2), source="test", as_of=None)
AT = datetime(2026, 1, 1, tzinfo=UTC)
ITEMS = ({"prompt": "one", "external_reference": "a"}, {"messages": [{"role": "user", "content": "two"}]})
GOOD = Outcome(0, True, "=SUM(A1)", "a", None, Usage(10, 20))
BAD = Outcome(1, False, "", None, Failure("capacity", "No room.", "Try again."), None)


def submitted(usage: Usage | None = None) -> SubmittedBatch:
    return SubmittedBatch("id", "cloudflare", "m", "r", "done", 2, 1, usage, PRICE, None, AT, AT)


def test_rows_put_requests_and_outcomes_side_by_side() -> None:
    first, second = batch_results.rows(ITEMS, (GOOD, BAD), PRICE)
    assert first == {
        "request": 1,
        "external_reference": "a",
        "ok": True,
        "prompt": "one",
        "answer": "=SUM(A1)",
        "error": None,
        "tokens in": 10,
        "tokens out": 20,
        "USD": Decimal("0.00005"),
        "priced by": "unit prices",
    }
    assert (second["prompt"], second["error"], second["USD"]) == ("two", "No room. Try again.", None)


def test_an_outcome_nobody_asked_for_is_kept() -> None:
    (row,) = batch_results.rows((), (Outcome(4, True, "yes", None, None, None),), None)
    assert (row["request"], row["prompt"], row["answer"]) == (5, "", "yes")


def test_json_lines_hold_exactly_what_came() -> None:
    first, second = map(json.loads, batch_results.as_jsonl(submitted(), ITEMS, (GOOD, BAD)).splitlines())
    assert (first["text"], first["request"], first["usage"]["prompt_tokens"]) == ("=SUM(A1)", ITEMS[0], 10)
    assert second["error"]["kind"] == "capacity"
    assert (first["model"], first["connection"]) == ("m", "cloudflare")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\n=1", "\uff1d1", "\uff20x"])
def test_csv_holds_no_formula(text: str) -> None:
    outcome = Outcome(0, True, text, None, None, None)
    (row,) = csv.DictReader(io.StringIO(batch_results.as_csv(submitted(), ITEMS, (outcome,)), newline=""))
    assert row["answer"] == f"'{text}"
    assert (row["model"], row["connection"]) == ("m", "cloudflare")


def test_csv_keeps_every_sign_of_an_answer() -> None:
    text = 'a, "b"\r\nc\u2028;\u0000é'
    outcome = Outcome(0, True, text, None, None, Usage(1, 1, neurons=1e-9))
    (row,) = csv.DictReader(io.StringIO(batch_results.as_csv(submitted(), ITEMS, (outcome,)), newline=""))
    assert row["answer"] == text
    assert Decimal(row["USD"]) == Decimal("1e-9") * Decimal("0.000011")


def test_usage_is_that_of_the_service_else_the_sum_of_the_items() -> None:
    assert batch_results.batch_usage(submitted(Usage(5, 6)), (GOOD,)) == Usage(5, 6)
    assert batch_results.batch_usage(submitted(), (GOOD, GOOD, BAD)) == Usage(20, 40)
    assert batch_results.batch_usage(submitted(), (BAD,)) is None


def test_an_item_whose_meter_stands_at_zero_was_not_metered() -> None:
    metered, not_metered = (replace(GOOD, usage=Usage(10, 20, neurons=neurons)) for neurons in (2.5, 0.0))
    total = batch_results.batch_charge(submitted(), (metered, not_metered))
    assert total is not None
    assert total.usage == Usage(20, 40)
    assert total.cost == Decimal("2.5") * Decimal("0.000011") + Decimal("0.00005")


def test_a_batch_is_unpriced_where_one_of_its_items_is() -> None:
    priced, unpriced = (replace(GOOD, usage=Usage(10, 20, neurons=neurons)) for neurons in (2.5, None))
    total = batch_results.batch_charge(replace(submitted(), price=None), (priced, unpriced))
    assert total is not None
    assert total.cost is None
    assert total.unpriced


def test_bills_are_told_and_stay_exact() -> None:
    billed = replace(GOOD, usage=Usage(10, 20, billed=Decimal("0.10000000000000000001"), billed_by="usage.cost"))
    (row,) = batch_results.rows(ITEMS, (billed,), PRICE)
    assert (row["USD"], row["priced by"]) == (Decimal("0.10000000000000000001"), "the server's bill (usage.cost)")
    (line,) = map(json.loads, batch_results.as_jsonl(submitted(), ITEMS, (billed,)).splitlines())
    assert line["usage"]["billed"] == "0.10000000000000000001"
    total = batch_results.batch_charge(submitted(), (billed, billed))
    assert total is not None
    assert (total.cost, total.billed, total.estimated) == (Decimal("0.20000000000000000002"), True, False)


@pytest.mark.parametrize(
    ("usage", "price", "words"),
    [
        (Usage(1, 1), PRICE, "unit prices"),
        (Usage(1, 1), None, "unpriced"),
        (Usage(1, 1, neurons=1.0), None, "neurons"),
        (Usage(1, 1, neurons=0.0), None, "unpriced"),
        (Usage(1, 1, estimated=True), PRICE, "unit prices, estimated"),
    ],
)
def test_what_a_cost_is_made_of(usage: Usage, price: Price | None, words: str) -> None:
    assert batch_results.priced_by(usage, price) == words
