"""Work on data beside pages: how far it is, cancelled, and what is said where it fails."""

import threading

import pytest

from playground.archive.errors import DataFileError
from playground.archive.work import DataWorks
from playground.archive.writing import ArchiveProgress
from playground.owner import DEFAULT_OWNER
from playground.store import StoreError
from tests.store.test_owners import ANNA


def test_it_goes_on_once_for_each_owner_and_says_how_far_it_is() -> None:
    works, go_on, told = DataWorks(), threading.Event(), threading.Event()

    def do(progress: ArchiveProgress) -> str:
        progress(1, 4)
        told.set()
        assert go_on.wait(20)
        return "done"

    begun = works.begin(DEFAULT_OWNER, "export", do)
    assert told.wait(20)
    assert (begun.running, begun.share) == (True, 0.25)
    assert works.begin(DEFAULT_OWNER, "export", do) is begun
    other = works.begin(ANNA, "export", do)
    assert other is not begun
    go_on.set()
    assert begun.over.wait(20)
    assert (begun.result, begun.problem, works.get(DEFAULT_OWNER, "export")) == ("done", None, begun)
    works.forget(DEFAULT_OWNER, "export")
    assert works.get(DEFAULT_OWNER, "export") is None
    assert other.over.wait(20)


def test_it_is_cancelled() -> None:
    works, told = DataWorks(), threading.Event()

    def do(progress: ArchiveProgress) -> None:
        while True:
            progress(1, 2)
            told.set()

    begun = works.begin(DEFAULT_OWNER, "import", do)
    assert told.wait(20)
    begun.cancel()
    assert begun.over.wait(20)
    assert (begun.result, begun.problem) == (None, None)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DataFileError("The file is damaged."), "The file is damaged."),
        (StoreError("The disk is full.", "Free some."), "The disk is full. Free some."),
        (ZeroDivisionError("secret"), "The playground itself failed: ZeroDivisionError. The log has the details."),
    ],
)
def test_what_goes_wrong_is_said(error: Exception, words: str) -> None:
    def do(_: ArchiveProgress) -> None:
        raise error

    begun = DataWorks().begin(DEFAULT_OWNER, "import", do)
    assert begun.over.wait(20)
    assert begun.problem == words
