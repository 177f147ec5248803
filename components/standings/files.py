"""The standings as files."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from playground.compare.standings import Contestant, Standings
from playground.exporting.standings import pairs_csv, standings_csv


def standings_files(found: Standings, names: Mapping[Contestant, str], at: datetime) -> None:
    """The table and the pairs as CSV, made when they are asked for."""
    with st.container(horizontal=True):
        for label, name, make in (
            ("CSV", "standings", lambda: standings_csv(found, names)),
            ("Pairs as CSV", "pairs", lambda: pairs_csv(found, names)),
        ):
            st.download_button(
                label,
                make,
                f"{name}-{at:%Y-%m-%d}.csv",
                "text/csv",
                icon=":material/download:",
                on_click="ignore",
                key=f"{name}_csv",
            )
