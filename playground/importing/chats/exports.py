"""What other programs export of their chats: which program, how many conversations, and each as a request body.

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
    """A program whose exports are known: how one of its conversations looks, and as what request body it is read."""

    name: str
    is_one: Callable[[_Conversation], bool]
    body: Callable[[_Conversation, list[str]], dict[str, Any]]
    title: Callable[[_Conversation], Any] = lambda conversation: conversation.get("title") or conversation.get("name")


def exported(value: Any) -> tuple[Program, list[_Conversation]] | None:
    """The program that wrote this, and the conversations in it; None where it is no export that is known."""
    if isinstance(value, Mapping):
        for inside in ("conversations", "chats", "data"):
            inner = value.get(inside)
            if isinstance(inner, list) and inner and (found := exported(inner)) is not None:
                return found
    given = value if isinstance(value, list) else [value]
    for program in PROGRAMS:
        conversations = [one for one in given if isinstance(one, Mapping) and program.is_one(one)]
        if conversations:
            return program, conversations
    return None


def unread_program(value: Any) -> str | None:
    """The name of a program whose exports are known and not read, where this is one."""
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, Mapping):
        return None
    return next((name for name, is_one in UNREAD if is_one(first)), None)


def conversation_titles(program: Program, conversations: list[_Conversation]) -> tuple[str, ...]:
    """What each conversation is called, numbered where it has no name."""
    named = (program.title(one) for one in conversations)
    return tuple(
        (line(name, 80) if isinstance(name, str) else "") or f"Conversation {number}"
        for number, name in enumerate(named, 1)
    )


def _has(*names: str, **kinds: type) -> Callable[[_Conversation], bool]:
    return lambda one: (
        all(name in one for name in names) and all(isinstance(one.get(name), kind) for name, kind in kinds.items())
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
    ("SillyTavern", lambda one: "chat_metadata" in one or ("user_name" in one and "character_name" in one)),
    ("Gemini (Google Takeout)", lambda one: ("header" in one and "titleUrl" in one) or "safeHtmlItem" in one),
    ("Chatbox", lambda one: "settings" in one and "chat-sessions-list" in one),
    ("Cherry Studio", lambda one: "localStorage" in one and "indexedDB" in one),
    ("Jan", lambda one: one.get("object") in ("thread", "thread.message")),
    ("TypingMind", lambda one: isinstance(one.get("data"), Mapping) and "chats" in one["data"]),
)
"""Programs by what stands in the first thing that they export."""
