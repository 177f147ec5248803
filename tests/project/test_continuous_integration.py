"""What runs before a commit and on a hosted CI calls what is there, for the Pythons that the project names."""

import re
import shlex
import tomllib

import yaml

from playground.system.places import ROOT


def test_hooks_call_tools_of_the_environment() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    locked = (ROOT / "requirements-dev.lock").read_text()
    tools = {shlex.split(hook["entry"])[0] for hook in hooks}

    ours = {tool.removeprefix(".venv/bin/") for tool in tools if tool.startswith(".venv/bin/")}
    assert {"ruff", "mypy"} < ours
    assert all(re.search(rf"^{tool}==", locked, re.MULTILINE) for tool in ours - {"python"})


def test_the_oldest_python_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]

    oldest = jobs["tests"]["strategy"]["matrix"]["python"][0]
    assert project["project"]["requires-python"] == f">={oldest}"
    assert project["tool"]["mypy"]["python_version"] == oldest
    assert (ROOT / jobs["tests"]["steps"][-1]["run"]).stat().st_mode & 0o100
