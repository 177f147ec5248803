"""The numbers of a comparison: a row for each answer, every digit."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

from playground.exporting.comparison_csv import comparison_csv
from tests.compare.test_verdict import GOOD


def test_each_answer_has_a_row_with_every_digit() -> None:
    dear = replace(GOOD, cost=Decimal("0.000000123456789"), usage=None)
    rows = list(csv.DictReader(io.StringIO(comparison_csv(["=A", "B"], [[GOOD, GOOD], [dear]]))))
    assert [(row["pane"], row["answer"]) for row in rows] == [("'=A", "1"), ("'=A", "2"), ("B", "1")]
    assert rows[2]["cost usd"] == "0.000000123456789"
    assert rows[2]["tokens in tokens"] == ""
    assert rows[0]["total s"] == str(GOOD.timings.total_s)
