"""secrets.toml where no Streamlit runs."""

import os
from pathlib import Path

import pytest

from playground.connections import secrets_toml
from playground.connections.secrets_toml import connections_in_secrets
from playground.connections.settings import SettingError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This folder, with a home and an app without secrets."""
    here = tmp_path / "here"
    (here / ".streamlit").mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(secrets_toml, "ROOT", tmp_path)
    return here


def test_connections_are_read_and_the_top_level_goes_into_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_TESTED", "before")
    text = 'PLAYGROUND_TESTED = "after"\n[connections.mine]\nkind = "openai_compatible"\n'
    (folder / ".streamlit" / "secrets.toml").write_text(text)
    assert connections_in_secrets() == {"mine": {"kind": "openai_compatible"}}
    assert os.environ["PLAYGROUND_TESTED"] == "after"


def test_without_a_file_there_is_nothing_and_a_broken_one_is_named(folder: Path) -> None:
    assert connections_in_secrets() == {}
    (folder / ".streamlit" / "secrets.toml").write_text("key = ")
    with pytest.raises(SettingError, match="is not valid TOML"):
        connections_in_secrets()
