"""Where conversations are on screen: who is told when something is asked in one, and knows what is to be seen."""

from collections.abc import Sequence
from typing import Protocol

from playground.answers.live_reply import LiveReply
from playground.store import Turn


class Screens(Protocol):
    """All open pages. Any thread may call, and none waits."""

    def question_asked(self, conversation_id: str, path: Sequence[Turn], new: Sequence[Turn], reply: LiveReply) -> None:
        """A question was asked after a path: `new` are its turns, the last one that of the answer on its way."""

    def asked_beside(self, conversation_id: str, reply: LiveReply) -> None:
        """An answer is on its way that does not come on screen."""

    def changed(self, conversation_id: str) -> None:
        """Something else of a conversation is on screen now."""

    def path(self, conversation_id: str) -> Sequence[Turn] | None:
        """The path on screen; None where no page shows the conversation."""


class NoScreens:
    """Nobody looks."""

    def question_asked(self, conversation_id: str, path: Sequence[Turn], new: Sequence[Turn], reply: LiveReply) -> None:
        """Nobody hears of it."""

    def asked_beside(self, conversation_id: str, reply: LiveReply) -> None:
        """Nobody hears of it."""

    def changed(self, conversation_id: str) -> None:
        """Nobody hears of it."""

    def path(self, conversation_id: str) -> Sequence[Turn] | None:
        """None."""
        return None


NO_SCREENS = NoScreens()
