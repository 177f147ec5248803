"""Whether the window is narrow, as a phone's is: Streamlit does not say."""

import streamlit as st

_mount = st.components.v2.component(
    "viewport",
    js="""
const query = window.matchMedia("(max-width: 640px)");
export default function ({ setStateValue, data }) {
  const tell = () => { if (query.matches !== data.narrow) setStateValue("narrow", query.matches); };
  query.onchange = tell;
  tell();
}
""",
)


def narrow() -> bool:
    """True where columns would not fit side by side; the page runs again when that changes."""
    known = bool(st.session_state.get("viewport", {}).get("narrow", False))
    result = _mount(data={"narrow": known}, key="viewport", height=1, on_narrow_change=lambda: None)
    return bool(result.narrow)
