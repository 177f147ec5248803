"""What was used, as files: exact, and harmless in a spreadsheet."""

import csv
import io
from decimal import Decimal

import pandas as pd

from playground.exporting.usage import usage_csv, usage_parquet
from playground.money.totals import Totals

GROUPS = {
    "=HYPERLINK(1)": Totals(requests=2, computed=Decimal("0.000000123456789")),
    "sky": Totals(requests=1, billed=Decimal("1234.5")),
    "sea": Totals(requests=1, unpriced=1),
}


def test_csv_has_every_digit_and_no_formula() -> None:
    first, second, third = csv.DictReader(io.StringIO(usage_csv(GROUPS, "Model")))
    assert (first["Model"], first["cost"]) == ("'=HYPERLINK(1)", "0.000000123456789")
    assert (second["cost"], third["cost"], third["unpriced"]) == ("1234.5", "", "1")


def test_parquet_has_the_same_as_decimals() -> None:
    table = pd.read_parquet(io.BytesIO(usage_parquet(GROUPS, "Model")))
    assert list(table["Model"]) == list(GROUPS)
    assert list(table["cost"])[:2] == [Decimal("0.000000123456789"), Decimal("1234.5")]
    assert list(table["cost"])[2] is None
