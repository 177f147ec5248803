"""Recognises exports of chat programs, and reads each conversation as a request body.

ChatGPT, Claude, Open WebUI, LibreChat, LM Studio; and what models are trained with: ShareGPT, Alpaca, OpenAI's
fine-tuning, lines of a batch. None of these is documented but the last two: they are read as the programs write them
at the end of 2026.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playground.importing.chats.programs import (
    _Conversation,
    chatgpt,
    claude,
    is_lm_studio,
    is_open_webui,
    librechat,
    lm_studio,
    open_webui,
)
from playground.importing.chats.training_data import alpaca, is_preference, is_sharegpt, preference, sharegpt
from playground.text.cleaning import line


@dataclass(frozen=True, slots=True)
class Program:
    """A program whose exports are known: how a conversation is recognised, and how it becomes a request body."""

    name: str
    matches: Callable[[_Conversation], bool]
    body: Callable[[_Conversation, list[str]], dict[str, Any]]
    title: Callable[[_Conversation], Any] = lambda conversation: conversation.get("title") or conversation.get("name")


def exported(value: Any) -> tuple[Program, list[_Conversation]] | None:
    """The program of an export, and its conversations; None where it is no known export."""
    if isinstance(value, Mapping):
        for inside in ("conversations", "chats", "data"):
            inner = value.get(inside)
            if isinstance(inner, list) and inner and (found := exported(inner)) is not None:
                return found
    entries = value if isinstance(value, list) else [value]
    for program in PROGRAMS:
        conversations = [
            conversation
            for conversation in entries
            if isinstance(conversation, Mapping) and program.matches(conversation)
        ]
        if conversations:
            return program, conversations
    return None


def unread_program(value: Any) -> str | None:
    """The name of the program if this is an export that is known but not supported, else empty."""
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, Mapping):
        return None
    return next((name for name, matches in UNREAD if matches(first)), None)


def conversation_titles(program: Program, conversations: list[_Conversation]) -> tuple[str, ...]:
    """The title of each conversation, a number where it has none."""
    named = (program.title(conversation) for conversation in conversations)
    return tuple(
        (line(name, 80) if isinstance(name, str) else "") or f"Conversation {number}"
        for number, name in enumerate(named, 1)
    )


def _has(*names: str, **kinds: type) -> Callable[[_Conversation], bool]:
    return lambda export: (
        all(name in export for name in names)
        and all(isinstance(export.get(name), kind) for name, kind in kinds.items())
    )


PROGRAMS = (
    Program("ChatGPT", _has(mapping=dict), chatgpt),
    Program("Claude", _has(chat_messages=list), claude),
    Program("Open WebUI", is_open_webui, open_webui),
    Program("LibreChat", _has("conversationId", messages=list), librechat),
    Program("LM Studio", is_lm_studio, lm_studio),
    Program("ShareGPT", is_sharegpt, sharegpt),
    Program("Alpaca", _has("instruction", "output"), alpaca),
    Program("a set of preferences", is_preference, preference),
)
UNREAD: tuple[tuple[str, Callable[[_Conversation], bool]], ...] = (
    (
        "SillyTavern",
        lambda export: "chat_metadata" in export or ("user_name" in export and "character_name" in export),
    ),
    (
        "Gemini (Google Takeout)",
        lambda export: ("header" in export and "titleUrl" in export) or "safeHtmlItem" in export,
    ),
    ("Chatbox", lambda export: "settings" in export and "chat-sessions-list" in export),
    ("Cherry Studio", lambda export: "localStorage" in export and "indexedDB" in export),
    ("Jan", lambda export: export.get("object") in ("thread", "thread.message")),
    (
        "TypingMind",
        lambda export: isinstance(export.get("data"), Mapping) and "chats" in export["data"],
    ),
)
"""Programs whose exports are not supported, by the keys of their first object."""
