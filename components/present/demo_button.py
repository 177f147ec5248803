"""The button that makes a demo of what is on the page."""

from collections.abc import Callable

import streamlit as st

from components.frame.process import chat
from components.frame.session import shows_errors
from playground.presenting.demo import Demo
from playground.presenting.demo_file import write_demo
from playground.presenting.demo_library import DemoLibrary


def demo_button(make: Callable[[], Demo | None]) -> None:
    """Make a demo with `make`, keep it, and go where it is edited."""

    @shows_errors
    def made() -> None:
        demo = make()
        if demo is not None:
            st.session_state.made_demo = DemoLibrary(chat().store).keep(write_demo(demo))

    st.button(
        "Make a demo",
        key="make_demo",
        icon=":material/slideshow:",
        help="A script with the same questions and settings, to be edited and presented",
        on_click=made,
        width="content",
    )
    if (name := st.session_state.pop("made_demo", None)) is not None:
        st.switch_page("pages/present.py", query_params={"edit": name})
