"""What is told to the pages on which a conversation stands."""

import logging
from collections.abc import Sequence
from functools import partial

from playground.answers.live_reply import LiveReply
from playground.channel.clock import clock
from playground.channel.open_conversations import known_path, open_conversations
from playground.channel.pages import showing
from playground.store import Turn

log = logging.getLogger(__name__)


class Feed:
    """The open pages of this process, as `playground.conversation.screens.Screens` has them."""

    def question_asked(self, conversation_id: str, path: Sequence[Turn], new: Sequence[Turn], reply: LiveReply) -> None:
        """A question was asked after a path: `new` are its turns, the last one that of the answer on its way."""
        reply.on_end(_ended)
        conversation = open_conversations.get(conversation_id)
        if conversation is None:
            return
        try:
            conversation.question_asked(path, new, reply)
        except Exception:  # nothing that is told may keep a question from being asked
            log.exception("a question was not told")
            conversation.changed()

    def asked_beside(self, conversation_id: str, reply: LiveReply) -> None:
        """An answer is on its way that does not come on screen."""
        reply.on_end(_ended)
        if (conversation := open_conversations.get(conversation_id)) is not None:
            conversation.count()

    def changed(self, conversation_id: str) -> None:
        """Something else of a conversation is on screen now."""
        if (conversation := open_conversations.get(conversation_id)) is not None:
            conversation.changed()
            for page in showing(conversation_id):
                page.run_after_first_tokens()

    def path(self, conversation_id: str) -> Sequence[Turn] | None:
        """The path on screen; None where no page shows the conversation."""
        return known_path(conversation_id)


def _ended(reply: LiveReply) -> None:
    """On the loop of the network: an answer has ended, or was saved."""
    conversation_id = reply.request.conversation_id
    if conversation_id is not None and conversation_id in open_conversations:
        clock.soon(partial(_tell_end, conversation_id, reply))


def _tell_end(conversation_id: str, reply: LiveReply) -> None:
    if (conversation := open_conversations.get(conversation_id)) is not None:
        conversation.ended(reply)
        for page in showing(conversation_id):
            page.ended()
