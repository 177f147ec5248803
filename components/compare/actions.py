"""What the compare page does when somebody presses something. Each runs before the next run draws."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from components.compare.session import CompareSession, compare_session, comparing
from components.frame.session import chat, session, shows_errors
from components.presets.actions import preset_library
from components.settings.parameter_panel import UNSET
from playground.compare.comparing import shuffled
from playground.compare.comparison import Comparison, Pane, Vote, VoteKind
from playground.messages import Message
from playground.models.catalog import ModelCard


def say(here: CompareSession, message: Message, *, before: Callable[[], None] = lambda: None) -> None:
    """Say something in all panes that share the prompt; what is still coming there is stopped first.

    `before` is called when the comparison is ready for the question and nothing is asked yet.
    """
    panes = here.comparison.addressed
    comparing().stop(panes)
    here.change(here.comparison.asked_again(shuffled(len(here.comparison.panes))), said=message.text)
    before()
    comparing().send(here.comparison, panes, message)


def say_to(here: CompareSession, pane: Pane, message: Message, *, before: Callable[[], None] = lambda: None) -> None:
    """Say something in one pane of a comparison; `before` as for `say`."""
    comparing().stop((pane,))
    here.change(here.comparison.asked_alone(shuffled(len(here.comparison.panes))), said=message.text)
    before()
    comparing().send(here.comparison, (pane,), message)


@shows_errors
def again(pane_id: str) -> None:
    """Ask again in one pane."""
    comparison = compare_session().comparison
    if pane := comparison.pane(pane_id):
        ask_again(comparison, pane)


def ask_again(comparison: Comparison, pane: Pane) -> None:
    """Ask for the last answer of a pane again."""
    comparing().stop((pane,))
    comparing().again(comparison, pane)


@shows_errors
def stop_pane(pane_id: str) -> None:
    """Break off one pane; the others go on."""
    if pane := compare_session().comparison.pane(pane_id):
        comparing().stop((pane,))


def _change(pane_id: str, change: Callable[[Comparison, Pane], Comparison]) -> None:
    here = compare_session()
    if pane := here.comparison.pane(pane_id):
        here.change(change(here.comparison, pane))


@shows_errors
def choose_model(pane_id: str, card: ModelCard) -> None:
    """Change the model of one pane."""
    _change(pane_id, lambda comparison, pane: comparison.with_pane(replace(pane, model=card.id)))


@shows_errors
def set_parameter(pane_id: str, name: str, value: Any) -> None:
    """Set a parameter, or take it back, for all that share it or for this pane alone."""
    unset = value is UNSET
    _change(
        pane_id,
        lambda comparison, pane: comparison.set_parameters(pane, name, None if unset else value, unset=unset),
    )


@shows_errors
def reset_parameters(pane_id: str) -> None:
    """Take back what this pane sends: its own values, and those it shares."""
    _change(pane_id, Comparison.reset)


@shows_errors
def toggle_link(pane_id: str, name: str) -> None:
    """Share something, or give the pane its own."""
    _change(
        pane_id,
        lambda comparison, pane: (Comparison.link if name in pane.unlinked else Comparison.unlink)(
            comparison, pane, name
        ),
    )


@shows_errors
def set_system_prompt(pane_id: str, text: str) -> None:
    """Set the system prompt for all that share it, or for this pane alone."""
    _change(pane_id, lambda comparison, pane: comparison.set_system_prompt(pane, text))


@shows_errors
def use_preset(pane_id: str, preset_id: str) -> None:
    """Set one pane as a preset has it."""
    kept = preset_library().find(preset_id)
    if kept is not None:
        find = chat().roster.card
        _change(
            pane_id, lambda comparison, pane: comparison.set_as(pane, preset_library().setup(kept, pane.model, find))
        )


@shows_errors
def same_for_all(pane_id: str) -> None:
    """Give every pane the model and the settings of this one, say what that changed, and offer to undo it."""
    here = compare_session()
    before = here.comparison
    _change(pane_id, Comparison.alike)
    here.copied = (before, here.comparison)


@shows_errors
def undo_copy() -> None:
    """Set all panes as they were before settings were copied."""
    here = compare_session()
    if here.was_copied and here.copied is not None:
        here.change(here.copied[0])
    here.copied = None


@shows_errors
def duplicate(pane_id: str) -> None:
    """A pane more, set as this one."""
    here = compare_session()
    _change(pane_id, lambda comparison, pane: comparing().added(here.comparison_id, comparison, pane))


@shows_errors
def remove(pane_id: str) -> None:
    """One pane less; what is on its way in it is stopped, what it said stays in the store."""
    here = compare_session()
    stop_pane(pane_id)
    _change(pane_id, lambda comparison, pane: comparison.without(pane.id))
    if here.focus == pane_id:
        here.focus = None


@shows_errors
def move(pane_id: str, by: int) -> None:
    """Further left or right."""
    _change(pane_id, lambda comparison, pane: comparison.moved(pane.id, by))


@shows_errors
def set_baseline(pane_id: str) -> None:
    """Measure the differences of the texts from this pane."""
    _change(pane_id, lambda comparison, pane: replace(comparison, baseline=pane.id))


@shows_errors
def set_repetitions(count: int) -> None:
    """How often each prompt is asked in each pane."""
    here = compare_session()
    here.change(replace(here.comparison, repetitions=count))


@shows_errors
def set_blind(blind: bool) -> None:
    """Hide names and meters until a vote, and shuffle the panes."""
    here = compare_session()
    order = shuffled(len(here.comparison.panes)) if blind else ()
    here.change(replace(here.comparison, blind=blind, order=order))
    here.focus = None


def show_names() -> None:
    """Hide names no longer, without a vote."""
    st.session_state.blind = False
    set_blind(False)


@shows_errors
def keep_vote(kind: VoteKind, pane_id: str | None = None, name: str = "") -> None:
    """Keep what the person thought, with the note beside the buttons; `name` is that of the answer that is better."""
    here, comparison = compare_session(), compare_session().comparison
    note = st.session_state.get("vote_note", "").strip()
    cast = Vote(kind, pane_id, note, blind=comparison.hidden, round=comparison.round, name=name)
    here.change(replace(comparison, votes=(*comparison.votes, cast)))
    st.session_state.vote_note = ""


@shows_errors
def run_again() -> None:
    """A new comparison with the same panes and settings, asked the same."""
    here = compare_session()
    if (made := comparing().run_again(here.comparison_id)) is not None:
        here.open(made)


@shows_errors
def new_comparison() -> None:
    """A fresh comparison; the old one stays in the history."""
    compare_session().open(None)


def focus(pane_id: str | None) -> None:
    """Look at one pane alone, or at all."""
    compare_session().focus = pane_id


def set_full_width(full_width: bool) -> None:
    """Use all of the window, or a column that is easy to read."""
    compare_session().full_width = full_width


@shows_errors
def promote(pane_id: str) -> None:
    """Go on with one pane in the chat page."""
    comparison = compare_session().comparison
    if pane := comparison.pane(pane_id):
        session().open(comparing().promote(comparison, pane))
        st.session_state.promoted = True


PaneAction = Callable[[str], None]


def menu(comparison: Comparison, pane: Pane, *, answered: bool, alone: bool) -> dict[str, PaneAction]:
    """What can be done with a pane now, by name; while names are hidden nothing that would tell them.

    `answered`: it has said something, and is still.
    """
    shown = comparison.shown()
    at = [known.id for known in shown].index(pane.id)
    possible: Sequence[tuple[bool, str, PaneAction]] = (
        (answered, "Run again", again),
        (not alone, "Show only this pane", focus),
        (not comparison.hidden and comparison.has_room, "Duplicate", duplicate),
        (not comparison.hidden and at > 0, "Move left", lambda pane_id: move(pane_id, -1)),
        (not comparison.hidden and at < len(shown) - 1, "Move right", lambda pane_id: move(pane_id, 1)),
        (not comparison.hidden, "Copy settings to all panes", same_for_all),
        (not comparison.hidden and answered, "Continue in chat", promote),
        (not comparison.hidden and comparison.can_lose_one, "Remove", remove),
    )
    return {name: action for can, name, action in possible if can}
