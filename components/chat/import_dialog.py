"""Requests from elsewhere become a chat, and a chat becomes a file."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from components.frame.session import Offer, Session, chat, session, shows_errors
from playground.connections import settings
from playground.conversation.setup import Setup, fit, form_specs
from playground.exporting import CHAT_EXPORTS, ChatExport, ExportedChat
from playground.importing import Bounds, Imported, UnreadableError, as_known, read, read_file
from playground.messages import Message
from playground.models.catalog import ModelCard
from playground.presets import prompt_variables, template_of
from playground.store import Turn
from playground.text.markdown import plain

_OPEN = "import_open"
_PASTED = "import_text"
_WRONG = "import_wrong"
_NOTES = "import_notes"
_FILE = "import_file"
_TITLES = "import_titles"
_CHOSEN = "import_conversation"
FILES = ("json", "jsonl", "yml", "yaml", "txt", "har", "zip")


def import_and_export(here: Session, path: Sequence[Turn]) -> None:
    """Two buttons: take a request over, and give this conversation away."""
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Import",
            key="import",
            icon=":material/input:",
            type="tertiary",
            help="A command, a request body, messages, an export of chats, or a .prompt.yml",
            on_click=_open,
        )
        for export in CHAT_EXPORTS:
            st.download_button(
                export.label,
                partial(_exported, export, here, path),
                export.filename,
                export.media_type,
                key=f"export_{export.id}",
                icon=export.icon,
                type="tertiary",
                on_click="ignore",
                disabled=not path and not export.before_the_first_message,
                help=export.help,
            )
    if st.session_state.get(_OPEN):
        _dialog()


def imported_notes() -> None:
    """What was not understood of the request that was taken over last, until somebody has read it."""
    notes: list[str] = st.session_state.get(_NOTES, [])
    if notes:
        with st.container(horizontal=True, vertical_alignment="top", gap="small", wrap=False):
            st.info("\n".join(f"- {plain(note)}" for note in notes), icon=":material/input:")
            st.button("", key="import_seen", icon=":material/close:", type="tertiary", help="Dismiss", on_click=_seen)


def _exported(export: ChatExport, here: Session, path: Sequence[Turn]) -> str:
    found = chat().store.conversation(here.conversation_id) if here.conversation_id else None
    return export.write(ExportedChat("" if found is None else found.title, here.setup, path))


def _open() -> None:
    st.session_state[_OPEN] = True


def _seen() -> None:
    st.session_state.pop(_NOTES, None)


def _close() -> None:
    for key in (_OPEN, _WRONG, _TITLES, _CHOSEN):
        st.session_state.pop(key, None)


@st.dialog("Import", icon=":material/input:", on_dismiss=_close)
def _dialog() -> None:
    if not st.session_state.get(_OPEN):
        st.rerun()
    st.text_area(
        "Request, messages or export",
        key=_PASTED,
        height=220,
        placeholder='curl …   or   {"messages": …}   or   an export of chats   or   the text of a .prompt.yml',
        help="Tokens in it are not taken over. Commands of bash, cmd.exe and PowerShell are understood.",
        on_change=_forget_choice,
    )
    st.file_uploader(
        "or a file", key=_FILE, type=list(FILES), max_upload_size=_limits().megabytes, on_change=_forget_choice
    )
    if wrong := st.session_state.get(_WRONG):
        st.error(plain(wrong), icon=":material/error:")
    if titles := st.session_state.get(_TITLES, ()):
        st.selectbox(
            f"Which of the {len(titles):,} conversations?",
            range(len(titles)),
            format_func=lambda number: f"{number + 1} · {titles[number]}",
            key=_CHOSEN,
        )
    st.button("Import", key="import_now", type="primary", icon=":material/input:", on_click=_import)


def _limits() -> settings.ImportLimits:
    try:
        return settings.import_limits()
    except settings.SettingError as error:
        st.session_state[_WRONG] = error.message
        return settings.ImportLimits()


def _forget_choice() -> None:
    for key in (_TITLES, _CHOSEN, _WRONG):
        st.session_state.pop(key, None)


@shows_errors
def _import() -> None:
    bounds = Bounds.of(_limits().megabytes)
    file, titles = st.session_state.get(_FILE), st.session_state.get(_TITLES, ())
    st.session_state.pop(_WRONG, None)
    try:
        text = st.session_state[_PASTED] if file is None else read_file(file.getvalue(), bounds)
        found = read(text, conversation=st.session_state.get(_CHOSEN) or 0, bounds=bounds)
        if len(found.conversations) > 1 and found.conversations != titles:
            st.session_state[_TITLES] = found.conversations
            return
        _check(found)
    except UnreadableError as error:
        st.session_state[_WRONG] = str(error)
        return
    _close()
    for key in (_PASTED, _FILE):
        st.session_state.pop(key, None)
    st.session_state[_NOTES] = take_over(session(), found)


def _check(found: Imported) -> None:
    """Raises UnreadableError where the model would take nothing of it, so that the chat on screen stays."""
    card = chat().roster.card(found.model or session().setup.model)
    if card is None or found.messages or found.system_prompt:
        return
    setup = Setup(card.id, "", _parameters(found, card)[0], found.tools, found.response_format, found.form)
    setup, notes = fit(setup, card)
    if not (setup.parameters or setup.tools or setup.response_format):
        raise UnreadableError(f"Nothing of it is for {card.name}. {' '.join(f'{note}.' for note in notes[:5])}")


def _parameters(found: Imported, card: ModelCard | None) -> tuple[dict[str, Any], list[str]]:
    """The parameters under the names that the model has for them."""
    if card is None:
        return found.parameters, []
    return as_known(found.parameters, {spec.name for spec in form_specs(card, found.form)})


def take_over(here: Session, found: Imported) -> list[str]:
    """Begin a chat with what was found; a last message without an answer waits in the composer.

    Answers with a sentence for each thing that is not as it was. Raises StoreError.
    """
    parameters, renamed = _parameters(found, chat().roster.card(found.model or here.setup.model))
    notes = [*found.notes, *renamed]
    here.open(None)
    here.setup = replace(
        Setup(here.setup.model, found.system_prompt, parameters, found.tools, found.response_format),
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
        here.offer = Offer(asked.text, asked.pictures)
    gaps = prompt_variables(*map(template_of, (found.system_prompt, asked.text if asked is not None else "")))
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
