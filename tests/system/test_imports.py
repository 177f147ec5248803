"""Imports while others change where modules are searched."""

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from playground.system.imports import importing

MOVES = "a folder during whose search another one goes"


class Moving:
    """Searched for a module, it has the first folder taken out, as the end of a page run does."""

    def __init__(self, path: str) -> None:
        if path != MOVES:
            raise ImportError

    def find_spec(self, _name: str, _target: object = None) -> ModuleSpec | None:
        if sys.path[0] != MOVES:
            sys.path.pop(0)
        return None


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a module that the next search passes over."""
    (tmp_path / "passed_over.py").write_text("")
    monkeypatch.setattr(sys, "path_hooks", [Moving, *sys.path_hooks])
    monkeypatch.setattr(sys, "path", [str(tmp_path / "pages"), MOVES, str(tmp_path), *sys.path])
    yield "passed_over"
    sys.modules.pop("passed_over", None)
    sys.path_importer_cache.pop(MOVES, None)


def test_a_module_that_was_passed_over_is_found(module: str) -> None:
    with pytest.raises(ModuleNotFoundError):
        import_module(module)
    sys.path.insert(0, "pages")
    assert importing(lambda: import_module(module)).__name__ == module


def test_a_module_that_is_nowhere_is_told() -> None:
    with pytest.raises(ModuleNotFoundError):
        importing(lambda: import_module("nowhere_at_all"))
