"""Import a request or a chat as a new chat."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from components.frame.process import chat
from components.frame.session import Offer, Session, session, shows_errors
from components.share.copying import open_copy
from playground.connections import settings
from playground.conversation.setup import Setup, fit, form_specs
from playground.importing import Bounds, Imported, UnreadableError, as_known, read, read_file
from playground.messages import Message
from playground.models.catalog import ModelCard
from playground.presets import prompt_variables, template_of
from playground.sharing.copying import shared_data_in
from playground.sharing.data import UnreadablePageError
from playground.text.markdown import plain

_OPEN = "import_open"
_PASTED = "import_text"
_PROBLEM = "import_wrong"
_NOTES = "import_notes"
_FILE = "import_file"
_TITLES = "import_titles"
_CHOSEN = "import_conversation"
FILES = ("json", "jsonl", "yml", "yaml", "txt", "har", "zip", "html")


def import_button() -> None:
    """The button that opens the dialog, and the dialog while it is open."""
    st.button(
        "Import",
        key="import",
        icon=":material/input:",
        type="tertiary",
        help="A command, a request body, messages, an export of chats, a shared page, or a .prompt.yml",
        on_click=_open,
    )
    if st.session_state.get(_OPEN):
        _dialog()


def imported_notes() -> None:
    """Notes about the last import, until they are dismissed."""
    notes: list[str] = st.session_state.get(_NOTES, [])
    if notes:
        with st.container(horizontal=True, vertical_alignment="top", gap="small", wrap=False):
            st.info("\n".join(f"- {plain(note)}" for note in notes), icon=":material/input:")
            st.button("", key="import_seen", icon=":material/close:", type="tertiary", help="Dismiss", on_click=_seen)


def _open() -> None:
    st.session_state[_OPEN] = True


def _seen() -> None:
    st.session_state.pop(_NOTES, None)


def _close() -> None:
    for key in (_OPEN, _PROBLEM, _TITLES, _CHOSEN):
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
    most = min(_limits().megabytes, st.config.get_option("server.maxUploadSize"))
    st.file_uploader("or a file", key=_FILE, type=list(FILES), max_upload_size=most, on_change=_forget_choice)
    if problem := st.session_state.get(_PROBLEM):
        st.error(plain(problem), icon=":material/error:")
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
        st.session_state[_PROBLEM] = error.message
        return settings.ImportLimits()


def _forget_choice() -> None:
    for key in (_TITLES, _CHOSEN, _PROBLEM):
        st.session_state.pop(key, None)


@shows_errors
def _import() -> None:
    bounds = Bounds.of(_limits().megabytes)
    file, titles = st.session_state.get(_FILE), st.session_state.get(_TITLES, ())
    st.session_state.pop(_PROBLEM, None)
    try:
        text = st.session_state[_PASTED] if file is None else read_file(file.getvalue(), bounds)
        if (shared := shared_data_in(text)) is not None:
            open_copy(session(), shared)
            _taken_over()
            return
        imported = read(text, conversation=st.session_state.get(_CHOSEN) or 0, bounds=bounds)
        if len(imported.conversations) > 1 and imported.conversations != titles:
            st.session_state[_TITLES] = imported.conversations
            return
        _check(imported)
    except (UnreadableError, UnreadablePageError) as error:
        st.session_state[_PROBLEM] = str(error)
        return
    _taken_over()
    st.session_state[_NOTES] = take_over(session(), imported)


def _taken_over() -> None:
    """Close the dialog and forget what was put into it."""
    _close()
    for key in (_PASTED, _FILE):
        st.session_state.pop(key, None)


def _check(imported: Imported) -> None:
    """Raises UnreadableError where the model would take nothing of it, so that the chat on screen stays."""
    card = chat().roster.card(imported.model or session().setup.model)
    if card is None or imported.messages or imported.system_prompt:
        return
    setup = Setup(card.id, "", _parameters(imported, card)[0], imported.tools, imported.response_format, imported.form)
    setup, notes = fit(setup, card)
    if not (setup.parameters or setup.tools or setup.response_format):
        raise UnreadableError(f"Nothing of it is for {card.name}. {' '.join(f'{note}.' for note in notes[:5])}")


def _parameters(imported: Imported, card: ModelCard | None) -> tuple[dict[str, Any], list[str]]:
    """The parameters under the names that the model has for them."""
    if card is None:
        return imported.parameters, []
    return as_known(imported.parameters, {spec.name for spec in form_specs(card, imported.form)})


def take_over(here: Session, imported: Imported) -> list[str]:
    """Begin a chat with what was imported; a last message without an answer waits in the composer.

    Answers with a sentence for each thing that is not as it was. Raises StoreError.
    """
    parameters, renamed = _parameters(imported, chat().roster.card(imported.model or here.setup.model))
    notes = [*imported.notes, *renamed]
    here.open(None)
    here.setup = replace(
        Setup(here.setup.model, imported.system_prompt, parameters, imported.tools, imported.response_format),
        form=imported.form,
        raw=imported.raw,
        reject_if_busy=imported.reject_if_busy,
    )
    here.want_model(imported.model or here.setup.model)
    notes += here.notes
    here.notes = ()
    known = chat().roster.card(imported.model) if imported.model else None
    messages = (
        imported.messages if known is None else tuple(_with_wire_model(known, message) for message in imported.messages)
    )
    question = messages[-1] if messages and messages[-1].role == "user" else None
    if question is not None:
        messages = messages[:-1]
        here.offer = Offer(question.text, question.pictures)
    variables = prompt_variables(
        *map(template_of, (imported.system_prompt, question.text if question is not None else ""))
    )
    if variables:
        named = ", ".join(f"{{{{{name}}}}}" for name in variables)
        notes.append(f"{named} left as written: fill in before you send, or write a preset, which asks for values.")
    _store_messages(here.keep(), messages)
    return notes


def _with_wire_model(card: ModelCard, message: Message) -> Message:
    """A message whose model is remembered by the name that requests know it by."""
    return (
        message
        if message.provider_metadata is None
        else replace(message, provider_metadata=replace(message.provider_metadata, model=card.wire_id))
    )


def _store_messages(conversation_id: str, messages: Sequence[Message]) -> None:
    parent = None
    for message in messages:
        parent = chat().store.add_turn(conversation_id, parent, message).id
