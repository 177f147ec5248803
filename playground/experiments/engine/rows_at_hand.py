"""The rows that an experiment asks about just now: those of a version of a dataset, a page of them at a time."""

import threading
from collections import OrderedDict

from playground.experiments.rows import DataRow
from playground.store import Store

_PAGE = 200
_PAGES = 20


class RowsAtHand:
    """Rows by their number, read when they are needed; at most some thousands are in memory. Not for an event loop."""

    def __init__(self, store: Store, version_id: str) -> None:
        self._store, self._version_id = store, version_id
        self._pages: OrderedDict[int, tuple[DataRow, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def row(self, number: int) -> DataRow:
        """The row of a number. Raises IndexError and StoreError."""
        page, place = divmod(number, _PAGE)
        with self._lock:
            return self._page(page)[place]

    def _page(self, page: int) -> tuple[DataRow, ...]:
        rows = self._pages.get(page)
        if rows is None:
            stored = self._store.dataset_rows(self._version_id, start=page * _PAGE, limit=_PAGE)
            rows = self._pages[page] = tuple(DataRow.model_validate(one.body) for one in stored)
            while len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end(page)
        return rows
