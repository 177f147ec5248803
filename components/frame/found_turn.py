"""A turn that an address leads to, as a hit of the history does."""

import secrets
from dataclasses import dataclass, field

from playground.conversation.chat import Chat

MISSING_TURN = "The message at this address was deleted, or is of another conversation."
ELSEWHERE = "The message at this address is on another branch."


@dataclass(frozen=True, slots=True)
class FoundTurn:
    """The browser brings it into view and marks it, once for each `id`."""

    turn: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(6))


def put_on_screen(chat: Chat, conversation_id: str, turn_id: str, *, may_move: bool = True) -> str | None:
    """Put the branch that holds a turn on screen; where that cannot be, says why.

    Without `may_move` another branch than the one on screen is left where it is.
    """
    if turn_id not in chat.store.turns(conversation_id, [turn_id]):
        return MISSING_TURN
    if turn_id not in [turn.id for turn in chat.store.path(conversation_id)]:
        if not may_move:
            return ELSEWHERE
        chat.select(turn_id)
    return None
