"""Prompts asked again one after another, each once the answer before it is there, whether or not anybody watches."""

import logging
import threading
from collections.abc import Callable, Sequence

from playground.answers.live_reply import LiveReply
from playground.messages import Message

Ask = Callable[[Message], Sequence[LiveReply]]
"""Sends a prompt and answers with the replies to it, at least one."""

_LOOK_S = 0.5

log = logging.getLogger(__name__)

_live: dict[str, "Replay"] = {}


class Replay:
    """The rest of a conversation that is being repeated. It ends with its prompts, or where an answer does not come."""

    def __init__(self, conversation_id: str, first: Sequence[LiveReply], rest: Sequence[Message], ask: Ask) -> None:
        """`first` are the replies to the prompt before the rest."""
        self.ended = threading.Event()
        self._conversation_id = conversation_id
        self._replies = first
        self._rest = rest
        self._ask = ask
        self._stopped = threading.Event()
        self._on_end: tuple[Callable[[], None], ...] = ()

    def on_end(self, told: Callable[[], None]) -> "Replay":
        """Have it called when nothing more will be asked; to be said before it is started."""
        self._on_end = (*self._on_end, told)
        return self

    def start(self) -> "Replay":
        """Ask on, in a thread of its own; returns at once."""
        _live[self._conversation_id] = self
        threading.Thread(target=self._run, name="replay", daemon=True).start()
        return self

    def stop(self) -> None:
        """Ask no more. Replies that are on their way are left to whoever stops them."""
        self._stopped.set()

    def _run(self) -> None:
        try:
            for prompt in self._rest:
                for reply in self._replies:
                    reply.ended.wait()
                    # While the database is away nothing can be asked; Stop is heard all the same.
                    while not reply.saved.wait(_LOOK_S) and not self._stopped.is_set():
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
            if _live.get(self._conversation_id) is self:
                del _live[self._conversation_id]
            for told in self._on_end:
                told()


def replay_of(conversation_id: str) -> Replay | None:
    """The replay that goes on in a conversation."""
    return _live.get(conversation_id)
