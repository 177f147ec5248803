"""Puts a component of the browser part on a page."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal

import streamlit as st

from playground.channel.serving import built

MISSING = "The browser part is missing: run `make browser`, then start again."

_LOADER = """
const code = import(new URL("channel/{version}/{entry}", document.baseURI));
export default (component) => {{
  let leave, gone = false;
  code.then((part) => {{ if (!gone) leave = part.{mount}(component); }});
  return () => {{ gone = true; leave?.(); }};
}};
"""


def mount_part(
    name: str,
    key: str,
    data: Mapping[str, Any],
    height: int | Literal["content"] = "content",
    **callbacks: Callable[[], None],
) -> None:
    """The component that `mountName` of the browser part makes; a callback `on_act_change` is for its trigger `act`."""
    version = built.built_version()
    if not version:
        st.error(MISSING, icon=":material/build:")
        return
    _component(name, version)(data=dict(data), key=key, height=height, **callbacks)


@cache
def _component(name: str, version: str) -> Callable[..., Any]:
    loader = _LOADER.format(version=version, entry=built.ENTRY, mount=f"mount{name.capitalize()}")
    return st.components.v2.component(f"playground.{name}", js=loader, isolate_styles=False)
