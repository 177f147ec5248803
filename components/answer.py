"""A model's answer as it ended."""

from collections.abc import Callable

import streamlit as st

from components.extras import extras
from components.markdown import in_badge, markdown, plain
from playground import figures
from playground.formats import judge
from playground.store import Failure, Reply


def answer(reply: Reply, remedies: Callable[[], None], *, raw: bool) -> None:
    """An answer that has ended: its text, and what went wrong if anything did; in the places it had while it came."""
    if reply.reasoning:
        with st.expander(_thought(reply), type="compact"):
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
            st.caption(f":material/sync_problem: Not saved yet; tried again until it is. {plain(reply.unsaved)}")
        for note in reply.notes:
            st.caption(f":material/info: {plain(note)}")
        finish_badge(reply, remedies)
        format_badge(reply)


def failure(error: Failure) -> None:
    """What went wrong and what to do, in place."""
    details = " · ".join(
        filter(
            None,
            (
                f"asks to wait {figures.seconds(error.retry_after_s)}" if error.retry_after_s else "",
                f"code {error.code}" if error.code else "",
                f"request {error.request_id}" if error.request_id else "",
            ),
        )
    )
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
    if judged.fits is None:
        st.badge(in_badge(f"could not be checked: {judged.why}"), color="gray", icon=":material/rule:")
    elif judged.fits:
        fits = "fits its JSON schema" if "json_schema" in reply.response_format else "is JSON"
        st.badge(fits, color="green", icon=":material/check:")
    else:
        st.badge(in_badge(f"does not fit its format: {judged.why}"), color="orange", icon=":material/rule:")


def how_it_ended(reply: Reply) -> str:
    """A few words on an answer that is not complete; empty for one that is."""
    if reply.state == "stopped":
        return "stopped"
    if reply.state == "live":
        return "still arriving in another process of this app; reload to see more"
    if reply.state == "interrupted":
        return "interrupted: the app ended while this was arriving"
    if reply.state == "failed":
        return "cut off by the error" if reply.text else ""
    return _short_of(reply) or _without_answer(reply)


def _short_of(reply: Reply) -> str:
    """What kept an answer that has ended from its own end."""
    if reply.finish_reason == "length" and reply.truncated:
        return "cut off: longer than is kept here"
    if reply.finish_reason == "length":
        spent = " by thinking alone" if reply.reasoning and not reply.text else ""
        at = f" after {reply.usage.completion_tokens:,} tokens" if reply.usage and not reply.usage.estimated else ""
        return f"cut off{at}{spent}: max_tokens or the model's context is used up"
    if reply.finish_reason == "content_filter":
        return "filtered by the service"
    return "the stream broke off before its end" if reply.truncated else ""


def _without_answer(reply: Reply) -> str:
    if not (reply.text or reply.tool_calls or reply.extras):
        return "ended while thinking, without an answer" if reply.reasoning else "the server answered with nothing"
    return "ended for a reason that is not known here" if reply.finish_reason == "unknown" else ""


def _thought(reply: Reply) -> str:
    first = reply.timings.first_token_s
    return "Thoughts" if first is None else f"Thoughts · {figures.tokens(len(reply.reasoning.split()))} words"
