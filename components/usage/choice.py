"""Which time is looked at, and what it is told apart by; both stand in the address."""

from collections.abc import Mapping

import streamlit as st

from components.frame.address_choice import address_choice
from playground.money.report import PERIODS


def usage_choice(groups: Mapping[str, str]) -> tuple[str, str]:
    """The period and the grouping that are chosen: names of PERIODS and of `groups`, which are some of USAGE_GROUPS."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return (
            address_choice("Time", "period", PERIODS, "today", page="usage"),
            address_choice("By", "by", groups, "model", page="usage"),
        )
