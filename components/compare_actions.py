"""What the compare page does when somebody presses something. Each runs before the next run draws."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from components.compare_session import CompareSession, compare_session, comparing
from components.parameter_panel import UNSET
from components.session import chat, session, told
from playground.catalog import ModelCard
from playground.comparing import shuffled
from playground.comparison import PROMPT, SYSTEM_PROMPT, Comparison, Pane, Vote
from playground.messages import Message
from playground.replies import Reply

STOP_PATIENCE_S = 3.0


def live_of(here: CompareSession, pane: Pane) -> list[Reply]:
    """The answers on their way in a pane."""
    return comparing().live(chat().store.path(pane.conversation_id))


def _stop(here: CompareSession, panes: tuple[Pane, ...]) -> None:
    replies = [reply for pane in panes for reply in live_of(here, pane)]
    for reply in replies:
        reply.stop()
    for reply in replies:
        reply.ended.wait(STOP_PATIENCE_S)


@told
def send(message: Message) -> None:
    """Say something in all panes that share the prompt; what is still coming there is stopped first."""
    here = compare_session()
    _stop(here, tuple(pane for pane in here.comparison.panes if PROMPT not in pane.unlinked))
    fresh = replace(here.comparison, votes=(), order=shuffled(len(here.comparison.panes)))
    here.change(fresh if here.comparison.blind else replace(here.comparison, votes=()), said=message.text)
    comparing().send(here.comparison, message)


@told
def send_to(pane_id: str, message: Message) -> None:
    """Say something in one pane."""
    here = compare_session()
    if pane := here.comparison.pane(pane_id):
        _stop(here, (pane,))
        here.change(here.comparison, said=message.text)
        comparing().send_to(here.comparison, pane, message)


@told
def again(pane_id: str) -> None:
    """Ask again in one pane."""
    here = compare_session()
    if pane := here.comparison.pane(pane_id):
        _stop(here, (pane,))
        comparing().again(here.comparison, pane)


@told
def stop_all() -> None:
    """Break off every answer on its way."""
    here = compare_session()
    _stop(here, here.comparison.panes)


@told
def stop(pane_id: str) -> None:
    """Break off one pane; the others go on."""
    here = compare_session()
    if pane := here.comparison.pane(pane_id):
        _stop(here, (pane,))


def _with_pane(pane_id: str, change: Callable[[Comparison, Pane], Comparison]) -> None:
    here = compare_session()
    if pane := here.comparison.pane(pane_id):
        here.change(change(here.comparison, pane))


@told
def choose_model(pane_id: str, card: ModelCard) -> None:
    """Change the model of one pane."""
    _with_pane(pane_id, lambda comparison, pane: comparison.with_pane(replace(pane, model=card.id)))


@told
def set_parameter(pane_id: str, name: str, value: Any) -> None:
    """Set a parameter, or take it back, for all that share it or for this pane alone."""
    unset = value is UNSET
    _with_pane(
        pane_id,
        lambda comparison, pane: comparison.set_parameters(pane, name, None if unset else value, unset=unset),
    )


@told
def reset_parameters(pane_id: str) -> None:
    """Take back what this pane sends: its own values, and those it shares."""

    def reset(comparison: Comparison, pane: Pane) -> Comparison:
        shared = {name: value for name, value in comparison.parameters.items() if name in pane.unlinked}
        return replace(comparison.with_pane(replace(pane, parameters={})), parameters=shared)

    _with_pane(pane_id, reset)


@told
def toggle_link(pane_id: str, name: str) -> None:
    """Share something, or give the pane its own."""

    def toggle(comparison: Comparison, pane: Pane) -> Comparison:
        return comparison.link(pane, name) if name in pane.unlinked else comparison.unlink(pane, name)

    _with_pane(pane_id, toggle)


@told
def set_system_prompt(pane_id: str, text: str) -> None:
    """Set the system prompt for all that share it, or for this pane alone."""

    def change(comparison: Comparison, pane: Pane) -> Comparison:
        if SYSTEM_PROMPT in pane.unlinked:
            return comparison.with_pane(replace(pane, system_prompt=text))
        return replace(comparison, system_prompt=text)

    _with_pane(pane_id, change)


@told
def same_for_all(pane_id: str) -> None:
    """Give every pane the settings of this one; models stay."""

    def same(comparison: Comparison, pane: Pane) -> Comparison:
        setup = comparison.setup(pane)
        panes = tuple(
            replace(known, unlinked=known.unlinked & {PROMPT}, parameters={}, system_prompt="")
            for known in comparison.panes
        )
        return replace(comparison, panes=panes, parameters=setup.parameters, system_prompt=setup.system_prompt)

    _with_pane(pane_id, same)


@told
def duplicate(pane_id: str) -> None:
    """A pane more, set as this one."""
    here = compare_session()
    if pane := here.comparison.pane(pane_id):
        here.change(comparing().added(here.comparison_id, here.comparison, pane))


@told
def remove(pane_id: str) -> None:
    """One pane less; its answers stay in the store."""
    here = compare_session()
    _with_pane(pane_id, lambda comparison, pane: comparison.without(pane.id))
    if here.focus == pane_id:
        here.focus = None


@told
def move(pane_id: str, by: int) -> None:
    """Further left or right."""
    _with_pane(pane_id, lambda comparison, pane: comparison.moved(pane.id, by))


@told
def set_baseline(pane_id: str) -> None:
    """Measure the differences of the texts from this pane."""
    _with_pane(pane_id, lambda comparison, pane: replace(comparison, baseline=pane.id))


@told
def set_repetitions(count: int) -> None:
    """How often each prompt is asked in each pane."""
    here = compare_session()
    here.change(replace(here.comparison, repetitions=count))


@told
def set_blind(blind: bool) -> None:
    """Hide names and meters until a vote, and shuffle the panes."""
    here = compare_session()
    order = shuffled(len(here.comparison.panes)) if blind else ()
    here.change(replace(here.comparison, blind=blind, order=order, votes=()))


@told
def vote(verdict: str, pane_id: str | None, note: str) -> None:
    """Keep what the person thought."""
    here = compare_session()
    cast = Vote(verdict, pane_id, note.strip(), blind=here.comparison.hidden)
    here.change(replace(here.comparison, votes=(*here.comparison.votes, cast)))


@told
def run_again() -> None:
    """A new comparison with the same panes and settings, asked the same."""
    here = compare_session()
    made = comparing().run_again(here.comparison_id)
    if made is not None:
        here.open(made[0])


@told
def new_comparison() -> None:
    """A fresh comparison; the old one stays in the history."""
    here = compare_session()
    here.open(None)


def focus(pane_id: str | None) -> None:
    """Look at one pane alone, or at all."""
    compare_session().focus = pane_id


def toggle_raw(pane_id: str) -> None:
    """Show a pane's last answer as text, or drawn."""
    compare_session().raw ^= {pane_id}


@told
def promote(pane_id: str) -> None:
    """Go on with one pane in the chat page."""
    here = compare_session()
    if pane := here.comparison.pane(pane_id):
        session().open(comparing().promote(pane))
        st.session_state.promoted = True
