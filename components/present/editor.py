"""The editor of a demo: its YAML, with each mistake by line and column as soon as it is there."""

import streamlit as st

from components.frame.page_link import page_link
from components.frame.session import Session, session, shows_errors
from components.present.rehearsal import rehearsal_of
from playground.presenting.demo import Demo, DemoStep
from playground.presenting.demo_file import LONGEST_DEMO, DemoFileError, read_demo, write_demo
from playground.presenting.demo_library import DemoLibrary
from playground.text.markdown import plain

NEW = "new"
FIRST_DEMO = Demo(
    title="A new demo", steps=(DemoStep(title="First", prompt="Why is the sea salty?", notes="Say hello."),)
)


def demo_editor(here: Session, name: str) -> None:
    """Edit a demo; a shipped one becomes an own one when it is saved."""
    known = None if name == NEW else DemoLibrary(here.chat.store).find(name)
    if known is None and name != NEW:
        st.warning("There is no demo at this address.", icon=":material/link_off:")
        return
    text = st.text_area(
        "Demo as YAML",
        write_demo(FIRST_DEMO) if known is None else known.text,
        key=f"demo_text-{name}",
        height=460,
        max_chars=LONGEST_DEMO,
        help="What it may hold: docs/demo.schema.json. Ctrl+Enter checks it.",
    )
    readable = _check(text)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Save a copy" if known is not None and known.shipped else "Save",
            key="save_demo",
            icon=":material/save:",
            type="primary",
            disabled=not readable or here.read_only,
            on_click=_save,
            args=(name, known is not None and not known.shipped),
        )
        if st.session_state.pop("demo_saved", None) is not None:
            st.caption("Saved.", width="content")
        if known is not None:
            page_link("present", "Present it", ":material/slideshow:", demo=known.name)
        page_link("present", "All demos", ":material/list:")
    if known is not None and known.demo is not None and not here.read_only:
        rehearsal_of(here, known.name, known.demo)


def _check(text: str) -> bool:
    """Whether it reads as a demo; says so, or where not."""
    try:
        demo = read_demo(text)
    except DemoFileError as error:
        st.error("  \n".join(plain(str(mistake)) for mistake in error.mistakes), icon=":material/error:")
        return False
    prompts = sum(len(step.questions) for step in demo.steps)
    st.caption(f":material/check: {plain(demo.title)}: steps {len(demo.steps)}, prompts {prompts}")
    return True


@shows_errors
def _save(name: str, own: bool) -> None:
    text = st.session_state[f"demo_text-{name}"]
    try:
        st.session_state.demo_edited = DemoLibrary(session().chat.store).keep(text, name if own else None)
    except DemoFileError as error:
        st.session_state.last_error = ("Not saved.", str(error))
        return
    st.session_state.demo_saved = True
