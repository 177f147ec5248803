"""The container has what the installed app has, and its image is built from nothing else."""

import re
import tomllib

from playground.system.places import ROOT

CONTAINERFILE = (ROOT / "Containerfile").read_text()


def copied() -> set[str]:
    lines = re.findall(r"^COPY (.+)$", CONTAINERFILE, re.MULTILINE)
    return {name for line in lines for name in line.split()[:-1]}


def test_it_has_what_the_wheel_has() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert copied() == {*wheel["packages"], *wheel["force-include"], "pyproject.toml", "requirements.lock"}


def test_nothing_else_is_sent_to_whoever_builds_it() -> None:
    allowed = re.findall(r"^!(.+)$", (ROOT / ".containerignore").read_text(), re.MULTILINE)

    assert set(allowed) == copied()


def test_it_runs_as_nobody_in_particular_and_writes_to_its_volume() -> None:
    assert re.findall(r"^(?:USER|VOLUME) .+$", CONTAINERFILE, re.MULTILINE) == ["VOLUME /data", "USER 10001:10001"]
    assert "PLAYGROUND_DATA_DIR=/data" in CONTAINERFILE
    assert "--require-hashes" in CONTAINERFILE
