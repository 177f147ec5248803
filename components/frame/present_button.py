"""The button that puts what is on the page on the stage."""

import streamlit as st


def present_button(**query: str) -> None:
    """Present what the query names; the browser part presses it by a key (`present_key.ts`)."""
    pressed = st.button(
        "Present",
        key="present",
        icon=":material/present_to_all:",
        help="For an audience, over all of the window: F8",
        width="content",
    )
    if pressed:
        st.switch_page("pages/present.py", query_params=query)
