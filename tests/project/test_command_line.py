"""The command line as a person calls it in a clone."""

import subprocess
import sys

from playground.system.places import ROOT


def called(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "playground", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_version_is_that_of_the_project() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    version = next(line.split('"')[1] for line in lines if line.startswith("version = "))

    answer = called("--version")

    assert (answer.returncode, answer.stdout) == (0, f"llm-playground {version}\n")


def test_help_says_what_there_is() -> None:
    assert "start the app" in called("--help").stdout
    assert "--port" in called("run", "--help").stdout


def test_what_it_does_not_know_is_refused() -> None:
    answer = called("runn")

    assert answer.returncode == 2
    assert "invalid choice: 'runn'" in answer.stderr
