"""The replies of this process, whoever asked for them: any page may watch or stop them."""

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.answers.live_reply import LiveReply

FINISHED_KEPT = 50
FINISHED_SIZE = 64_000_000
"""Characters of those together, with what was asked and what came over the wire."""


class LiveReplies:
    """The replies of this process that somebody may want to watch: all that are not saved, and the last others."""

    def __init__(self) -> None:
        self._replies: OrderedDict[str, LiveReply] = OrderedDict()
        self._sizes: dict[str, int] = {}
        """Of those that are saved."""
        self._lock = threading.Lock()

    def add(self, reply: "LiveReply") -> None:
        """Keep a reply while it is on its way, and for a while afterwards."""
        with self._lock:
            if reply.id in self._replies:
                return
            self._replies[reply.id] = reply
            over, size = len(self._replies) - FINISHED_KEPT, 0
            for known in [known for known in reversed(self._replies.values()) if known.saved.is_set()]:
                if known.id not in self._sizes:
                    self._sizes[known.id] = known.size
                size += self._sizes[known.id]
                if size > FINISHED_SIZE:
                    self._let_go(known.id)
                    over -= 1
            for id_ in [id_ for id_, known in self._replies.items() if known.saved.is_set()][: max(over, 0)]:
                self._let_go(id_)

    def _let_go(self, id_: str) -> None:
        del self._replies[id_]
        self._sizes.pop(id_, None)

    def get(self, id_: str) -> "LiveReply | None":
        """A reply by its id, None where it is not here, or not any more."""
        with self._lock:
            return self._replies.get(id_)

    def of(self, conversation_id: str) -> list["LiveReply"]:
        """Those on their way in a conversation, the one asked for first at the front."""
        return [reply for reply in self._in(conversation_id) if not reply.ended.is_set()]

    def unsaved(self, conversation_id: str) -> list["LiveReply"]:
        """Those of a conversation that have ended and could not be saved yet."""
        return [reply for reply in self._in(conversation_id) if reply.ended.is_set() and not reply.saved.is_set()]

    def _in(self, conversation_id: str) -> list["LiveReply"]:
        with self._lock:
            known = list(self._replies.values())
        return [reply for reply in known if reply.request.conversation_id == conversation_id]


live_replies = LiveReplies()
