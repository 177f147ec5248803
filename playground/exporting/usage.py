"""What was used, as files: a row for each group, with every digit."""

import io
from collections.abc import Callable, Mapping

from playground.money.report import table_row
from playground.money.totals import Totals
from playground.text.spreadsheet import csv_text


def usage_csv(groups: Mapping[str, Totals], title: str, called: Callable[[str], str] = str) -> str:
    """The groups as CSV; `title` is the heading of their names, `called` what each is called."""
    rows = [table_row(called(name), title, totals) for name, totals in groups.items()]
    return csv_text(list(rows[0]) if rows else [title], rows)


def usage_parquet(groups: Mapping[str, Totals], title: str, called: Callable[[str], str] = str) -> bytes:
    """The same as Parquet, money as decimals."""
    import pandas as pd

    file = io.BytesIO()
    rows = [table_row(called(name), title, totals) for name, totals in groups.items()]
    pd.DataFrame(rows).to_parquet(file, index=False)
    return file.getvalue()
