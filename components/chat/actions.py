"""What the chat page does when somebody presses something. Each runs before the next run draws."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from components.chat.exchange_dialog import inspect
from components.compare.session import comparing, open_in_compare
from components.frame.session import Offer, Session, chat, session, shows_errors
from components.settings.parameter_panel import with_parameter
from playground.answers.live_reply import LiveReply
from playground.channel.sent import own_turn
from playground.conversation.history import has_content
from playground.messages import Message
from playground.models.catalog import ModelCard
from playground.store import Turn

ANSWER_STOP_S = 3.0


@shows_errors
def send(message: Message) -> None:
    """Say something; while an answer is still coming, it is put into the message box instead."""
    here = session()
    if here.live is None:
        say(here, message)
    else:
        here.offer = Offer(message.text, message.pictures)


def say(here: Session, message: Message, *, before: Callable[[str], None] = lambda _: None, fits: bool = False) -> None:
    """Say something in a session's conversation; an answer that is still coming is stopped first.

    `before` hears of the conversation before anything is asked. With `fits` nothing is said where it would not fit the
    context. Raises ContextOverflowError then.
    """
    settle(here)
    conversation_id = here.keep()
    before(conversation_id)
    _await(here, chat().send(conversation_id, message, here.setup, fits=fits))


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
    """Set a parameter, or take it back."""
    here = session()
    here.notes = ()
    here.change(parameters=with_parameter(here.setup.parameters, name, value))


@shows_errors
def reset_parameters() -> None:
    """Take all parameters back."""
    session().notes = ()
    session().change(parameters={})


@shows_errors
def set_system_prompt(text: str) -> None:
    """Set the system prompt."""
    session().change(system_prompt=text)


def return_prompt(here: Session, path: Sequence[Turn]) -> None:
    """Where nothing came of what was asked here, put the prompt back into the composer, once."""
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
    _await(here, chat().retry(here.keep(), turn_id, here.setup))


def edit(here: Session, turn_id: str, text: str) -> None:
    """Say it differently at a turn and ask again."""
    settle(here)
    _await(here, chat().edit(here.keep(), turn_id, text, here.setup))


GO_ON = Message("user", "Continue exactly where you stopped.")


def raise_cap(here: Session, turn_id: str, cap: int) -> None:
    """Let answers have so many tokens, and ask again for the one at a turn."""
    name = "max_completion_tokens" if "max_completion_tokens" in here.setup.parameters else "max_tokens"
    here.change(parameters={**here.setup.parameters, name: cap})
    retry(here, turn_id)


def delete_turn(here: Session, turn_id: str) -> None:
    """Take a turn, and what follows it, away."""
    settle(here)
    chat().delete(turn_id)


def select(turn_id: str) -> None:
    """Put another version on screen; an answer that is still coming goes on."""
    chat().select(turn_id)


def give_results(here: Session, results: Mapping[str, str]) -> None:
    """Answer the tool calls at the end, each by its id, and ask the model to go on."""
    _await(here, chat().give_results(here.keep(), results, here.setup))


def act_on_turn(what: str, turn_id: str) -> None:
    """Do what a turn's menu asks for and a page is needed for."""
    if what == "inspect":
        inspect(turn_id, session().conversation_id)
    elif what == "compare":
        compare_this(turn_id)


@shows_errors
def compare_this(turn_id: str) -> None:
    """Open a comparison in which all was said that was said before a turn's question, which is offered there."""
    here = session()
    begun = comparing().begin_at(own_turn(chat().store, here.conversation_id, turn_id), here.setup)
    if begun is not None:
        comparison_id, asked = begun
        open_in_compare(comparison_id, Offer(asked.text, asked.pictures))
        st.session_state.to_compare = True
