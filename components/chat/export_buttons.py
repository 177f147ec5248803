"""Share a chat, or export it as a file: a button for each format."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.frame.process import chat
from components.frame.session import Session
from components.share.dialog import connection_keys, share_button
from playground.exporting import CHAT_EXPORTS, ChatExport, ExportedChat
from playground.exporting.file_names import dated_name
from playground.sharing.document import Document, chat_document
from playground.sharing.included import Included
from playground.store import Turn
from playground.store.database.database import now


def export_buttons(here: Session, path: Sequence[Turn]) -> None:
    """Buttons that share and download this conversation; its file is made when one is pressed."""
    share_button(partial(_document, here, path), key="share_chat", disabled=not path)
    title = _title(here)
    for export in CHAT_EXPORTS:
        st.download_button(
            export.label,
            partial(_exported, export, here, path),
            dated_name(title or "chat", now(), export.ending),
            export.media_type,
            key=f"export_{export.id}",
            icon=export.icon,
            type="tertiary",
            on_click="ignore",
            disabled=not path and not export.before_the_first_message,
            help=export.help,
        )


def _exported(export: ChatExport, here: Session, path: Sequence[Turn]) -> str:
    return export.write(ExportedChat(_title(here), here.setup, path, connection_keys()))


def _document(here: Session, path: Sequence[Turn], included: Included) -> Document:
    return chat_document(_title(here), here.setup, path, included, now(), chat().store.pace)


def _title(here: Session) -> str:
    saved = chat().store.conversation(here.conversation_id) if here.conversation_id else None
    return "" if saved is None else saved.title
