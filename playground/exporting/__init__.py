"""Files that are made of chats and answers."""

from playground.exporting.chats import CHAT_EXPORTS, ChatExport, ExportedChat

__all__ = ["CHAT_EXPORTS", "ChatExport", "ExportedChat"]
