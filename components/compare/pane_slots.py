"""Puts the conversations of a comparison into the slots of its page."""

from collections.abc import Mapping, Sequence

from components.compare.session import CompareSession
from playground.channel.marks import mark_of
from playground.channel.pages import Page
from playground.channel.views.turn import TurnPresenter
from playground.store import Turn

PANE = "pane-"


def slot_of(number: int) -> str:
    """The slot of the pane with that number on the screen."""
    return f"{PANE}{number}"


def fill_slots(page: Page, here: CompareSession, paths: Mapping[str, Sequence[Turn]] | None = None) -> None:
    """Show the panes of a comparison in the slots of the page; `paths` are those that were just read anyway."""
    comparison, store = here.comparison, here.chat.store
    shown = comparison.shown()
    page.only([slot_of(number) for number in range(len(shown))])
    for number, pane in enumerate(shown):
        presenter = TurnPresenter(
            compact=True, hidden=comparison.hidden, card=here.comparing.card(pane), model=pane.model, find=store.turns
        )
        path = None if paths is None else paths.get(pane.conversation_id)
        page.show(
            slot_of(number),
            pane.conversation_id,
            presenter,
            store=store,
            path=path,
            mark=mark_of(pane.conversation_id),
            shared_mark=mark_of(here.comparison_id),
        )
