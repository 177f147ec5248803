"""How turns are shown to an audience: what was asked and answered, without controls, addresses or accounts."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.answers.live_reply import LiveReply
from playground.channel.messages import Problem, TurnView
from playground.channel.views.turn import TurnPresenter
from playground.errors import ErrorKind
from playground.store import Turn

_NO_ANSWER = "No answer came."
REASONS: dict[ErrorKind, str] = {
    "context_overflow": "The text is too long for the model.",
    "rate_limited": "The service takes no more requests just now.",
    "quota_exhausted": "What may be used is used up.",
    "capacity": "The service has no room just now.",
    "timeout": "It took too long.",
    "network": "The service could not be reached.",
    "content_filter": "The service refused the content.",
}
"""What an audience is told; the words of a server may hold addresses and accounts."""


@dataclass(frozen=True, slots=True)
class StagePresenter:
    """Shows turns as another presenter does, without what is not for an audience."""

    inner: TurnPresenter

    def view(self, turn: Turn, live: LiveReply | None, *, last: bool, quick: bool = False) -> TurnView:
        """The view of a turn; the rest as for TurnPresenter."""
        view = self.inner.view(turn, live, last=last, quick=quick)
        waiting = view.waiting.partition(": ")[0] if ": " in view.waiting else view.waiting
        return view.model_copy(
            update={
                "actions": (),
                "versions": (),
                "wants_results": False,
                "proceed": False,
                "raise_to": None,
                "notes": (),
                "model": "",
                "settings": "",
                "meter_help": "",
                "waiting": waiting.removesuffix(" · Stop cancels"),
                "error": self._error(turn) if view.error is not None else None,
            }
        )

    @property
    def scrub(self) -> Callable[[str, bool], str] | None:
        """Masks what the other presenter masks."""
        return self.inner.scrub

    def _error(self, turn: Turn) -> Problem:
        error = None if turn.reply is None or self.inner.hidden else turn.reply.error
        return Problem(message=_NO_ANSWER, hint="" if error is None else REASONS.get(error.kind, ""))
