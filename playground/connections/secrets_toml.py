"""secrets.toml as the command line reads it, where no Streamlit runs: the same files, in the same order."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playground.connections.settings import SettingError
from playground.system.places import ROOT

_FILE = Path(".streamlit") / "secrets.toml"


def connections_in_secrets() -> Mapping[str, Any]:
    """The `[connections]` table of secrets.toml: of the home folder, the app's, and this folder's, which win in turn.

    What stands at the top level of the files goes into the environment, as Streamlit does. Raises SettingError.
    """
    found: dict[str, Any] = {}
    for folder in dict.fromkeys((Path.home(), ROOT, Path.cwd())):
        found |= _read(folder / _FILE)
    for name, value in found.items():
        if isinstance(value, str | int | float):
            os.environ[name] = str(value)
    table = found.get("connections")
    return table if isinstance(table, dict) else {}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SettingError(f"{path} is not valid TOML.") from None
