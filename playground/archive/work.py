"""Exports, imports and purges on their way: outside page runs, one of each kind for each owner, to be cancelled."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from playground.archive.errors import DataFileError
from playground.archive.writing import ArchiveProgress
from playground.owner import Owner
from playground.store import StoreError

WorkKind = Literal["export", "import", "purge"]
T = TypeVar("T")

log = logging.getLogger(__name__)


class _CancelledError(Exception):
    """Somebody cancelled the work."""


@dataclass(eq=False)
class DataWork(Generic[T]):
    """One of them. `result` is there once it has come to its end, `problem` says why it has not; both are None before,
    and after it was cancelled.
    """

    kind: WorkKind
    done: int = 0
    total: int = 0
    result: T | None = None
    problem: str | None = None
    cancelled: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """Whether it is not over yet."""
        return not self.over.is_set()

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    def cancel(self) -> None:
        """Have it stop soon, and nothing be left of it."""
        self.cancelled = True

    def tell(self, done: int, total: int) -> None:
        """Take note of how far it is; ends it where it was cancelled."""
        self.done, self.total = done, total
        if self.cancelled:
            raise _CancelledError

    def carry_out(self, do: Callable[[ArchiveProgress], T]) -> None:
        """Do it, on this thread."""
        try:
            self.result = do(self.tell)
        except _CancelledError:
            pass
        except DataFileError as error:
            self.problem = str(error)
        except StoreError as error:
            self.problem = f"{error.message} {error.hint}"
        except Exception as error:
            log.exception("the %s failed", self.kind)
            self.problem = f"The playground itself failed: {type(error).__name__}. The log has the details."
        finally:
            self.over.set()


class DataWorks:
    """What goes on, by owner and kind, and the last that was over. Any thread may call."""

    def __init__(self) -> None:
        self._works: dict[tuple[Owner, WorkKind], DataWork[object]] = {}
        self._lock = threading.Lock()

    def begin(self, owner: Owner, kind: WorkKind, do: Callable[[ArchiveProgress], object]) -> DataWork[object]:
        """Do something on a thread of its own; where it goes on already, that is the answer."""
        with self._lock:
            going = self._works.get((owner, kind))
            if going is not None and going.running:
                return going
            begun = self._works[owner, kind] = DataWork[object](kind)
        threading.Thread(target=begun.carry_out, args=(do,), name=f"{kind} of data", daemon=True).start()
        return begun

    def get(self, owner: Owner, kind: WorkKind) -> DataWork[object] | None:
        """The last one that was begun, whoever looks."""
        return self._works.get((owner, kind))

    def forget(self, owner: Owner, kind: WorkKind) -> None:
        """Show one that is over no more."""
        with self._lock:
            going = self._works.get((owner, kind))
            if going is not None and not going.running:
                del self._works[owner, kind]


data_works = DataWorks()
"""Those of the process."""
