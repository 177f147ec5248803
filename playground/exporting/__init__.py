"""What leaves the app as a file."""

from playground.exporting.chats import CHAT_EXPORTS, ChatExport, ExportedChat

__all__ = ["CHAT_EXPORTS", "ChatExport", "ExportedChat"]
