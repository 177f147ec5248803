"""A dialog with the request that was sent for an answer, and the response, in full."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.chat.recording_files import recording_files
from components.frame.process import chat
from playground.answers import rereading
from playground.answers.exchange import LONGEST_FRAMES
from playground.answers.trace import Trace
from playground.channel.sent import is_own_turn
from playground.conversation.provenance import provenance_line
from playground.exporting.har import har
from playground.money.repricing import repriced_charge, repriced_sentence
from playground.presenting.recordings import recording_of
from playground.presenting.screen import Take
from playground.store import Store, StoredReply
from playground.text.markdown import plain

_OPEN = "inspected_reply"
LONGEST_SHOWN_EXCHANGE = 20_000


def inspect(store: Store, reply_id: str, conversation_id: str | None) -> None:
    """Open the dialog of a reply on the next run, where it is one of the conversation."""
    if is_own_turn(store, conversation_id, reply_id):
        st.session_state[_OPEN] = reply_id


def _close() -> None:
    st.session_state.pop(_OPEN, None)


def inspected(store: Store) -> None:
    """Draw the dialog that is open, if one is; once a run, outside of any fold."""
    reply = store.reply(st.session_state[_OPEN]) if _OPEN in st.session_state else None
    if reply is not None:
        _dialog(store, reply)


@st.dialog("Request and response", width="large", icon=":material/swap_vert:", on_dismiss=_close)
def _dialog(store: Store, reply: StoredReply) -> None:
    body, trace = store.request(reply.id), store.trace(reply.id)
    if trace is None:
        st.caption(_absence(reply))
    else:
        st.code(f"{trace.method} {trace.url}", language="http", wrap_lines=True)
        _summary(reply, trace)
    st.caption(f":material/smart_toy: {plain(provenance_line(reply))}")
    _repriced(reply)
    if (recording := recording_of(store, reply.id)) is not None:
        recording_files([Take("", _question(store, reply.id), recording)], "Answer")
    for note in reply.notes:
        st.caption(f":material/tune: {plain(note)}")
    if trace is None:
        if body is not None:
            _json(body)
        return
    request, response, events = st.tabs(["Request", "Response", f"Events · {len(trace.frames):,}"])
    with request:
        _headers(trace.request_headers)
        _json(body)
    with response:
        _headers(trace.headers_of_interest())
        if not trace.streamed:
            _text(trace.body)
    with events:
        _events(reply, trace)
    st.download_button(
        "Download as HAR",
        lambda: json.dumps(har(reply, trace, body), ensure_ascii=False, indent=1),
        f"{reply.id}.har",
        "application/json",
        key="har",
        icon=":material/download:",
        on_click="ignore",
    )


def _question(store: Store, turn_id: str) -> str:
    """The text of the turn before an answer."""
    turn = store.turn(turn_id)
    above = store.turn(turn.parent_id) if turn is not None and turn.parent_id is not None else None
    return "" if above is None else above.message.text


def _repriced(reply: StoredReply) -> None:
    card = chat().roster.card(reply.model)
    price = None if card is None else card.price
    if (repriced := repriced_charge(reply.charge, price)) is not None:
        st.caption(f":material/currency_exchange: {plain(repriced_sentence(repriced, price))}")


def _absence(reply: StoredReply) -> str:
    if reply.state == "live":
        return "The answer is still on its way; what went over the wire is kept once it has ended."
    if reply.state == "interrupted":
        return "The app ended before the answer did: what came over the wire is not known."
    return "Nothing was sent." if reply.error is not None else "What went over the wire was not kept."


def _summary(reply: StoredReply, trace: Trace) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if trace.status is None:
            st.badge("no answer", color="red", icon=":material/error:")
        elif trace.status < 400:
            st.badge(f"status {trace.status}", color="green", icon=":material/check:")
        else:
            st.badge(f"status {trace.status}", color="red", icon=":material/error:")
        facts = [
            f"request {trace.request_id}" if trace.request_id else "",
            f"{trace.attempts} attempts, this is the last" if trace.attempts > 1 else "",
            f"first event after {trace.frames[0][0]:.3f} s" if trace.frames else "",
            f"{reply.timings.total_s:.2f} s in all" if reply.timings.total_s is not None else "",
        ]
        st.caption(plain(" · ".join(filter(None, facts))), width="content")


def _headers(headers: Mapping[str, str]) -> None:
    st.code("\n".join(f"{name}: {value}" for name, value in headers.items()), language="http", wrap_lines=True)


def _events(reply: StoredReply, trace: Trace) -> None:
    if not trace.frames:
        st.caption("None came.")
        return
    frames = rereading.frames(trace, reply.model)
    st.dataframe(
        {
            "Seconds": [frame.at_s for frame in frames],
            "Data": [frame.data[:LONGEST_SHOWN_EXCHANGE] for frame in frames],
            "Read as": [frame.read_as for frame in frames],
        },
        hide_index=True,
        height=360,
        column_config={
            "Seconds": st.column_config.NumberColumn(format="%.3f", width="small"),
            "Data": st.column_config.TextColumn(width="large"),
        },
    )
    if trace.left_out:
        st.caption(
            f":material/content_cut: {trace.left_out:,} more events came and are not kept: "
            f"at most {LONGEST_FRAMES / 1e6:.0f} MB of an answer are."
        )


def _json(body: Any) -> None:
    _text(json.dumps(body, indent=2, ensure_ascii=False))


def _text(text: str) -> None:
    st.code(text[:LONGEST_SHOWN_EXCHANGE], language="json", wrap_lines=True)
    if len(text) > LONGEST_SHOWN_EXCHANGE:
        st.caption(f"The first {LONGEST_SHOWN_EXCHANGE:,} of {len(text):,} characters; the download holds all.")
