"""The interface through which open pages are notified of new questions and changes."""

from collections.abc import Sequence
from typing import Protocol

from playground.answers.live_reply import LiveReply
from playground.store import Turn


class Screens(Protocol):
    """All open pages. May be called on any thread; never blocks."""

    def question_asked(self, conversation_id: str, path: Sequence[Turn], new: Sequence[Turn], reply: LiveReply) -> None:
        """A question was asked after a path; `new` are its turns, of which the last is that of the coming answer."""

    def asked_off_screen(self, conversation_id: str, reply: LiveReply) -> None:
        """An answer is coming that no page shows."""

    def changed(self, conversation_id: str) -> None:
        """The path of a conversation has changed in another way."""

    def path(self, conversation_id: str) -> Sequence[Turn] | None:
        """The path on screen; None where no page shows the conversation."""


class NoScreens:
    """No open pages: ignores every notification."""

    def question_asked(self, conversation_id: str, path: Sequence[Turn], new: Sequence[Turn], reply: LiveReply) -> None:
        """Ignored."""

    def asked_off_screen(self, conversation_id: str, reply: LiveReply) -> None:
        """Ignored."""

    def changed(self, conversation_id: str) -> None:
        """Ignored."""

    def path(self, conversation_id: str) -> Sequence[Turn] | None:
        """Always None."""
        return None


NO_SCREENS = NoScreens()
