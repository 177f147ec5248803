"""A model's answer: on its way, or as it ended."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.markdown import LiveMarkdown, markdown, plain
from playground import figures, replies
from playground.formats import misfit
from playground.store import Failure, Reply

TICK_S = 0.05
PATIENCE_S = 1.0


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """The places in which an answer on its way is drawn."""

    reply: "replies.Reply"
    status: DeltaGenerator
    reasoning: DeltaGenerator
    text: DeltaGenerator


def live_answer(reply: "replies.Reply") -> LiveAnswer:
    """Lay out an answer on its way; `watch` fills it."""
    places = LiveAnswer(reply, st.empty(), st.empty(), st.empty())
    st.empty()  # in place of what stood under the answer that was here before
    st.empty()
    return places


def watch(answer: LiveAnswer) -> None:
    """Draw an answer as it comes until it ends. A rerun or a page change breaks this off, and the answer goes on."""
    reply, started = answer.reply, time.monotonic()
    text, thoughts, thought = LiveMarkdown(answer.text), None, 0
    seen, said = 0, ""
    while True:
        ended = reply.ended.is_set()
        upto, thought_upto = len(reply.parts), len(reply.reasoning_parts)
        if thought_upto > thought:
            if thoughts is None:
                thoughts = LiveMarkdown(answer.reasoning.status(":shimmer[Thinking]", type="compact").empty())
            thoughts.update("".join(reply.reasoning_parts[thought:thought_upto]))
            thought = thought_upto
        if upto > seen:
            if said:
                answer.status.empty()
                said = ""
            text.update("".join(reply.parts[seen:upto]))
            seen = upto
        elif not seen and not ended and (now := waiting_for(reply, time.monotonic() - started)) != said:
            answer.status.caption(now)
            said = now
        if ended:
            return
        st.session_state.get("session")  # gives way to a rerun; without it this loop cannot be interrupted
        (reply.ended if reply.first_token_s is not None else reply.arrived).wait(TICK_S)


def waiting_for(reply: "replies.Reply", waited_s: float) -> str:
    """Why there is nothing to see yet, as Markdown; empty for the first second."""
    from playground.providers.local import fetching

    if (fetch := fetching()) is not None and reply.connection.kind == "local":
        return f":material/download: {plain(fetch.stage)} · {fetch.fraction:.0%}"
    wait = reply.exchange.wait
    if wait is not None:
        left = f" in {max(wait.until - time.monotonic(), 0):.0f} s" if wait.until is not None else ""
        verb = "Queued" if wait.reason == "queued" else f"Retrying{left} (attempt {wait.attempt})"
        return f":material/hourglass_top: {verb}{plain(': ' + wait.message) if wait.message else ''} · Esc cancels"
    if reply.first_token_s is not None or waited_s < PATIENCE_S:
        return ""
    return f":shimmer[Waiting for the first token] · {waited_s:.0f} s"


def answer(reply: Reply, remedies: Callable[[], None], *, raw: bool) -> None:
    """An answer that has ended: its text, and what went wrong if anything did."""
    st.empty()
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
                st.code(call.arguments or "{}", language="json", wrap_lines=True)
        if reply.error is not None:
            failure(reply.error)
        for note in reply.notes:
            st.caption(f":material/info: {plain(note)}")
        finish_badge(reply, remedies)
        format_badge(reply)


def failure(error: Failure) -> None:
    """What went wrong and what to do, in place."""
    names = [f"code {error.code}" if error.code else "", f"request {error.request_id}" if error.request_id else ""]
    details = " · ".join(filter(None, names))
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
    wrong = misfit(reply.text, reply.response_format)
    if wrong is None:
        fits = "fits its JSON schema" if "json_schema" in reply.response_format else "is JSON"
        st.badge(fits, color="green", icon=":material/check:")
    else:
        st.badge(plain(f"does not fit its format: {wrong}"), color="orange", icon=":material/rule:")


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
    if reply.finish_reason == "length":
        spent = " by thinking alone" if reply.reasoning and not reply.text else ""
        at = f" {reply.usage.completion_tokens:,}" if reply.usage and not reply.usage.estimated else ""
        return f"cut at max_tokens{at}{spent}"
    if reply.finish_reason == "content_filter":
        return "filtered by the service"
    return "the stream broke off before its end" if reply.truncated else ""


def _thought(reply: Reply) -> str:
    first = reply.timings.first_token_s
    return "Thoughts" if first is None else f"Thoughts · {figures.tokens(len(reply.reasoning.split()))} words"
