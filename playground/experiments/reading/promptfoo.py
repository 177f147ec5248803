"""Configurations of promptfoo: https://www.promptfoo.dev/docs/configuration/reference/.

Files beside it are read by the command alone; code in it, and in files that it names, never runs.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from playground.experiments.reading.folder import Folder, decoded
from playground.experiments.reading.found import FoundExperiment, made
from playground.experiments.reading.promptfoo_asserts import UnmappedError, check_of, check_of_text
from playground.experiments.reading.promptfoo_files import FILE_URL, FilesBeside
from playground.experiments.reading.promptfoo_prompts import PromptsOfPromptfoo
from playground.experiments.reading.promptfoo_providers import embedding_model_of, model_of
from playground.experiments.reading.tables import records_in
from playground.experiments.rows import MOST_DATASET_ROWS
from playground.importing.bounds import Bounds
from playground.importing.imported import UnreadableError
from playground.importing.yaml_text import read_yaml
from playground.text.cleaning import line

MOST_COMBINATIONS = 10_000
"""Rows that lists of values of one test may make."""
_TABLES = (".csv", ".tsv", ".jsonl", ".json", ".parquet", ".yaml", ".yml")
_TAKEN = ("description", "prompts", "providers", "targets", "tests", "defaultTest", "evaluateOptions")
_WITHOUT_MEANING = (
    "$schema",
    "env",
    "sharing",
    "outputPath",
    "commandLineOptions",
    "tags",
    "metadata",
    "writeLatestResults",
)


def is_promptfoo(value: Any) -> bool:
    """Whether a mapping is a configuration of promptfoo."""
    return isinstance(value, Mapping) and "prompts" in value and ("providers" in value or "targets" in value)


def read_promptfoo(value: Mapping[str, Any], folder: Folder | None = None, title: str = "") -> FoundExperiment:
    """The experiment of a configuration. Without a folder no file beside it is read. Raises UnreadableError."""
    return _Reader(folder).read(value, title)


class _Reader:
    def __init__(self, folder: Folder | None) -> None:
        self._notes: list[str] = []
        self._files = FilesBeside(folder, self._notes)
        self._judge: dict[str, Any] | None = None
        self._embedding: dict[str, Any] | None = None

    def read(self, value: Mapping[str, Any], title: str) -> FoundExperiment:
        for name in value:
            if name not in (*_TAKEN, *_WITHOUT_MEANING):
                self._notes.append(f"{line(str(name), 60)} left out: there is nothing like it here.")
        default = value.get("defaultTest")
        default = default if isinstance(default, Mapping) else {}
        self._set_graders(default)
        options = value.get("evaluateOptions")
        repeat = options.get("repeat") if isinstance(options, Mapping) else None
        written = {
            "title": line(str(value.get("description") or title or "promptfoo"), 200),
            "variants": PromptsOfPromptfoo(self._files, self._notes).variants(value["prompts"]),
            "models": self._models(value.get("providers", value.get("targets"))),
            "repetitions": repeat if isinstance(repeat, int) and repeat > 0 else 1,
            "dataset": {"rows": self._rows(value.get("tests"), default)},
            "checks": self._checks(default.get("assert")),
            "judge": self._judge,
        }
        return made(written, self._notes)

    def _models(self, providers: Any) -> list[dict[str, Any]]:
        models = []
        for provider in providers if isinstance(providers, list) else [providers]:
            try:
                model, notes = model_of(provider)
            except UnmappedError as error:
                self._notes.append(f"A provider left out: {error}.")
                continue
            models.append(model)
            self._notes += notes
        return models

    def _set_graders(self, default: Mapping[str, Any]) -> None:
        """Note which models grade where an assertion names none."""
        options = default.get("options")
        provider = options.get("provider") if isinstance(options, Mapping) else None
        found: Mapping[str, Any] = {"text": provider}
        if isinstance(provider, Mapping) and not provider.keys().isdisjoint(("text", "embedding")):
            found = provider
        for name in ("text", "embedding"):
            if found.get(name) is None:
                continue
            try:
                if name == "text":
                    self._judge = model_of(found[name])[0]
                else:
                    self._embedding = embedding_model_of(found[name])
            except UnmappedError as error:
                self._notes.append(f"The provider that grades left out: {error}.")

    def _checks(self, assertions: Any) -> list[dict[str, Any]]:
        checks: list[dict[str, Any]] = []
        for assertion in assertions if isinstance(assertions, list) else []:
            if isinstance(assertion, Mapping) and assertion.get("type") == "assert-set":
                self._notes.append("assert-set: its assertions stand for themselves, without its threshold and weight.")
                checks += self._checks(assertion.get("assert"))
                continue
            try:
                checks.append(self._check(assertion))
            except UnmappedError as error:
                self._notes.append(f"An assertion left out: {error}.")
        return checks

    def _check(self, assertion: Any) -> dict[str, Any]:
        if not isinstance(assertion, Mapping):
            raise UnmappedError("it is no mapping")
        return self._with_model(check_of(assertion), assertion.get("provider"))

    def _with_model(self, check: dict[str, Any], provider: Any = None) -> dict[str, Any]:
        """A check with the model that it asks, where it asks one. Raises UnmappedError where none is named."""
        if check["check"] == "similar_meaning":
            model = self._embedding if provider is None else embedding_model_of(provider)
            if model is None:
                raise UnmappedError("similar: no model of embeddings is named")
            return {**check, "model": model}
        if check["check"] != "judge":
            return check
        if provider is not None:
            return {**check, "model": model_of(provider)[0]}
        if self._judge is None:
            raise UnmappedError(f"{check['prompt'][:60]!r}: no provider is named that grades")
        return check

    def _rows(self, tests: Any, default: Mapping[str, Any]) -> list[dict[str, Any]]:
        common = default.get("vars")
        common = common if isinstance(common, Mapping) else {}
        rows: list[dict[str, Any]] = []
        for test in tests if isinstance(tests, list) else [tests] if tests else [{}]:
            found: Iterable[dict[str, Any]] = ()
            if isinstance(test, str):
                found = self._rows_of_file(test, common)
            elif isinstance(test, Mapping):
                found = self._rows_of(test, common)
            for row in found:
                if len(rows) == MOST_DATASET_ROWS:
                    raise UnreadableError(f"Its tests make more than {MOST_DATASET_ROWS:,} rows.")
                rows.append(row)
        return rows

    def _rows_of(self, test: Mapping[str, Any], common: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for name in test:
            if name not in ("vars", "assert", "description", "metadata"):
                self._notes.append(f"{line(str(name), 60)} of a test left out: there is nothing like it here.")
        own = test.get("vars")
        values = {**common, **(own if isinstance(own, Mapping) else {})}
        checks = self._checks(test.get("assert"))
        several = {name: value for name, value in values.items() if isinstance(value, list)}
        if len(several) and _product(several.values()) > MOST_COMBINATIONS:
            raise UnreadableError(f"The lists of values of a test make more than {MOST_COMBINATIONS:,} rows.")
        for chosen in itertools.product(*several.values()):
            yield self._row({**values, **dict(zip(several, chosen, strict=True))}, checks)

    def _row(self, values: Mapping[str, Any], checks: Sequence[dict[str, Any]]) -> dict[str, Any]:
        variables: dict[str, Any] = {}
        row: dict[str, Any] = {"variables": variables, **({"checks": list(checks)} if checks else {})}
        for name, value in values.items():
            if isinstance(value, str) and value.startswith(FILE_URL):
                if not value.casefold().endswith((".txt", ".md", ".json", ".csv", ".html", ".xml")):
                    self._notes.append(f"The value {line(value, 80)} left out: code in a file is never run.")
                    continue
                value = self._files.text(value) or ""
            if name == "expected":
                row["expected"] = value
            else:
                variables[str(name)] = value
        return row

    def _rows_of_file(self, path: str, common: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        name = path.removeprefix(FILE_URL)
        if not name.casefold().endswith(_TABLES):
            self._notes.append(f"The tests in {line(path, 80)} left out: code in a file is never run.")
            return
        data = self._files.read(name)
        if data is None:
            return
        if name.casefold().endswith((".yaml", ".yml")):
            found = read_yaml(decoded(data, name), Bounds()).value
            for test in found if isinstance(found, list) else []:
                if isinstance(test, Mapping):
                    yield from self._rows_of(test, common)
            return
        for record in records_in(data, name):
            if "vars" in record and isinstance(record["vars"], Mapping):
                yield from self._rows_of(record, common)
            else:
                yield self.row_of_csv(record, common)

    def row_of_csv(self, record: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
        """The row of a line of CSV, whose columns `__expected`, `__expected1` … are assertions."""
        checks = []
        metric = record.get("__metric") or None
        for name, written in record.items():
            if not re.fullmatch(r"__expected\d*", str(name)) or not str(written or "").strip():
                continue
            try:
                check = self._with_model(check_of_text(str(written)))
            except UnmappedError as error:
                self._notes.append(f"A cell of {name} left out: {error}.")
                continue
            checks.append(check | ({"metric": metric} if metric else {}))
        for name in ("__prefix", "__suffix", "__threshold", "__provider", "__providerOutput"):
            if record.get(name):
                self._notes.append(f"The column {name} left out: there is nothing like it here.")
        values = {name: value for name, value in record.items() if not str(name).startswith("__")}
        return self._row({**common, **values}, checks)


def read_promptfoo_csv(text: str | bytes, title: str, model: str) -> FoundExperiment:
    """The experiment of a file with columns `__expected`; its prompt is the first variable. Raises UnreadableError."""
    reader = _Reader(None)
    rows = [reader.row_of_csv(record, {}) for record in records_in(text, "tests.csv")]
    names = list(dict.fromkeys(name for row in rows for name in row["variables"]))
    if not names:
        raise UnreadableError("It has no column for a variable.")
    written = {
        "title": title,
        "dataset": {"rows": rows},
        "variants": [{"name": "prompt", "prompt": "\n".join(f"{{{{{name}}}}}" for name in names)}],
        "models": [model],
    }
    return made(written, [*reader._notes, "It names no prompt: it is the variables, one a line."])


def _product(lists: Any) -> int:
    total = 1
    for one in lists:
        total *= max(len(one), 1)
    return total
