"""How large the window is: Streamlit does not say."""

from dataclasses import dataclass

import streamlit as st

STEP = 50

_mount = st.components.v2.component(
    "viewport",
    js=f"""
const query = window.matchMedia("(max-width: 640px)");
export default function ({{ setStateValue, data }}) {{
  const tell = () => {{
    if (query.matches !== data.narrow) setStateValue("narrow", query.matches);
    const height = Math.floor(window.innerHeight / {STEP}) * {STEP};
    // On a phone the keyboard comes and goes, and nothing depends on it.
    if (data.tall && !query.matches && height !== data.height) setStateValue("height", height);
  }};
  let soon;
  const later = () => {{ clearTimeout(soon); soon = setTimeout(tell, 200); }};
  query.onchange = tell;
  window.addEventListener("resize", later);
  tell();
  return () => window.removeEventListener("resize", later);
}}
""",
)


@dataclass(frozen=True, slots=True)
class Viewport:
    """Whether columns would not fit side by side, and the height in pixels, rounded down."""

    narrow: bool = False
    height: int = 900


def viewport(*, tall: bool = True) -> Viewport:
    """The window as it is; the page runs again when that changes. Without `tall`, its height is not looked at."""
    reported = st.session_state.get("viewport", {})
    window = Viewport(bool(reported.get("narrow", False)), int(reported.get("height") or Viewport().height))
    _mount(
        data={"narrow": window.narrow, "height": window.height, "tall": tall},
        key="viewport",
        height=1,
        on_narrow_change=lambda: None,
        on_height_change=lambda: None,
    )
    return window
