import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from playground.owner import DEFAULT_OWNER
from playground.store import Store, open_stores
from playground.system.places import ROOT

ADDER = Path(__file__).with_name("adder.py")
NAMES, EACH = ("one", "other"), 15


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, "\x00é"]}, [], "", 0, False])
def test_a_preference_comes_back_as_it_was(store: Store, value: Any) -> None:
    store.prefer("name", "before")
    store.prefer("name", value)
    assert store.preference("name") == value


def test_none_takes_a_preference_away(store: Store) -> None:
    assert store.preference("name") is None
    store.prefer("name", 1)
    store.prefer("other", 2)
    store.prefer("name", None)
    store.prefer("name", None)
    assert (store.preference("name"), store.preference("other")) == (None, 2)


def test_a_preference_is_revised_by_what_it_was(store: Store) -> None:
    store.revise("name", lambda before: [before])
    store.revise("name", lambda before: [*before, 2])
    assert store.preference("name") == [None, 2]
    store.revise("name", lambda _: None)
    store.revise("name", lambda before: before)
    assert store.preference("name") is None


def test_processes_that_add_connections_at_once_lose_none(url: str, tmp_path: Path) -> None:
    open_stores(url).close()
    with ExitStack() as running:
        command = [sys.executable, str(ADDER), url, str(tmp_path / "keys")]
        pipe, environment = subprocess.PIPE, {**os.environ, "PYTHONPATH": str(ROOT)}
        started = [
            running.enter_context(
                subprocess.Popen([*command, name, str(EACH)], env=environment, stdin=pipe, stdout=pipe, text=True)
            )
            for name in NAMES
        ]
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
    assert [process.returncode for process in started] == [0, 0]
    with open_stores(url) as stores:
        entries = stores.of(DEFAULT_OWNER).preference("connections")
    assert sorted(entry["name"] for entry in entries) == sorted(f"{n}-{i}" for n in NAMES for i in range(EACH))
