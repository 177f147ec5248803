"""A dialog with the recordings of a comparison's last answers, as files."""

from collections.abc import Callable, Sequence

import streamlit as st

from components.chat.recording_files import recording_files
from components.compare.pane_view import PaneView
from components.frame.process import chat
from playground.presenting.recordings import recording_of
from playground.presenting.screen import Take
from playground.text.markdown import plain


def recording_button(views: Sequence[PaneView], *, on_click: Callable[[], None]) -> None:
    """Opens the dialog; while answers are coming or names are hidden it cannot be."""
    ready = any(view.answer for view in views) and not any(view.busy or view.hidden for view in views)
    if st.button(
        "Recording",
        key="recording",
        icon=":material/movie:",
        disabled=not ready,
        width="stretch",
        on_click=on_click,
        help="The last answers at the pace at which they came, as files; Replay all, in the menu of an answer, plays "
        "them here",
    ):
        _dialog(views)


def pane_takes(views: Sequence[PaneView]) -> list[Take]:
    """The last answers of panes that have a recording, each with its question."""
    found = []
    for view in views:
        recording = recording_of(chat().store, view.answer.id) if view.answer is not None else None
        if recording is not None:
            prompts = [turn.message.text for turn in view.path if turn.message.role == "user"]
            found.append(Take(view.answer_name, prompts[-1] if prompts else "", recording))
    return found


@st.dialog("Recording", width="large", icon=":material/movie:")
def _dialog(views: Sequence[PaneView]) -> None:
    takes = pane_takes(views)
    if not takes:
        st.caption("The pace of these answers was not kept. Answers from now on are recorded.")
        return
    for take in takes:
        reply, seconds = take.recording.reply, take.recording.pace.total_ms / 1000
        st.caption(plain(f"{take.name}: {reply.started_at:%Y-%m-%d %H:%M} UTC, {seconds:.1f} s"))
    if len(takes) < len(views):
        st.caption("Panes without an answer at a pace of its own are left out.")
    recording_files(takes, takes[0].prompt or "Comparison")
