"""No test hangs for ever: it fails with its traceback, and those after it run."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SLOW_LIMIT_S, pytest_collection_modifyitems

pytest_plugins = ["pytester"]

HANGING = """
import signal, threading

def test_that_waits_for_a_thread():
    never = threading.Event()
    thread = threading.Thread(target=never.wait, daemon=True)
    thread.start()
    thread.join()  # hangs here

def test_that_no_signal_ends():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    threading.Event().wait()  # or here

def test_after_them():
    pass
"""


def run(folder: Path, *options: str) -> str:
    """What pytest prints of the hanging tests, with this project's settings."""
    (folder / "test_hanging.py").write_text(HANGING)
    settings = ["-c", "pyproject.toml", "--rootdir", str(folder), "-p", "no:cacheprovider", "--timeout=0.5", *options]
    command = [sys.executable, "-m", "pytest", *settings, str(folder / "test_hanging.py")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def test_a_test_that_hangs_fails_where_it_hangs_and_the_next_one_runs(tmp_path: Path) -> None:
    said = run(tmp_path, "--deselect", "test_hanging.py::test_that_no_signal_ends")
    assert "thread.join()  # hangs here" in said
    assert "Timeout (>0.5s)" in said
    assert "1 failed, 1 passed, 1 deselected" in said


def test_a_test_that_no_signal_ends_ends_its_process_and_the_next_one_runs(tmp_path: Path) -> None:
    said = run(tmp_path, "--numprocesses=1", "-o", "faulthandler_timeout=2")
    assert "in test_that_no_signal_ends" in said
    assert "crashed while running 'test_hanging.py::test_that_no_signal_ends'" in said
    assert "2 failed, 1 passed" in said


@pytest.mark.parametrize("kind", ["browser", "node", "model"])
def test_slow_kinds_have_longer_but_what_a_test_says_of_itself_stands(kind: str, pytester: pytest.Pytester) -> None:
    first, second = pytester.getitems(f"""
        import pytest

        @pytest.mark.{kind}
        def test_slow():
            pass

        @pytest.mark.{kind}
        @pytest.mark.timeout(5)
        def test_in_a_hurry():
            pass
    """)
    pytest_collection_modifyitems([first, second])
    assert [_limit(item) for item in (first, second)] == [SLOW_LIMIT_S, 5]


def _limit(item: pytest.Item) -> float:
    mark = item.get_closest_marker("timeout")
    assert mark is not None
    return float(mark.args[0])
