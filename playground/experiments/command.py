"""`experiment run FILE`: an experiment from a file, with the database and the models of the app."""

import os
import shlex
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from playground.connections import settings
from playground.errors import ProviderError
from playground.experiments.checks.judging import LabelCheck
from playground.experiments.cluster.address import cluster_refusal
from playground.experiments.definition import Definition, SpendingLimits
from playground.experiments.engine.batch_told import batches_told
from playground.experiments.engine.runner import ExperimentRunner, ExperimentRunners
from playground.experiments.loading import stored_definition, stored_early_stops, stored_run
from playground.experiments.opening import environment_rosters, environment_stores
from playground.experiments.progress_line import ProgressLine, told_estimate
from playground.experiments.reading.experiment import read_experiment, resolved_rows, with_rows
from playground.experiments.reading.folder import Folder, decoded
from playground.experiments.setting_up import NothingToAskError, experiment_digest, stored_rows
from playground.experiments.writing.junit import junit_xml
from playground.experiments.writing.lines import result_lines, summary_json
from playground.importing.imported import UnreadableError
from playground.money.budget import LimitError, read_limit
from playground.owner import DEFAULT_OWNER
from playground.store import StoredExperiment, StoreError, Stores
from playground.store.datasets import rows_digest
from playground.text.marked_yaml import MistakenFileError

COMMAND_PATIENCE_S = 15.0
"""How long the command waits for servers' lists of models."""
PASSED, FAILED, WRONG = 0, 1, 2
"""Exit codes: all checks passed; some failed, or not all cells were asked; the file or a setting is wrong."""
_LOOKED_AT_EVERY_S = 0.5


class SettingsError(Exception):
    """The file or a setting is wrong; the message says what."""


def run_command(chosen: Namespace) -> NoReturn:
    """Run the experiment of a file, and end the process with PASSED, FAILED or WRONG."""
    try:
        code = _run(chosen)
    except (SettingsError, settings.SettingError, UnreadableError, MistakenFileError, NothingToAskError) as error:
        code = _wrong(str(error))
    except (ProviderError, StoreError) as error:
        code = _wrong(f"{error.message} {error.hint}")
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(code)


def _run(chosen: Namespace) -> int:
    definition, notes = definition_in(chosen.file)
    if chosen.out is not None:  # before anything is asked and paid
        try:
            chosen.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"The results cannot be written to {chosen.out}: {error.strerror}.") from None
    limit = _limit(chosen.max_cost)
    if limit is not None:
        definition = definition.model_copy(update={"limits": SpendingLimits(max_cost=limit)})
    if definition.engine == "cluster" and (refusal := cluster_refusal()):
        raise SettingsError(f"The experiment is to run on a cluster. {refusal}")
    for note in notes:
        _say(note)
    with environment_stores() as stores:
        rosters = environment_rosters(stores)
        rosters.of(DEFAULT_OWNER).roster.await_lists(COMMAND_PATIENCE_S)
        runner = ExperimentRunners(stores, lambda owner: rosters.of(owner).roster).of(DEFAULT_OWNER)
        experiment = _experiment(runner, definition, resume=chosen.resume)
        if (limit := definition.limits.max_cost) is not None:  # an earlier one stays where neither names any
            runner.store.limit_experiment(experiment.id, limit)
        return _carried_out(runner, stores, experiment, chosen)


def definition_in(path: Path) -> tuple[Definition, Sequence[str]]:
    """The experiment in a file, with its rows in it, and sentences about what was left out of it.

    Raises SettingsError, UnreadableError and MistakenFileError.
    """
    try:
        text = decoded(path.read_bytes(), path.name)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from None
    folder = Folder(path.parent)
    found = read_experiment(text, path.name, folder)
    rows = resolved_rows(found.definition.dataset, folder)
    return with_rows(found.definition, rows), (*found.notes, *rows.notes)


def _experiment(runner: ExperimentRunner, definition: Definition, *, resume: bool) -> StoredExperiment:
    """The experiment to run: the last one of this definition where that is to be gone on with, else a new one."""
    store = runner.store
    if resume:
        digest = experiment_digest(definition, rows_digest(stored_rows(definition.dataset.rows)))
        if (found := store.experiment_like(digest)) is not None:
            _say(f"Going on with the experiment of {found.created_at:%Y-%m-%d %H:%M} UTC.")
            if found.engine != definition.engine:  # cells are the same wherever they are asked
                store.move_experiment(found.id, definition.engine)
            if told := _not_taken_over(Definition.model_validate(found.definition), definition):
                _say(told)
            return found
        _say("There is nothing to go on with: a new experiment begins.")
    for line in told_estimate(runner.estimate(definition)):
        _say(line)
    made = store.experiment(runner.create(definition))
    assert made is not None
    return made


def _not_taken_over(stored: Definition, definition: Definition) -> str:
    """What a run that is gone on with keeps as it was when it began, though the file says otherwise now."""
    names = [name for name in ("exchanges", "baseline") if getattr(stored, name) != getattr(definition, name)]
    if not names:
        return ""
    kept = " and ".join(f"`{name}: {getattr(stored, name) or '(none)'}`" for name in names)
    return f"It goes on with {kept}, as it began: what the file says of that now holds for new runs."


def _carried_out(runner: ExperimentRunner, stores: Stores, experiment: StoredExperiment, chosen: Namespace) -> int:
    store = runner.store
    if experiment.status == "done" and not store.missing_cells(experiment.id, most=1):
        _say("All of its cells are there already.")
    else:
        end = runner.start(experiment.id)
        with _pausing(runner, experiment.id):
            _follow(runner, experiment, end)
    ended = store.experiment(experiment.id)
    if ended is None:
        raise SettingsError("The experiment was deleted while it ran.")
    if chosen.out is not None:
        _write(runner, ended, chosen.out)
    return _told_end(runner, ended, chosen)


def _follow(runner: ExperimentRunner, experiment: StoredExperiment, end: "Future[None]") -> None:
    """Show how far it is until it ends."""
    line = ProgressLine(sys.stderr)
    while True:
        try:
            end.result(_LOOKED_AT_EVERY_S)
        except TimeoutError:
            standing = runner.store.headway(experiment.id)
            line.show(standing, waits_for=runner.waits_for(experiment.id), workers=runner.workers(experiment.id))
            continue
        line.show(runner.store.headway(experiment.id), last=True)
        return


@contextmanager
def _pausing(runner: ExperimentRunner, experiment_id: str) -> Iterator[None]:
    """Ctrl-C and SIGTERM pause the experiment; a second one ends the process at once."""
    asked = threading.Event()

    def pause(number: int, _: object) -> None:
        if asked.is_set():
            os._exit(128 + number)
        asked.set()
        _say("\nPausing: what is on its way is waited for. Press Ctrl-C again to end at once.")
        threading.Thread(target=runner.pause, args=(experiment_id,)).start()

    before = {number: signal.signal(number, pause) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _write(runner: ExperimentRunner, experiment: StoredExperiment, folder: Path) -> None:
    run = stored_run(runner.store, experiment)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "results.jsonl").open("w", encoding="utf-8", errors="replace") as file:
            file.writelines(result_lines(run))
        texts = {"summary.json": summary_json(run) + "\n", "junit.xml": junit_xml(run)}
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise SettingsError(f"The results cannot be written to {folder}: {error.strerror}.") from None
    _say(f"Written to {folder}: results.jsonl, summary.json, junit.xml.")


def _told_end(runner: ExperimentRunner, experiment: StoredExperiment, chosen: Namespace) -> int:
    headway = runner.store.headway(experiment.id)
    if twice := [one for one in runner.store.asked_twice(experiment.id) if one.why != "refused"]:
        _say(f"{len(twice)} requests may have been paid twice: cells {_few(sorted({one.cell for one in twice}))}.")
    if experiment.reason is not None:
        _say(f"Paused: {experiment.reason.message} {experiment.reason.hint}".strip())
    if batches := runner.store.submissions(experiment.id):
        told = batches_told(len(batches), sum(batch.cells for batch in batches))
        _say(f"{told}: what the service has cannot be cancelled, and is kept when it goes on.")
    early = stored_early_stops(runner.store, experiment) if experiment.status == "done" else None
    if early is not None and early.sentence:
        _say(early.sentence)
    elif headway.ended < headway.cells:
        again = f"python -m playground experiment run {shlex.join(_given(chosen, experiment))} --resume"
        counts = ((headway.cells - headway.answered, "not answered"), (headway.judging, "not judged"))
        left = " and ".join(f"{count:,} {what}" for count, what in counts if count)
        _say(f"Of {headway.cells:,} cells {left}. Go on with: {again}")
        return FAILED
    bad = [headway.outcomes.get(outcome, 0) for outcome in ("failed", "error", "stopped", "judging")]
    checked = _is_checked(stored_definition(runner.store, experiment))
    untold = headway.outcomes.get("unchecked", 0) if checked else 0
    if untold:
        _say(f"Of {untold:,} cells no check could tell whether they pass.")
    return FAILED if any(bad) or untold else PASSED


def _is_checked(definition: Definition) -> bool:
    """Whether there is a check that does not wait for a person."""
    checks = (*definition.checks, *(check for row in definition.dataset.rows for check in row.checks))
    return any(not isinstance(check, LabelCheck) for check in checks)


def _given(chosen: Namespace, experiment: StoredExperiment) -> list[str]:
    """What the command was given, to be given again; but for a limit that ended the run, which needs another one."""
    told = [str(chosen.file)]
    if chosen.out is not None:
        told += ["--out", str(chosen.out)]
    if (
        experiment.max_cost is not None
        and experiment.reason is not None
        and experiment.reason.kind == "quota_exhausted"
    ):
        return [*told, "--max-cost", "MORE"]
    return told if chosen.max_cost is None else [*told, "--max-cost", str(chosen.max_cost)]


def _few(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:20]))
    return shown if len(numbers) <= 20 else f"{shown} and {len(numbers) - 20} more"


def _limit(typed: str | None) -> Decimal | None:
    if typed is None:
        return None
    try:
        limit = read_limit(typed)
    except LimitError as error:
        raise SettingsError(f"--max-cost: {error.message}") from None
    if limit is None:
        raise SettingsError("--max-cost: it is empty.")
    return limit


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _wrong(text: str) -> int:
    _say(text)
    return WRONG
