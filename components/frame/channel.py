"""The browser part on a page: its transcripts, its composer, and what the session tells it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, Literal

import streamlit as st

from components.chat import requests as chat_requests
from components.compare import requests as compare_requests
from components.compare.pane_slots import stand
from components.compare.session import CompareSession
from components.frame.session import Offer, Session, chat
from playground.channel.marks import mark_of
from playground.channel.pages import Page
from playground.channel.serving import built
from playground.channel.views.entries import Presenter
from playground.store import Turn

MISSING = "The browser part is missing: run `make browser`, then start again."

_LOADER = """
const code = import(new URL("channel/{version}/{entry}", document.baseURI));
export default (component) => {{
  let leave, gone = false;
  code.then((part) => {{ if (!gone) leave = part.{mount}(component); }});
  return () => {{ gone = true; leave?.(); }};
}};
"""


def page() -> Page:
    """What this session's page shows, made on first use."""
    if "channel" not in st.session_state:
        st.session_state.channel = Page()
    found: Page = st.session_state.channel
    return found


def show_chat(here: Session, path: Sequence[Turn], presenter: Presenter) -> None:
    """Have a session's conversation stand on the chat page."""
    mine = page()
    mine.has_run()
    mine.handler = partial(chat_requests.handle, here)
    mine.only((chat_requests.SLOT,))
    mine.show(chat_requests.SLOT, here.conversation_id, presenter, store=chat().store, path=path, stands=here.stands)


def show_panes(session: Session, here: CompareSession, paths: Mapping[str, Sequence[Turn]]) -> None:
    """Have a comparison stand on the compare page; `paths` are those of its conversations, just read."""
    mine = page()
    mine.has_run()
    mine.handler = partial(compare_requests.handle, session, here)
    stand(mine, here, paths)


def transcript(
    slot: str,
    *,
    compact: bool = False,
    height: int | None = None,
    act: Callable[[str, str], None] = lambda do, turn: None,
) -> None:
    """What is said in a slot; `act` does what needs a page run: "inspect" or "compare", and a turn's id.

    With a `height` in pixels it scrolls by itself, otherwise with the page.
    """
    key = f"transcript-{slot}"

    def acted() -> None:
        did = st.session_state[key].act
        if isinstance(did, Mapping) and did.get("do") in ("inspect", "compare"):
            act(str(did["do"]), str(did.get("turn", "")))

    _mount(
        "transcript",
        key,
        {"token": page().token, "slot": slot, "compact": compact},
        height or "content",
        on_act_change=acted,
        on_run_change=_nothing,
    )


def composer(
    slot: str,
    *,
    placeholder: str,
    draft_key: str,
    stands: str,
    context: object,
    key: str = "composer",
    disabled: bool = False,
    vision: bool | None = None,
    offer: Offer | None = None,
    title: str = "",
) -> None:
    """Where a message is written, for a slot or for "all"; `offer` is put into the box once.

    `stands` is the mark of what stands there, for what is sent before the socket has told it. `context` is all that the
    context gauge depends on beside the words: where it is another one, the browser has them measured again.
    """
    settled_key = f"{key}-settled"

    def settled() -> None:
        st.session_state[settled_key] = st.session_state[key].settled

    _mount(
        "composer",
        key,
        {
            "token": page().token,
            "slot": slot,
            "placeholder": placeholder,
            "disabled": disabled,
            "vision": vision,
            "draft_key": draft_key,
            "stands": stands,
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


def _mount(
    name: str, key: str, data: Mapping[str, Any], height: int | Literal["content"], **callbacks: Callable[[], None]
) -> None:
    version = built.built_version()
    if not version:
        st.error(MISSING, icon=":material/build:")
        return
    _component(name, version)(data=dict(data), key=key, height=height, **callbacks)


@cache
def _component(name: str, version: str) -> Callable[..., Any]:
    loader = _LOADER.format(version=version, entry=built.ENTRY, mount=f"mount{name.capitalize()}")
    return st.components.v2.component(f"playground.{name}", js=loader, isolate_styles=False)
