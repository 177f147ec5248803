"""The folder of the app's files: the root of a clone, or a folder in the installed package."""

import tomllib
from importlib import metadata
from pathlib import Path

_INSTALLED = Path(__file__).parents[1] / "installed"

ROOT = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[2]
"""The folder with `app.py`, `pages/`, `components/`, `assets/` and `browser/`."""


def app_version() -> str:
    """The version of the app, as `pyproject.toml` has it."""
    if ROOT == _INSTALLED:
        return metadata.version("llm-playground")
    project: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["version"]
