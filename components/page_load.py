"""Whether a page that was just loaded has all its controls: a browser that is kept busy puts them off for ever."""

import streamlit as st

_mount = st.components.v2.component(
    "page_load",
    js="""
export default function ({ setStateValue }) {
  const tell = () => setStateValue("complete", true);
  // Safari has no idle callbacks; two frames after this control came, its neighbours are there as well.
  if (window.requestIdleCallback) window.requestIdleCallback(tell);
  else requestAnimationFrame(() => requestAnimationFrame(tell));
}
""",
)


def await_controls() -> None:
    """Have the page run again once the browser has drawn its controls and has nothing else to do."""
    _mount(key="page_load", height=1, on_complete_change=controls_are_there)


def controls_are_there() -> None:
    """From now on this page may be drawn at any pace."""
    st.session_state.controls_there = True


def has_controls() -> bool:
    """Whether this page has been at rest since it was loaded.

    React 18 mounts what is loaded late (Streamlit's widgets) at a priority that never rises: on a slow computer,
    updates 20 times a second leave no time for it, and neither Stop nor composer would come before the answer ends.
    """
    return "controls_there" in st.session_state
