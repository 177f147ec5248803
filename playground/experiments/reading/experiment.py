"""An experiment of any form that is known, told by what it looks like."""

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from playground.experiments.definition import Dataset, Definition
from playground.experiments.definition_file import read_definition
from playground.experiments.reading.conversations import is_conversation, read_conversations
from playground.experiments.reading.folder import Folder
from playground.experiments.reading.found import FoundExperiment
from playground.experiments.reading.prompt_yml import is_prompt_file, read_prompt_experiment
from playground.experiments.reading.promptfoo import is_promptfoo, read_promptfoo, read_promptfoo_csv
from playground.experiments.reading.tables import ReadRows, read_rows, records_in
from playground.importing.bounds import Bounds
from playground.importing.imported import UnreadableError
from playground.importing.prompt_file import TEXTS
from playground.importing.yaml_text import read_yaml
from playground.models.local.models import EMBEDDED_ID
from playground.text.cleaning import line

_OURS = re.compile(r"^[\"']?dataset[\"']?[ \t]*:", re.MULTILINE)


def read_experiment(text: str, name: str = "", folder: Folder | None = None) -> FoundExperiment:
    """The experiment in a file: our YAML, promptfoo's YAML or CSV, a `.prompt.yml`, or JSON Lines of conversations.

    Without a folder no file beside it is read. Raises DefinitionFileError for our own form, with lines and columns,
    and UnreadableError for the others.
    """
    title = line(PurePath(name).stem.removesuffix(".prompt"), 100) or "Experiment"
    kind = PurePath(name).suffix.casefold()
    beginning = text.lstrip("\ufeff \r\n\t")
    if kind in (".jsonl", ".ndjson") or (kind not in (".yaml", ".yml") and beginning.startswith("{")):
        return _lines(text, title)
    if kind == ".csv" or (not kind and "__expected" in beginning.partition("\n")[0]):
        return read_promptfoo_csv(text, title, EMBEDDED_ID)
    foreign = _foreign(text)
    if foreign is None:
        return FoundExperiment(read_definition(text))
    value, notes = foreign
    if is_promptfoo(value):
        found = read_promptfoo(value, folder, title)
    else:
        found = read_prompt_experiment(value, title, EMBEDDED_ID)
    return FoundExperiment(found.definition, (*notes, *found.notes))


def resolved_rows(dataset: Dataset, folder: Folder | None) -> ReadRows:
    """The rows of a dataset, from its file where it names one, of its split alone. Raises UnreadableError."""
    if dataset.file and folder is None:
        raise UnreadableError(f"{line(dataset.file, 100)} is a file beside the experiment: only the command reads it.")
    found = ReadRows(dataset.rows)
    if dataset.file and folder is not None:
        found = read_rows(folder.read(dataset.file), dataset.file)
    if not dataset.split:
        return found
    kept = tuple(row for row in found.rows if row.split == dataset.split)
    if not kept:
        raise UnreadableError(f"No row is of the split {dataset.split!r}.")
    return ReadRows(kept, found.notes)


def with_rows(definition: Definition, rows: ReadRows) -> Definition:
    """The definition with its rows in it, in place of a file."""
    dataset = definition.dataset.model_copy(update={"rows": rows.rows, "file": "", "split": ""})
    return definition.model_copy(update={"dataset": dataset})


def _foreign(text: str) -> tuple[Mapping[str, Any], tuple[str, ...]] | None:
    """What a YAML file of others says, with notes about its values; None where it is ours, or no YAML."""
    if _OURS.search(text):
        return None
    try:
        loaded = read_yaml(text, Bounds(), TEXTS)
    except UnreadableError:
        return None
    value = loaded.value
    if not isinstance(value, Mapping):
        return None
    return (value, tuple(loaded.notes)) if is_promptfoo(value) or is_prompt_file(value) else None


def _lines(text: str, title: str) -> FoundExperiment:
    records = list(records_in(text, "rows.jsonl"))
    if not any(map(is_conversation, records)):
        raise UnreadableError("Its lines are rows of a dataset, and no experiment: name it as `file` of one.")
    return read_conversations(records, title, EMBEDDED_ID)
