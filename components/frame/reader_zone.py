"""The time zone of whoever reads the page."""

from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import streamlit as st


def reader_zone() -> tzinfo | None:
    """That of the browser, or its offset now where the name is not known here; None without a browser."""
    name, minutes_west = st.context.timezone, st.context.timezone_offset
    if name is not None:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # a browser may say anything, and a slim system knows few zones
            pass
    return None if minutes_west is None else timezone(-timedelta(minutes=minutes_west))
