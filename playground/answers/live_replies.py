"""The replies of this process: any page of their owner may watch or stop them."""

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from playground.owner import Owner

if TYPE_CHECKING:
    from playground.answers.live_reply import LiveReply

FINISHED_KEPT = 50
FINISHED_SIZE = 64_000_000
"""Characters of the finished replies together, with their requests and frames."""


class LiveReplies:
    """All replies of this process that are not saved yet, and the last FINISHED_KEPT others."""

    def __init__(self) -> None:
        self._replies: OrderedDict[str, LiveReply] = OrderedDict()
        self._sizes: dict[str, int] = {}
        """Sizes of the saved replies, by id."""
        self._lock = threading.Lock()

    def add(self, reply: "LiveReply") -> None:
        """Keep a reply until it is saved, and for a while afterwards."""
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

    def get(self, owner: Owner, id_: str) -> "LiveReply | None":
        """A reply of an owner by its id, None where it is not here, or not any more."""
        with self._lock:
            found = self._replies.get(id_)
        return found if found is not None and found.owner == owner else None

    def of(self, owner: Owner, conversation_id: str) -> list["LiveReply"]:
        """The replies of an owner's conversation that have not ended, the oldest first."""
        return [reply for reply in self._in(owner, conversation_id) if not reply.ended.is_set()]

    def unsaved(self, owner: Owner, conversation_id: str) -> list["LiveReply"]:
        """The replies of an owner's conversation that have ended and are not saved yet."""
        ended = [reply for reply in self._in(owner, conversation_id) if reply.ended.is_set()]
        return [reply for reply in ended if not reply.saved.is_set()]

    def _in(self, owner: Owner, conversation_id: str) -> list["LiveReply"]:
        with self._lock:
            known = list(self._replies.values())
        return [reply for reply in known if (reply.owner, reply.request.conversation_id) == (owner, conversation_id)]


live_replies = LiveReplies()
