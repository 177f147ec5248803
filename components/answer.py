"""A model's answer as it ended."""

from collections.abc import Callable

import streamlit as st

from components.extras import extras
from components.markdown import in_badge, markdown, plain
from playground.ending import failure_details, how_it_ended, thoughts_label, unsaved_note
from playground.formats import judge
from playground.store import Failure, Reply


def answer(reply: Reply, remedies: Callable[[], None], *, raw: bool) -> None:
    """An answer that has ended: its text, and what went wrong if anything did; in the places it had while it came."""
    if reply.reasoning:
        with st.expander(thoughts_label(reply), type="compact"):
            markdown(reply.reasoning)
    else:
        st.empty()
    if reply.text and (raw or reply.response_format):
        st.code(reply.text, language=None if raw else "json", wrap_lines=True)
    elif reply.text:
        markdown(reply.text)
    else:
        st.empty()
    with st.container(gap="small"):
        for call in reply.tool_calls:
            with st.container(border=True):
                st.markdown(f":material/build: **{plain(call.name)}**")
                custom = call.kind == "custom"
                st.code(
                    call.arguments or ("" if custom else "{}"), language=None if custom else "json", wrap_lines=True
                )
        extras(reply, raw=raw)
        if reply.error is not None:
            failure(reply.error)
        if reply.unsaved:
            st.caption(f":material/sync_problem: {plain(unsaved_note(reply))}")
        for note in reply.notes:
            st.caption(f":material/info: {plain(note)}")
        finish_badge(reply, remedies)
        format_badge(reply)


def failure(error: Failure) -> None:
    """What went wrong and what to do, in place."""
    details = failure_details(error)
    st.error(
        f"**{plain(error.message)}** {plain(error.hint)}" + (f"  \n:small[{plain(details)}]" if details else ""),
        icon=":material/error:",
    )


def finish_badge(reply: Reply, actions: Callable[[], None]) -> None:
    """How an answer ended, where that is anything but "it was complete", with what to do about it."""
    words = how_it_ended(reply)
    if words:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(words, color="orange", icon=":material/content_cut:")
            actions()


def format_badge(reply: Reply) -> None:
    """Whether an answer is what its format asked for."""
    if reply.response_format is None or not reply.text or reply.state == "failed":
        return
    judged = judge(reply.text, reply.response_format)
    words = in_badge(judged.words(reply.response_format))
    if judged.fits:
        st.badge(words, color="green", icon=":material/check:")
    else:
        st.badge(words, color="gray" if judged.fits is None else "orange", icon=":material/rule:")
