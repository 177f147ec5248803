"""The browser part on a page: its transcripts and composers, and the conversations that it shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial

import streamlit as st

from components.chat import requests as chat_requests
from components.compare import requests as compare_requests
from components.compare.pane_slots import fill_slots
from components.compare.session import CompareSession
from components.frame.browser_part import mount_part
from components.frame.found_turn import FoundTurn
from components.frame.process import admission, visitor
from components.frame.session import Offer, Session
from playground.access.guard import guarded_page
from playground.channel.marks import mark_of
from playground.channel.messages import TurnAction
from playground.channel.pages import Page
from playground.channel.views.entries import Presenter
from playground.store import Turn

PAGE_ACTIONS: tuple[TurnAction, ...] = ("inspect", "compare", "add_row")
"""Actions of a turn's menu that need a page run."""


def page() -> Page:
    """This session's page in the channel, made on first use."""
    found: Page | None = st.session_state.get("channel")
    now = visitor()
    if found is None or found.closed:
        found = guarded_page(admission(), now) if now.sign_in else Page()
        st.session_state.channel = found
    return found


def show_chat(here: Session, path: Sequence[Turn], presenter: Presenter) -> None:
    """Show a session's conversation on the chat page."""
    shown = page()
    shown.has_run()
    shown.show_stage(None)
    shown.handler = partial(chat_requests.handle, here)
    shown.only((chat_requests.SLOT,))
    shown.show(chat_requests.SLOT, here.conversation_id, presenter, store=here.chat.store, path=path, mark=here.mark)


def show_panes(session: Session, here: CompareSession, paths: Mapping[str, Sequence[Turn]]) -> None:
    """Show a comparison on the compare page; `paths` are those of its conversations, just read."""
    shown = page()
    shown.has_run()
    shown.show_stage(None)
    shown.handler = partial(compare_requests.handle, session, here)
    fill_slots(shown, here, paths)


def transcript(
    slot: str,
    *,
    compact: bool = False,
    height: int | None = None,
    found: FoundTurn | None = None,
    act: Callable[[str, str], None] = lambda action, turn: None,
) -> None:
    """The turns in a slot; `act` gets an action that needs a page run, one of PAGE_ACTIONS, and a turn's id.

    `found` is brought into view and marked, once. With a `height` in pixels it scrolls by itself, otherwise with the
    page.
    """
    key = f"transcript-{slot}"

    def acted() -> None:
        action = st.session_state[key].act
        if isinstance(action, Mapping) and action.get("do") in PAGE_ACTIONS:
            act(str(action["do"]), str(action.get("turn", "")))

    mount_part(
        "transcript",
        key,
        {
            "token": page().token,
            "slot": slot,
            "compact": compact,
            "found": None if found is None else asdict(found),
        },
        height or "content",
        on_act_change=acted,
        on_run_change=_nothing,
    )


def stage(*, left: Callable[[], None], doubled: Callable[[], None]) -> None:
    """What is presented on the page, over all of the window.

    `left` is called when somebody leaves it, `doubled` when a second window was opened for the audience.
    """
    mount_part(
        "stage",
        "stage",
        {"token": page().token},
        1,
        on_leave_change=left,
        on_presenter_change=doubled,
        on_run_change=_nothing,
    )


def composer(
    slot: str,
    *,
    placeholder: str,
    draft_key: str,
    mark: str,
    context: object,
    key: str = "composer",
    disabled: bool = False,
    vision: bool | None = None,
    offer: Offer | None = None,
    title: str = "",
) -> None:
    """Where a message is written, for a slot or for "all"; `offer` is put into the box once.

    `mark` is that of the slot, for what is sent before the socket has sent it. `context` is all that the context gauge
    depends on beside the text: where it changes, the browser has the text measured again.
    """
    settled_key = f"{key}-settled"

    def settled() -> None:
        st.session_state[settled_key] = st.session_state[key].settled

    mount_part(
        "composer",
        key,
        {
            "token": page().token,
            "slot": slot,
            "placeholder": placeholder,
            "disabled": disabled,
            "vision": vision,
            "draft_key": draft_key,
            "mark": mark,
            "context": mark_of(repr(context)),
            "title": title,
            "offer": None if offer is None else offer.for_browser,
            "settled": st.session_state.get(settled_key, ""),
        },
        "content",
        on_settled_change=settled,
        on_run_change=_nothing,
    )


def _nothing() -> None:
    """The page is run, that is all."""
