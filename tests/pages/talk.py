"""What a person says on a page and sees of it, over the socket that the page's browser would open."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from playground.channel.messages import TurnView
from playground.channel.pages import Page
from tests.channel.browser import Browser
from tests.pages.conftest import browsers, shown

UNSEEN = {"turn", "role", "state", "actions", "versions"}


def browser_of(page: AppTest) -> Browser:
    """The browser of a page, once nothing is on its way there and all that is to be seen was told."""
    ours: Page = page.session_state["channel"]
    browser = browsers.of(ours)

    def at_rest() -> bool:
        return all(_at_rest(browser, slot) for slot in ours.slots)

    while True:
        working = _working(ours)
        browser.done(browser.ask("ping"))  # what is ready now is told before this is answered
        if at_rest() and not working:
            return browser
        browser.until(at_rest)


def _at_rest(browser: Browser, slot: str) -> bool:
    told = browser.slots.get(slot)
    return told is not None and not told.get("busy") and not told.get("earlier") and browser.state(slot) != "live"


def _working(ours: Page) -> bool:
    slots, conversations = ours.slots.values(), ours._conversations.values()
    return any(slot.shown is None or slot._refreshing for slot in slots) or any(
        conversation.path is None or conversation._reading for conversation in conversations
    )


def say(page: AppTest, text: str, slot: str = "main", pictures: Sequence[str] = ()) -> AppTest:
    """Send a message, and have the page run once all is answered."""
    return ask(page, "send", slot, text=text, pictures=pictures)


def ask(page: AppTest, kind: str, slot: str = "main", **rest: Any) -> AppTest:
    """Ask for something as the browser does, and have the page run once all is answered."""
    refused = problem(page, kind, slot, **rest)
    assert refused == "", refused
    assert not page.exception
    return page


def problem(page: AppTest, kind: str, slot: str = "main", **rest: Any) -> str:
    """Ask for something; what the server says why it does not do it, "" where it does."""
    browser = browser_of(page)
    refused = browser.done(browser.ask(kind, slot, **rest))
    browser_of(page)
    page.run()
    return "" if refused is None else " ".join(filter(None, map(refused.get, ("message", "hint", "details"))))


def act(page: AppTest, do: str, turn: str, slot: str = "main") -> AppTest:
    """Choose from a turn's menu what needs a page run: "inspect" or "compare"."""
    return trigger(page, f"transcript-{slot}", "act", {"do": do, "turn": turn})


def trigger(page: AppTest, key: str, event: str, value: object) -> AppTest:
    """Have a component of the browser part send an event, and the page run."""
    states = page._tree.get_widget_states()
    id_ = _make_trigger_id(component(page, key).id, "events")
    states.widgets.add(id=id_, json_trigger_value=json.dumps([{"event": event, "value": value}]))
    page._run(states)
    assert not page.exception
    return page


def turns(page: AppTest, slot: str = "main") -> list[TurnView]:
    """What is seen in a slot, from the top."""
    browser = browser_of(page)
    return [TurnView.model_validate(browser.turns[id_]) for id_ in browser.slots[slot]["turns"]]


def last(page: AppTest, slot: str = "main") -> TurnView:
    """The turn at the end of a slot."""
    return turns(page, slot)[-1]


def roles(page: AppTest) -> list[str]:
    """Who speaks, in the order on screen."""
    return [turn.role for turn in turns(page)]


def words(page: AppTest) -> str:
    """All words on a page and in its conversations."""
    ours: Page = page.session_state["channel"]
    return "\n".join([shown(page), *(said(turn) for slot in ours.slots for turn in turns(page, slot))])


def said(turn: TurnView) -> str:
    """All words of a turn."""
    return "\n".join(_texts(turn.model_dump(exclude=UNSEEN)))


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for inner in found.values():
            yield from _texts(inner)
    elif isinstance(found, Sequence):
        for inner in found:
            yield from _texts(inner)


def composer(page: AppTest, key: str = "composer") -> dict[str, Any]:
    """What the page tells a message box."""
    told: dict[str, Any] = json.loads(component(page, key).json)
    return told


def offered(page: AppTest) -> str | None:
    """The words that the page puts into the message box."""
    offer = composer(page)["offer"]
    return None if offer is None else str(offer["text"])


def component(page: AppTest, key: str) -> Any:
    """A component of the browser part, as the page tells the browser."""
    (found,) = [one.proto for one in page.get("bidi_component") if one.key == key]
    return found
