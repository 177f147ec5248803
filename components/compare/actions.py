"""What the compare page does when somebody presses something. Each runs before the next run draws."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from components.compare.session import CompareSession, compare_session, comparing
from components.frame.process import chat, visitor
from components.frame.session import Offer, session, shows_errors
from components.presets.actions import preset_library
from components.settings.parameter_values import UNSET
from playground.compare.comparing import shuffled
from playground.compare.comparison import Comparison, Pane
from playground.compare.ready import ReadyComparison, set_up
from playground.compare.vote import voted_answers, why_no_vote
from playground.messages import Message
from playground.models.catalog import ModelCard
from playground.money.budget import BudgetError
from playground.store import Vote, VoteKind
from playground.voting.asking import ballot_on


def send_to_all(here: CompareSession, message: Message, *, on_ready: Callable[[], None] = lambda: None) -> None:
    """Send a message in all panes that share the prompt; answers on their way there are stopped first.

    `on_ready` is called when the comparison is ready for the message, before it is sent. Raises BudgetError where a
    budget has not enough left for all of them; nothing is kept then.
    """
    before, order = here.comparison, shuffled(len(here.comparison.panes))
    here.comparison = here.comparing.next_round(here.comparison_id, before, message, order)
    _send(here, before, here.comparison.linked_panes, message, on_ready)


def send_to_pane(
    here: CompareSession, pane: Pane, message: Message, *, on_ready: Callable[[], None] = lambda: None
) -> None:
    """Send a message in one pane of a comparison; `on_ready` and what is raised as for `send_to_all`."""
    here.comparing.stop((pane,))
    here.comparing.require_budget(here.comparison, (pane,), message)
    votes = here.chat.store.votes_on([here.comparison_id])[here.comparison_id]
    voted = any(vote.prompt == here.comparison.round for vote in votes)
    order = shuffled(len(here.comparison.panes))
    before = here.comparison
    here.change(before.next_round_alone(order, voted=voted), prompt=message.text)
    _send(here, before, (pane,), message, on_ready)


def _send(
    here: CompareSession, before: Comparison, panes: Sequence[Pane], message: Message, on_ready: Callable[[], None]
) -> None:
    """Send a message in a comparison that is ready for it; what was before is there again where it is refused."""
    on_ready()
    try:
        here.comparing.send(here.comparison, panes, message)
    except BudgetError:  # somebody else took what was left meanwhile
        here.change(before)
        on_ready()
        raise


@shows_errors
def again(pane_id: str) -> None:
    """Ask again in one pane."""
    here = compare_session()
    if pane := here.comparison.pane(pane_id):
        ask_again(here, pane)


def ask_again(here: CompareSession, pane: Pane) -> None:
    """Ask for the last answer of a pane again."""
    here.comparing.stop((pane,))
    here.comparing.retry(here.comparison, pane)


@shows_errors
def stop_pane(pane_id: str) -> None:
    """Stop the answers of one pane; the others go on."""
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
    """Set a parameter, or unset it with UNSET, for all that share it or for this pane alone."""
    unset = value is UNSET
    _change(
        pane_id,
        lambda comparison, pane: comparison.set_parameters(pane, name, None if unset else value, unset=unset),
    )


@shows_errors
def reset_parameters(pane_id: str) -> None:
    """Unset all parameters of this pane: its own, and those it shares."""
    _change(pane_id, Comparison.reset)


@shows_errors
def toggle_link(pane_id: str, name: str) -> None:
    """Share a value with the other panes, or give the pane one of its own."""
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
    """Set up one pane by a preset."""
    preset = preset_library().find(preset_id)
    if preset is not None:
        find = chat().roster.card

        def set_up(comparison: Comparison, pane: Pane) -> Comparison:
            setup = preset_library().setup(preset, pane.model, find)
            return comparison.with_setup(pane, replace(setup, preset=preset.id))

        _change(pane_id, set_up)


@shows_errors
def same_for_all(pane_id: str) -> None:
    """Copy the model and the settings of this pane to all others; the page says what changed and offers to undo it."""
    here = compare_session()
    before = here.comparison
    _change(pane_id, Comparison.all_like)
    here.copied = (before, here.comparison)


@shows_errors
def undo_copy() -> None:
    """Restore the settings that all panes had before they were copied."""
    here = compare_session()
    if here.was_copied and here.copied is not None:
        here.change(here.copied[0])
    here.copied = None


@shows_errors
def duplicate(pane_id: str) -> None:
    """Add a pane with the settings of this one."""
    here = compare_session()
    _change(pane_id, lambda comparison, pane: comparing().with_new_pane(here.comparison_id, comparison, pane))


@shows_errors
def remove(pane_id: str) -> None:
    """Remove a pane; its answers on their way are stopped, its conversation stays in the store."""
    here = compare_session()
    stop_pane(pane_id)
    _change(pane_id, lambda comparison, pane: comparison.without(pane.id))
    if here.focus == pane_id:
        here.focus = None


@shows_errors
def move(pane_id: str, by: int) -> None:
    """Move a pane by so many places, to the left where `by` is negative."""
    _change(pane_id, lambda comparison, pane: comparison.moved(pane.id, by))


@shows_errors
def set_baseline(pane_id: str) -> None:
    """Make this pane the baseline of the text differences."""
    _change(pane_id, lambda comparison, pane: replace(comparison, baseline=pane.id))


@shows_errors
def set_repetitions(count: int) -> None:
    """Set how often each prompt is sent in each pane."""
    here = compare_session()
    here.change(replace(here.comparison, repetitions=count))


@shows_errors
def set_blind(blind: bool) -> None:
    """Hide names and meters until a vote, and shuffle the panes."""
    here = compare_session()
    here.change(here.comparison.with_blind(blind, shuffled(len(here.comparison.panes))))
    here.focus = None


def show_names() -> None:
    """Show names without a vote."""
    st.session_state.blind = False
    set_blind(False)


@shows_errors
def keep_vote(kind: VoteKind, shown: Mapping[str, str], pane_id: str | None = None, name: str = "") -> None:
    """Save a vote with the note beside the buttons, in place of an earlier one on the same prompt.

    `shown` are the replies that were on screen, by pane; `name` is that of the better answer.
    """
    here = compare_session()
    store, comparison = here.chat.store, here.comparison
    paths = store.paths([pane.conversation_id for pane in comparison.panes])
    answers = voted_answers({pane.id: paths[pane.conversation_id] for pane in comparison.panes})
    if {answer.pane: answer.reply for answer in answers} != shown:
        st.session_state.last_error = ("Other answers came meanwhile.", "Look at them, then vote again.")
        return
    voted = next((pane for pane in comparison.panes if pane.id == pane_id), None)
    if voted is not None and (refusal := why_no_vote(paths[voted.conversation_id][-1].reply)):
        st.session_state.last_error = (refusal, "Vote for another one, or ask again.")
        return
    vote = Vote(
        kind,
        comparison.round,
        pane_id,
        name,
        note=st.session_state.get("vote_note", "").strip(),
        blind=comparison.hidden,
        answers=answers,
        comparison_id=here.comparison_id,
        voter=visitor().owner.id,
    )
    here.keep_vote(vote)
    st.session_state.vote_note = ""


@shows_errors
def ask_room(panes: Sequence[tuple[str, str]], *, blind: bool, counts_hidden: bool) -> None:
    """Let an audience vote on the answers on screen; `panes` are ids and names in their order."""
    here = compare_session()
    conversations = {pane.id: pane.conversation_id for pane in here.comparison.panes}
    paths = here.chat.store.paths([conversations[pane_id] for pane_id, _ in panes])
    by_pane = {pane_id: paths[conversations[pane_id]] for pane_id, _ in panes}
    here.chat.store.open_ballot(
        ballot_on(here.comparison_id, here.comparison.round, panes, by_pane, blind=blind, counts_hidden=counts_hidden)
    )


@shows_errors
def close_ballot(ballot_id: str) -> None:
    """Take no more votes of the audience, and show the result with the names."""
    here = compare_session()
    here.chat.store.close_ballot(ballot_id)
    if here.comparison.hidden:
        here.change(here.comparison.with_names())


@shows_errors
def take_back_vote(vote_id: str) -> None:
    """Take a vote back. Names that it showed stay on screen."""
    chat().store.take_back_vote(vote_id)


@shows_errors
def use_ready(ready: ReadyComparison) -> None:
    """Set all panes up as a ready comparison has them, and offer its prompt."""
    here = compare_session()
    here.change(set_up(here.comparing, here.comparison_id, here.comparison, ready))
    here.offer = Offer(ready.prompt)


@shows_errors
def run_again() -> None:
    """Open a new comparison with the same panes and settings, and send it the same prompts."""
    here = compare_session()
    if (comparison_id := comparing().run_again(here.comparison_id)) is not None:
        here.open(comparison_id)


@shows_errors
def new_comparison() -> None:
    """Open a new comparison; the old one stays in the history."""
    compare_session().open(None)


def focus(pane_id: str | None) -> None:
    """Show one pane alone, or all for None."""
    compare_session().focus = pane_id


def set_full_width(full_width: bool) -> None:
    """Use all of the window, or a column that is easy to read."""
    compare_session().full_width = full_width


def set_two_rows(two_rows: bool) -> None:
    """Lay many panes out in two rows, or in one that scrolls sideways."""
    compare_session().two_rows = two_rows


@shows_errors
def promote(pane_id: str) -> None:
    """Continue the conversation of one pane in the chat page."""
    comparison = compare_session().comparison
    if pane := comparison.pane(pane_id):
        session().open(comparing().promote(comparison, pane))
        st.session_state.promoted = True


PaneAction = Callable[[str], None]


def menu(comparison: Comparison, pane: Pane, *, answered: bool, alone: bool) -> dict[str, PaneAction]:
    """The actions of a pane's menu by their label; while names are hidden, none that would reveal them.

    `answered`: it has an answer, and none is on its way.
    """
    shown = comparison.shown()
    at = [other.id for other in shown].index(pane.id)
    possible: Sequence[tuple[bool, str, PaneAction]] = (
        (answered, "Run again", again),
        (not alone, "Show only this pane", focus),
        (not comparison.hidden and comparison.has_room, "Duplicate", duplicate),
        (not comparison.hidden and at > 0, "Move left", lambda pane_id: move(pane_id, -1)),
        (not comparison.hidden and at < len(shown) - 1, "Move right", lambda pane_id: move(pane_id, 1)),
        (not comparison.hidden, "Copy settings to all panes", same_for_all),
        (not comparison.hidden and answered, "Continue in chat", promote),
        (not comparison.hidden and comparison.can_remove_pane, "Remove", remove),
    )
    return {name: action for is_offered, name, action in possible if is_offered}
