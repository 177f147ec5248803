"""`python -m playground experiment run FILE`, as a process of its own, against the stand-in."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from playground.owner import DEFAULT_OWNER
from playground.store import open_stores, sqlite_url
from tests.browser.waiting import until
from tests.experiments.engine.test_batches import LLAMA
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream

FILE = """
title: Seas
dataset:
  rows:
    - {word: salt}
    - {word: tide}
variants:
  - {name: plain, prompt: "Say {{word}}. upstream: echo=yes", parameters: {max_tokens: 30}}
models: [openai/m]
repetitions: 2
checks:
  - {check: contains, value: "{{word}}"}
"""


class Command:
    """The command in a folder, with a database of its own."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.folder, self.data = folder, folder / "data"
        # No key: a server that wants none.
        self.environment = {**os.environ, "PLAYGROUND_DATA_DIR": str(self.data), "OPENAI_BASE_URL": upstream.openai_url}

    def write(self, text: str, name: str = "seas.yaml") -> Path:
        """A file in the folder."""
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path

    def start(self, *arguments: object) -> "subprocess.Popen[str]":
        """Begin to run it."""
        command = [sys.executable, "-m", "playground", "experiment", "run", *map(str, arguments)]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *arguments: object) -> tuple[int, str]:
        """Its exit code, and what it says."""
        with self.start(*arguments) as process:
            _, said = process.communicate(timeout=50)
            return process.returncode, said


@pytest.fixture
def command(tmp_path: Path, upstream: Upstream) -> Command:
    return Command(tmp_path, upstream)


def test_all_checks_passed_is_0_and_what_came_of_each_cell_is_written(command: Command) -> None:
    code, said = command.run(command.write(FILE), "--out", command.folder / "out")
    assert code == 0, said
    assert "4 of 4 cells answered · 4 passed" in said
    lines = [json.loads(line) for line in (command.folder / "out" / "results.jsonl").read_text().splitlines()]
    assert [(line["row"], line["repetition"], line["outcome"]) for line in lines] == [
        (0, 0, "passed"),
        (1, 0, "passed"),
        (0, 1, "passed"),
        (1, 1, "passed"),
    ]
    summary = json.loads((command.folder / "out" / "summary.json").read_text())
    assert (summary["cells"], summary["passed"], summary["calls"]) == (4, 4, 4)
    assert "<testsuites" in (command.folder / "out" / "junit.xml").read_text()


def test_a_failed_check_is_1(command: Command) -> None:
    code, said = command.run(command.write(FILE.replace('value: "{{word}}"', "value: never")))
    assert code == 1
    assert "4 failed" in said


def test_what_no_check_could_tell_has_not_passed(command: Command) -> None:
    file = command.write(FILE.replace('{check: contains, value: "{{word}}"}', "{check: cost, max: 1}"))
    code, said = command.run(file)
    assert "Of 4 cells no check could tell" in said
    assert code == 1
    code, said = command.run(command.write(FILE.partition("checks:")[0]))
    assert "4 unchecked" in said
    assert code == 0


def test_where_results_cannot_be_written_nothing_is_asked(command: Command, upstream: Upstream) -> None:
    file = command.write(FILE)
    code, said = command.run(file, "--out", file)
    assert "cannot be written" in said
    assert code == 2
    assert not [seen for seen in upstream.requests if seen.method == "POST"]


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        ("title: Seas\nvariants: 3\n", (), "Line 2, column 11"),
        (FILE.replace("openai/m", "nowhere/m"), (), "nowhere/m"),
        (FILE, ("--max-cost", "much"), "--max-cost: A limit is an amount"),
        (FILE + "engine: cluster\n", (), "set PLAYGROUND_CLUSTER_URL to the address"),
        (FILE, ("--max-cost", "1"), "What a request to openai/m can cost at most is not known"),
    ],
    ids=["no experiment", "no such model", "no amount", "no cluster", "no price"],
)
def test_what_is_wrong_is_said(command: Command, text: str, arguments: tuple[str, ...], words: str) -> None:
    code, said = command.run(command.write(text), *arguments)
    assert words in said
    assert code == (1 if "not known" in words else 2)
    assert "Traceback" not in said


def test_ctrl_c_pauses_and_says_how_to_go_on(command: Command, upstream: Upstream) -> None:
    rows = "".join(f"    - {{word: sea{number}}}\n" for number in range(120))
    text = FILE.replace("    - {word: salt}\n    - {word: tide}\n", rows).replace("echo=yes", "echo=yes delay=1")
    path = command.write(text.replace("repetitions: 2", "repetitions: 1"))
    with command.start(path) as process:
        with_some = sqlite_url(command.data)
        until(lambda: sum(seen.method == "POST" for seen in upstream.requests) > 0, timeout_s=30)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=40)
        assert process.returncode == 1, said
    assert f"Go on with: python -m playground experiment run {path} --resume" in said
    with open_stores(with_some) as stores:
        store = stores.of(DEFAULT_OWNER)
        (experiment,) = store.experiments()
        assert experiment.status == "paused"
        ended = store.headway(experiment.id).ended
        assert 0 < ended < 120
    code, said = command.run(path, "--resume")
    assert code == 0, said
    assert sum(seen.method == "POST" for seen in upstream.requests) == 120


def test_going_on_heeds_the_limit_that_the_file_has_now(command: Command, upstream: Upstream) -> None:
    refused = Answer.json({"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}, 401)
    for _ in range(4):
        upstream.script(refused, "m")
    code, said = command.run(command.write(FILE))
    assert code == 1, said
    limited = command.write(FILE + "limits: {max_cost: 0.5}\nexchanges: all\n")
    code, said = command.run(limited, "--resume")
    assert "Going on with the experiment of" in said
    assert "It goes on with `exchanges: errors`, as it began" in said
    assert "What a request to openai/m can cost at most is not known, and the experiment may cost $0.5 at most." in said
    assert code == 1
    code, said = command.run(command.write(FILE), "--resume")  # names none: what was set stays
    assert "the experiment may cost $0.5 at most." in said
    assert code == 1


def test_what_is_not_judged_has_not_passed(command: Command, upstream: Upstream) -> None:
    refused = Answer.json({"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}, 401)
    for _ in range(4):
        upstream.script(refused, "judge")
    judged = FILE.replace("checks:\n", "judge: openai/judge\nchecks:\n  - {check: judge, prompt: Is it good?}\n")
    code, said = command.run(command.write(judged))
    assert code == 1
    assert "4 of 4 cells answered · 0 judged" in said
    assert "Of 4 cells 4 not judged." in said


def test_it_runs_where_the_file_says(command: Command, upstream: Upstream) -> None:
    home = command.folder / "home"
    (home / ".streamlit").mkdir(parents=True)
    values = {"kind": "workers_ai", "account_id": ACCOUNT, "api_token": TOKEN, "base_url": upstream.base_url}
    lines = ["[connections.cloudflare]", *(f'{name} = "{value}"' for name, value in values.items())]
    (home / ".streamlit" / "secrets.toml").write_text("\n".join(lines), "utf-8")
    command.environment["HOME"] = str(home)
    upstream.service.batches.polls = 0
    text = FILE.replace("openai/m", f'"{LLAMA}"').replace("{{word}}. upstream:", "{{word}}. upstream: tokens=2")
    code, said = command.run(command.write(f"{text}engine: batch\n"))
    assert code == 0, said
    assert "4 cells go to Workers AI in 1 batch or more; it does not say how long it takes." in said
    posted = [seen.json for seen in upstream.requests if seen.method == "POST"]
    assert [len(body.get("requests", ())) for body in posted] == [4, 0]

    with open_stores(sqlite_url(command.data)) as stores:
        store = stores.of(DEFAULT_OWNER)
        (experiment,) = store.experiments()
        store.ask_again(experiment.id, [0])
    code, said = command.run(command.write(text), "--resume")
    assert code == 0, said
    posted = [seen.json for seen in upstream.requests if seen.method == "POST"]
    assert len(posted) == 3  # that one by itself
    assert "requests" not in posted[-1]
