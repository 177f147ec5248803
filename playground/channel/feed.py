"""Notifies the pages that show a conversation."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from playground.answers.live_reply import LiveReply
from playground.channel.clock import clock
from playground.channel.open_conversations import known_path, open_conversations
from playground.channel.pages import showing
from playground.owner import Owner
from playground.store import Turn

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Feed:
    """The open pages of an owner, as `playground.conversation.screens.Screens` has them."""

    owner: Owner

    def question_asked(self, conversation_id: str, path: Sequence[Turn], new: Sequence[Turn], reply: LiveReply) -> None:
        """A question was asked after a path; `new` are its turns, of which the last is that of the coming answer."""
        reply.on_end(_ended)
        conversation = open_conversations.get((self.owner, conversation_id))
        if conversation is None:
            return
        try:
            conversation.question_asked(path, new, reply)
        except Exception:  # an error here must not keep a question from being sent
            log.exception("a question was not told")
            conversation.changed()

    def asked_off_screen(self, conversation_id: str, reply: LiveReply) -> None:
        """An answer is coming that no page shows."""
        reply.on_end(_ended)
        if (conversation := open_conversations.get((self.owner, conversation_id))) is not None:
            conversation.count()

    def changed(self, conversation_id: str) -> None:
        """The path of a conversation has changed in another way."""
        if (conversation := open_conversations.get((self.owner, conversation_id))) is not None:
            conversation.changed()
            for page in showing(conversation):
                page.run_after_first_tokens()

    def path(self, conversation_id: str) -> Sequence[Turn] | None:
        """The path on screen; None where no page shows the conversation."""
        return known_path(self.owner, conversation_id)


def _ended(reply: LiveReply) -> None:
    """On the loop of the network: an answer has ended, or was saved."""
    conversation_id = reply.request.conversation_id
    if conversation_id is not None and (reply.owner, conversation_id) in open_conversations:
        clock.soon(partial(_tell_end, conversation_id, reply))


def _tell_end(conversation_id: str, reply: LiveReply) -> None:
    if (conversation := open_conversations.get((reply.owner, conversation_id))) is not None:
        conversation.ended(reply)
        for page in showing(conversation):
            page.ended()
