"""Repeats the prompts of a conversation, each when the answer to the one before it is there, without a page."""

import logging
import threading
from collections.abc import Callable, Sequence

from playground.answers.live_reply import LiveReply
from playground.messages import Message
from playground.owner import Owner

Ask = Callable[[Message], Sequence[LiveReply]]
"""Sends a prompt and returns the replies to it, at least one."""

_POLL_S = 0.5

log = logging.getLogger(__name__)

_live: dict[tuple[Owner, str], "Replay"] = {}
"""By owner and conversation."""


class Replay:
    """A conversation that is being repeated, until all prompts are sent or an answer fails."""

    def __init__(self, conversation_id: str, first: Sequence[LiveReply], rest: Sequence[Message], ask: Ask) -> None:
        """`first` are the replies to the prompt before the rest, at least one; their owner is that of the replay."""
        self.ended = threading.Event()
        self._key = first[0].owner, conversation_id
        self._replies = first
        self._rest = rest
        self._ask = ask
        self._stopped = threading.Event()
        self._on_end: tuple[Callable[[], None], ...] = ()

    def on_end(self, callback: Callable[[], None]) -> "Replay":
        """Have `callback` called when the replay ends. To be called before `start`."""
        self._on_end = (*self._on_end, callback)
        return self

    def start(self) -> "Replay":
        """Run on a thread of its own; returns at once."""
        _live[self._key] = self
        threading.Thread(target=self._run, name="replay", daemon=True).start()
        return self

    def stop(self) -> None:
        """Send no more prompts. Replies that are still coming are not stopped."""
        self._stopped.set()

    def _run(self) -> None:
        try:
            for prompt in self._rest:
                for reply in self._replies:
                    reply.ended.wait()
                    # While the database is away nothing can be sent, but Stop works.
                    while not reply.saved.wait(_POLL_S) and not self._stopped.is_set():
                        pass
                if self._stopped.is_set() or any(reply.state != "done" for reply in self._replies):
                    return
                self._replies = self._ask(prompt)
                if self._stopped.is_set():
                    for reply in self._replies:
                        reply.stop()
        except Exception:
            log.exception("a conversation could not be repeated to its end")
        finally:
            self.ended.set()
            if _live.get(self._key) is self:
                del _live[self._key]
            for callback in self._on_end:
                callback()


def replay_of(owner: Owner, conversation_id: str) -> Replay | None:
    """The running replay of an owner's conversation, None where there is none."""
    return _live.get((owner, conversation_id))
