"""The demos that can be presented: a line for each, and what can be done with it."""

from functools import partial

import streamlit as st

from components.frame.page_link import page_link
from components.frame.session import Session, session, shows_errors
from playground.presenting.demo_library import DemoLibrary, KnownDemo, shipped_demos
from playground.text.markdown import plain


def demo_list(here: Session) -> None:
    """All demos, and the way to a new one."""
    st.header("Demos", anchor=False)
    st.caption("Scripted: what is asked of which models, with notes for who speaks. The shipped ones need no key.")
    for known in (*DemoLibrary(here.chat.store).own(), *shipped_demos()):
        _line(known, may_change=not here.read_only)
    if not here.read_only:
        page_link("present", "New demo", ":material/add:", edit="new")


def _line(known: KnownDemo, *, may_change: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"demo-{known.name}"):
        if known.demo is None:
            st.markdown(f"{plain(known.title)} cannot be read any more", width="content")
        else:
            page_link("present", known.title, ":material/slideshow:", demo=known.name)
            st.caption(f"{len(known.demo.steps)} steps" if len(known.demo.steps) > 1 else "1 step", width="content")
        if may_change:
            page_link("present", f"Edit {known.title}", ":material/edit:", edit=known.name)
            if not known.shipped:
                st.button(
                    f"Delete {plain(known.title)}",
                    key=f"delete_demo-{known.name}",
                    icon=":material/delete:",
                    type="tertiary",
                    on_click=partial(_delete, known.name),
                )


@shows_errors
def _delete(name: str) -> None:
    DemoLibrary(session().chat.store).delete(name)
