"""Rehearses a demo: asks all its steps one after the other, keeps their recordings, and notes what they take."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from playground.answers.live_reply import LiveReply
from playground.channel.asking import RefusedError
from playground.errors import ProviderError
from playground.presenting.recordings import recording_of
from playground.presenting.takes import Cue, Takes
from playground.store import StoreError

LONGEST_REHEARSED_S = 600.0
SAVED_S = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RehearsalStep:
    """A step: `ask` asks all its panes, and returns what each was asked with its answer on its way.

    It may raise StoreError, ProviderError and RefusedError.
    """

    title: str
    ask: Callable[[], Sequence[tuple[Cue, LiveReply]]]


@dataclass(frozen=True, slots=True)
class StepTook:
    """What a step took: seconds until its last answer had ended, and USD for the `priced` of its answers.

    `problems` are sentences, empty where all of its answers were recorded.
    """

    title: str
    seconds: float
    cost: Decimal
    answers: int
    priced: int
    recorded: int
    problems: tuple[str, ...] = ()


@dataclass(eq=False)
class Rehearsal:
    """One rehearsal, on a thread of its own; any thread may read it.

    A step that fails keeps its recording from before.
    """

    takes: Takes
    steps: Sequence[RehearsalStep]
    on_step: Callable[[], None] = lambda: None
    """Called after each step, and at the end."""
    took: tuple[StepTook, ...] = ()
    ended: threading.Event = field(default_factory=threading.Event)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _coming: tuple[LiveReply, ...] = ()

    def start(self) -> "Rehearsal":
        """Begin; returns at once."""
        threading.Thread(target=self._run, name="rehearsal", daemon=True).start()
        return self

    def stop(self) -> None:
        """Ask nothing more, and stop the answers on their way; what was recorded stays."""
        self._stopped.set()
        for reply in self._coming:
            reply.stop()

    @property
    def seconds(self) -> float:
        """How long the steps took so far, together."""
        return sum(step.seconds for step in self.took)

    @property
    def cost(self) -> Decimal:
        """What the priced answers cost so far, in USD."""
        return sum((step.cost for step in self.took), Decimal(0))

    def _run(self) -> None:
        try:
            for step in self.steps:
                if self._stopped.is_set():
                    break
                self.took = (*self.took, self._rehearse(step))
                self.on_step()
        except Exception:
            log.exception("a rehearsal ended before its end")
        finally:
            self.ended.set()
            self.on_step()

    def _rehearse(self, step: RehearsalStep) -> StepTook:
        began = time.monotonic()
        try:
            asked = step.ask()
            self._coming = tuple(reply for _, reply in asked)
            if self._stopped.is_set():
                self.stop()
            for reply in self._coming:
                if not reply.ended.wait(max(0.0, began + LONGEST_REHEARSED_S - time.monotonic())):
                    reply.stop()
            seconds = time.monotonic() - began
            return self._took(step.title, seconds, asked)
        except (StoreError, ProviderError) as error:
            problem = error.message
        except RefusedError as refused:
            problem = refused.problem.message
        return StepTook(step.title, time.monotonic() - began, Decimal(0), 0, 0, 0, (problem,))

    def _took(self, title: str, seconds: float, asked: Sequence[tuple[Cue, LiveReply]]) -> StepTook:
        store, kept, problems, costs = self.takes.store, [], [], []
        for cue, reply in asked:
            reply.saved.wait(SAVED_S)
            stored = store.reply(reply.id)
            if stored is not None and stored.cost is not None:
                costs.append(stored.cost)
            if reply.state == "done" and recording_of(store, reply.id) is not None:
                kept.append((cue, reply.id))
            else:
                reason = reply.error.message if reply.error is not None else f"The answer is {reply.state}, and empty."
                problems.append(f"{cue.model}: {reason}")
        self.takes.keep(kept)
        total = sum(costs, Decimal(0))
        return StepTook(title, seconds, total, len(asked), len(costs), len(kept), tuple(problems))
