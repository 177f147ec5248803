"""What the chat page does when somebody presses something. Each runs before the next run draws."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from components.chat.exchange_dialog import inspect
from components.compare.session import comparing, open_in_compare
from components.experiments.add_row import add_row_of
from components.frame.process import chat
from components.frame.session import Offer, Session, session, shows_errors
from components.settings.parameter_values import with_parameter
from playground.answers.live_reply import LiveReply
from playground.channel.sent import own_turn
from playground.conversation.history import has_content
from playground.messages import Message
from playground.models.catalog import ModelCard
from playground.money.budget import BudgetError
from playground.store import Turn

ANSWER_STOP_S = 3.0


@shows_errors
def send(message: Message) -> None:
    """Send a message; while an answer is on its way, offer it in the message box instead."""
    here = session()
    if here.live is not None:
        here.offer = Offer(message.text, message.pictures)
        return
    try:
        send_message(here, message)
    except BudgetError:
        here.offer = Offer(message.text, message.pictures)
        raise


def send_message(
    here: Session, message: Message, *, on_ready: Callable[[str], None] = lambda _: None, must_fit: bool = False
) -> None:
    """Send a message in a session's conversation; an answer that is on its way is stopped first.

    `on_ready` is called with the id of the conversation before the message is sent. Raises ContextOverflowError where
    `must_fit` and the message would not fit the context; nothing is sent then.
    """
    settle(here)
    conversation_id = here.keep()
    on_ready(conversation_id)
    _await(here, here.chat.send(conversation_id, message, here.setup, must_fit=must_fit))


@shows_errors
def new_chat() -> None:
    """An empty conversation with the same setup; the old one goes on and stays in the history."""
    session().open(None)


@shows_errors
def choose_model(card: ModelCard) -> None:
    """Change the model of this conversation."""
    session().use_model(card)


@shows_errors
def choose_model_id(model: str) -> None:
    """Change the model of this conversation to the one of that id, if it is known."""
    card = chat().roster.card(model)
    if card is not None:
        choose_model(card)


@shows_errors
def set_parameter(name: str, value: Any) -> None:
    """Set a parameter, or unset it with UNSET."""
    here = session()
    here.notes = ()
    here.change(parameters=with_parameter(here.setup.parameters, name, value))


@shows_errors
def reset_parameters() -> None:
    """Unset all parameters."""
    session().notes = ()
    session().change(parameters={})


@shows_errors
def set_system_prompt(text: str) -> None:
    """Set the system prompt."""
    session().change(system_prompt=text)


def return_prompt(here: Session, path: Sequence[Turn]) -> None:
    """Put the prompt back into the composer, once, where its answer has ended without any content."""
    last = path[-1] if path else None
    if last is None or last.id != here.awaited or last.reply is None or last.reply.state == "live":
        return
    here.awaited = None
    if not has_content(last) and len(path) > 1:
        here.offer = Offer(path[-2].message.text, path[-2].message.pictures)


def settle(here: Session) -> None:
    """Stop the answer that is on its way, and wait a little until it has ended."""
    reply = here.live
    if reply is not None:
        reply.stop()
        reply.ended.wait(ANSWER_STOP_S)


def _await(here: Session, reply: LiveReply) -> None:
    here.awaited = reply.id


def retry(here: Session, turn_id: str) -> None:
    """Ask again for the answer at a turn."""
    settle(here)
    _await(here, here.chat.retry(here.keep(), turn_id, here.setup))


def edit(here: Session, turn_id: str, text: str) -> None:
    """Replace the message at a turn and ask again."""
    settle(here)
    _await(here, here.chat.edit(here.keep(), turn_id, text, here.setup))


GO_ON = Message("user", "Continue exactly where you stopped.")


def raise_cap(here: Session, turn_id: str, cap: int) -> None:
    """Set the cap on answers to so many tokens, and ask again for the one at a turn."""
    name = "max_completion_tokens" if "max_completion_tokens" in here.setup.parameters else "max_tokens"
    before = here.setup.parameters
    here.change(parameters={**before, name: cap})
    try:
        retry(here, turn_id)
    except BudgetError:
        here.change(parameters=before)
        raise


def delete_turn(here: Session, turn_id: str) -> None:
    """Delete a turn and what follows it."""
    settle(here)
    here.chat.delete(turn_id)


def select(here: Session, turn_id: str) -> None:
    """Put another version on screen; an answer that is still coming goes on."""
    here.chat.select(turn_id)


def send_tool_results(here: Session, results: Mapping[str, str]) -> None:
    """Answer the tool calls at the end, each by its id, and ask the model to go on."""
    _await(here, here.chat.send_tool_results(here.keep(), results, here.setup))


def act_on_turn(action: str, turn_id: str) -> None:
    """Carry out an action of a turn's menu that needs a page run."""
    if action == "inspect":
        inspect(chat().store, turn_id, session().conversation_id)
    elif action == "compare":
        compare_this(turn_id)
    elif action == "add_row":
        add_row_of(chat().store, turn_id, session().conversation_id)


@shows_errors
def compare_this(turn_id: str) -> None:
    """Open a comparison with the turns before a turn's question, and offer the question there."""
    here = session()
    comparison = comparing().create_from_turn(own_turn(chat().store, here.conversation_id, turn_id), here.setup)
    if comparison is not None:
        comparison_id, question = comparison
        open_in_compare(comparison_id, Offer(question.text, question.pictures))
        st.session_state.to_compare = True
