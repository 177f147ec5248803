"""The numbers behind the chart, and the same as files."""

from collections.abc import Callable, Mapping
from datetime import datetime

import streamlit as st

from playground.exporting.usage import usage_csv, usage_parquet
from playground.money.report import table_row
from playground.money.totals import Totals

_COUNTS = (
    "requests",
    "failed",
    "stopped",
    "interrupted",
    "tokens in",
    "cached",
    "tokens out",
    "thoughts",
    "neurons",
    "unpriced",
)
_EXACT = ("neurons", "cost", "billed", "computed", "estimated")


def usage_table(groups: Mapping[str, Totals], title: str, called: Callable[[str], str]) -> None:
    """A row for each group. USD are shown with their significant digits, and are exact in the files."""
    import pandas as pd

    shown = pd.DataFrame([table_row(called(name), title, totals) for name, totals in groups.items()])
    for column in _EXACT:
        shown[column] = shown[column].astype(float)
    money = {name: st.column_config.NumberColumn(name, format="$%.4g") for name in _EXACT[1:]}
    counts = {name: st.column_config.NumberColumn(name, format="localized") for name in _COUNTS}
    times = {name: st.column_config.NumberColumn(name, format="%.2f") for name in shown.columns if " s p" in name}
    rate = {"error rate": st.column_config.NumberColumn("error rate", format="percent")}
    st.dataframe(shown, hide_index=True, column_config={**counts, **money, **times, **rate}, key="usage_table")


def usage_files(
    groups: Mapping[str, Totals], title: str, name: str, at: datetime, called: Callable[[str], str]
) -> None:
    """The table as CSV and Parquet, with every digit; made when they are asked for."""
    stem = f"usage-{name}-{at:%Y-%m-%d}"
    with st.container(horizontal=True):
        for label, make, ending, mime in (
            ("CSV", lambda: usage_csv(groups, title, called), "csv", "text/csv"),
            ("Parquet", lambda: usage_parquet(groups, title, called), "parquet", "application/vnd.apache.parquet"),
        ):
            st.download_button(
                label,
                make,
                f"{stem}.{ending}",
                mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"usage_{ending}",
            )
