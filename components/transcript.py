"""The conversation: what was said on the branch on screen, and what can be done with each turn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components.answer import answer
from components.copy_button import copy_button
from components.live_answer import LiveAnswer, lead
from components.meter import meter
from components.picture import message_picture
from components.places import Places
from components.tool_results import tool_results
from playground import replies
from playground.store import Turn

LONG = 4_000


@dataclass(frozen=True, slots=True)
class Actions:
    """What a person can do with a turn; each is called with the turn's id before the next run draws."""

    edit: Callable[[str], None]
    save_edit: Callable[[str, str], None]
    cancel_edit: Callable[[], None]
    retry: Callable[[str], None]
    proceed: Callable[[], None]
    raise_cap: Callable[[str, int], None]
    toggle_raw: Callable[[str], None]
    delete: Callable[[str], None]
    select: Callable[[str], None]
    give_results: Callable[[Mapping[str, str]], None]
    inspect: Callable[[str], None]


def transcript(
    path: Sequence[Turn],
    live: "replies.Reply | None",
    actions: Actions,
    *,
    cap: int | None,
    editing: str | None,
    raw: set[str],
) -> LiveAnswer | None:
    """Draw the turns; the answer on its way is laid out, for the caller to watch."""
    places = Places("turns")
    drawn = [(turn, places.next(turn.id).chat_message(_role(turn), avatar=_avatar(turn))) for turn in path]
    places.end()

    def draw(turn: Turn) -> LiveAnswer | None:
        if live is not None and turn.id == live.id:
            return LiveAnswer(live)
        if turn.message.role == "assistant":
            _answer(turn, actions, cap=cap, raw=turn.id in raw, last=turn is path[-1])
        elif turn.id == editing:
            _editor(turn, actions)
        else:
            _question(turn, actions, raw=turn.id in raw)
        return None

    watched = None
    for turn, place in drawn[-2:]:
        with place:
            watched = draw(turn)
    if watched is not None:
        lead([watched])
        with drawn[-1][1]:
            watched.complete()
    for turn, place in drawn[:-2]:
        with place:
            draw(turn)
    return watched


def _role(turn: Turn) -> str:
    return "user" if turn.message.role == "user" else "assistant"


def _avatar(turn: Turn) -> str:
    return {"user": ":material/person:", "tool": ":material/build:"}.get(turn.message.role, ":material/smart_toy:")


def _question(turn: Turn, actions: Actions, *, raw: bool) -> None:
    text = turn.message.text
    with st.container(horizontal=True, vertical_alignment="top", gap="small", wrap=False):
        if raw:
            st.code(text, language=None, wrap_lines=True)
        else:
            st.text(text if len(text) <= LONG else f"{text[:LONG]}…", width="stretch")
        _branches(turn, actions)
        editable = ("Edit",) if turn.message.role == "user" else ()
        _menu(turn, (*editable, "Raw text and copy", "Delete"), actions)
    for picture in turn.message.pictures:
        message_picture(picture, width=320)
    if len(text) > LONG and not raw:
        st.caption(f"The first {LONG:,} of {len(text):,} characters; Raw text shows all.")


def _answer(turn: Turn, actions: Actions, *, cap: int | None, raw: bool, last: bool) -> None:
    reply = turn.reply
    if reply is None:
        st.text(turn.message.text)
        return

    # What is left out leaves a place: what an earlier run drew there would stay while the next answer comes.
    def remedies() -> None:
        if last and reply.text and reply.state != "failed":
            st.button(
                "Continue", key="proceed", type="tertiary", icon=":material/play_arrow:", on_click=actions.proceed
            )
        else:
            st.empty()
        if last and reply.finish_reason == "length" and cap:
            st.button(
                f"Raise to {cap * 2:,} and retry",
                key="raise_cap",
                type="tertiary",
                icon=":material/unfold_more:",
                on_click=actions.raise_cap,
                args=(turn.id, cap * 2),
            )
        else:
            st.empty()

    answer(reply, remedies, raw=raw)
    if last and reply.tool_calls and reply.state == "done":
        tool_results(turn.id, reply.tool_calls, actions.give_results)
    elif reply.tool_calls:
        st.empty()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        meter(reply, key="meter" if last else None)
        _branches(turn, actions)
        if last and reply.text:
            copy_button(reply.text, key="copy")
        else:
            st.empty()
        if last:
            st.button(
                "Retry" if reply.error else "Regenerate",
                key="regenerate",
                type="tertiary",
                icon=":material/refresh:",
                on_click=actions.retry,
                args=(turn.id,),
            )
        else:
            st.empty()
        again = () if last else ("Regenerate",)
        _menu(turn, (*again, "Raw text and copy", "Request and response", "Delete"), actions)


def _menu(turn: Turn, names: Sequence[str], actions: Actions) -> None:
    key = f"menu-{turn.id}"
    chosen = {
        "Edit": actions.edit,
        "Regenerate": actions.retry,
        "Raw text and copy": actions.toggle_raw,
        "Request and response": actions.inspect,
        "Delete": actions.delete,
    }
    st.menu_button(
        "",
        names,
        key=key,
        type="tertiary",
        icon=":material/more_horiz:",
        on_click=lambda: chosen[st.session_state[key]](turn.id),
    )


def _branches(turn: Turn, actions: Actions) -> None:
    if len(turn.siblings) < 2:
        return
    at = turn.siblings.index(turn.id) if turn.id in turn.siblings else 0
    _branch("Earlier version", ":material/chevron_left:", turn, at - 1, actions)
    st.caption(f"{at + 1} / {len(turn.siblings)}", width="content")
    _branch("Later version", ":material/chevron_right:", turn, at + 1, actions)


def _branch(name: str, icon: str, turn: Turn, to: int, actions: Actions) -> None:
    there = 0 <= to < len(turn.siblings)
    st.button(
        "",
        key=f"{name.split()[0].lower()}-{turn.id}",
        icon=icon,
        help=name,
        type="tertiary",
        disabled=not there,
        on_click=actions.select,
        args=(turn.siblings[to] if there else turn.id,),
    )


def _editor(turn: Turn, actions: Actions) -> None:
    key = f"edit-{turn.id}"
    if key not in st.session_state:
        st.session_state[key] = turn.message.text
    with st.container():  # the place of the message's row, which takes it over when the edit is sent
        st.text_area("Edit message", key=key, height="content", label_visibility="collapsed")
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Send",
                key="save_edit",
                type="primary",
                icon=":material/send:",
                on_click=lambda: actions.save_edit(turn.id, st.session_state[key]),
            )
            st.button("Cancel", key="cancel_edit", on_click=actions.cancel_edit)
            st.caption("The conversation forks here; the old branch stays.", width="content")
