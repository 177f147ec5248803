"""Requests from elsewhere become a chat, and a chat becomes a prompt file."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.markdown import plain
from components.session import Session, chat, session, told
from playground.catalog import ModelCard
from playground.chat import PLACEHOLDER
from playground.history import history
from playground.importing import Imported, UnreadableError, read, write_prompt_file
from playground.messages import Message
from playground.presets import template_of, variables
from playground.provenance import as_told
from playground.setup import Setup
from playground.store import Turn

_OPEN = "import_open"
_PASTED = "import_text"
_WRONG = "import_wrong"
_NOTES = "import_notes"


def import_and_export(here: Session, path: Sequence[Turn]) -> None:
    """Two buttons: take a request over, and give this conversation away."""
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Import",
            key="import",
            icon=":material/input:",
            type="tertiary",
            help="A curl command, a request body, messages, or a .prompt.yml",
            on_click=_open,
        )
        st.download_button(
            "Export .prompt.yml",
            lambda: as_prompt_file(here.setup, path),
            "chat.prompt.yml",
            "application/yaml",
            key="export",
            icon=":material/output:",
            type="tertiary",
            on_click="ignore",
        )
    if st.session_state.get(_OPEN):
        _dialog()


def imported_notes() -> None:
    """What was not understood of the request that was taken over last, until somebody has read it."""
    notes: list[str] = st.session_state.get(_NOTES, [])
    with st.container(horizontal=True, vertical_alignment="top", gap="small", wrap=False):
        if notes:
            st.info("\n".join(f"- {plain(note)}" for note in notes), icon=":material/input:")
            st.button("", key="import_seen", icon=":material/close:", type="tertiary", help="Dismiss", on_click=_seen)


def as_prompt_file(setup: Setup, path: Sequence[Turn]) -> str:
    """A conversation as a `.prompt.yml`; before the first message a placeholder stands for it.

    Comments, which no reader of such files minds, say what each answer was asked with.
    """
    said = history(path)
    if all(message.role != "user" for message in said):
        said = (*said, PLACEHOLDER)
    found = Imported(
        model=setup.model,
        system_prompt=setup.system_prompt,
        messages=said,
        parameters=dict(setup.parameters),
        tools=tuple(dict(tool) for tool in setup.tools),
        response_format=None if setup.response_format is None else dict(setup.response_format),
    )
    replies = [turn.reply for turn in path if turn.reply is not None]
    told = [f"# Answer {number}: {as_told(reply)}\n" for number, reply in enumerate(replies, 1)]
    return "".join(told) + write_prompt_file(found)


def _open() -> None:
    st.session_state[_OPEN] = True


def _seen() -> None:
    st.session_state.pop(_NOTES, None)


def _close() -> None:
    for key in (_OPEN, _WRONG):
        st.session_state.pop(key, None)


@st.dialog("Import a request", icon=":material/input:", on_dismiss=_close)
def _dialog() -> None:
    if not st.session_state.get(_OPEN):
        st.rerun()
    st.text_area(
        "Request",
        key=_PASTED,
        height=260,
        placeholder='curl …   or   {"messages": …}   or   the text of a .prompt.yml',
        help="Tokens in it are not taken over.",
    )
    if wrong := st.session_state.get(_WRONG):
        st.error(plain(wrong), icon=":material/error:")
    st.button("Import", key="import_now", type="primary", icon=":material/input:", on_click=_import)


@told
def _import() -> None:
    try:
        found = read(st.session_state[_PASTED])
    except UnreadableError as error:
        st.session_state[_WRONG] = str(error)
        return
    _close()
    st.session_state[_NOTES] = take_over(session(), found)


def take_over(here: Session, found: Imported) -> list[str]:
    """Begin a chat with what was found; a last message without an answer waits in the composer.

    Answers with a sentence for each thing that is not as it was. Raises StoreError.
    """
    notes = list(found.notes)
    here.open(None)
    here.setup = replace(
        Setup(here.setup.model, found.system_prompt, found.parameters, found.tools, found.response_format),
        form=found.form,
        raw=found.raw,
        reject_if_busy=found.reject_if_busy,
    )
    here.want_model(found.model or here.setup.model)
    notes += here.notes
    here.notes = ()
    known = chat().roster.card(found.model) if found.model else None
    said = found.messages if known is None else tuple(_as_given_by(known, message) for message in found.messages)
    asked = said[-1] if said and said[-1].role == "user" else None
    if asked is not None:
        said = said[:-1]
        st.session_state.composer = asked.text
        if not isinstance(asked.content, str):
            notes.append("The last message waits to be sent without its image: attach it again.")
    gaps = variables(*map(template_of, (found.system_prompt, asked.text if asked is not None else "")))
    if gaps:
        named = ", ".join(f"{{{{{name}}}}}" for name in gaps)
        notes.append(f"{named} left as written: fill in before you send, or write a preset, which asks for values.")
    _say(here.keep(), said)
    return notes


def _as_given_by(card: ModelCard, message: Message) -> Message:
    """A message whose model is remembered by the name that requests know it by."""
    return message if message.given is None else replace(message, given=replace(message.given, model=card.wire_id))


def _say(conversation_id: str, said: Sequence[Message]) -> None:
    parent = None
    for message in said:
        parent = chat().store.add_turn(conversation_id, parent, message).id
