"""The data of a shared page: rows as exports of everything have them, and words."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from playground.archive.records import row_of
from playground.compare.comparison import MOST_PANES, MOST_REPETITIONS, Comparison
from playground.store import SnapshotKind, new_id
from playground.store.database.schema import VERSION
from playground.store.transfer.tables import TRANSFERRED, TableRow

MOST_ROWS = 10_000
MOST_WORDS = 1_000
"""Votes, remarks and rows of a table."""
DataRows = dict[str, list[dict[str, Any]]]
"""Rows as JSON, by the names of their tables."""
TABLES = ("comparisons", "votes", "conversations", "turns", "replies", "paces")
IDS_OF_ROWS = ("id", "conversation_id", "comparison_id", "parent_id", "head", "repeats", "copy_of", "reply_id")
MOST_SERIES = 20
_Amount = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
_Word = Annotated[str, Field(max_length=2_000)]
_Words = Annotated[list[_Word], Field(max_length=MOST_WORDS)]


class UnreadablePageError(ValueError):
    """Why something is no data of a shared page, in a sentence."""


class SeriesData(BaseModel):
    """A name, and a number for each day."""

    model_config = ConfigDict(extra="forbid")

    name: _Word
    values: Annotated[list[_Amount], Field(max_length=MOST_WORDS)]


class ChartData(BaseModel):
    """The bars of a chart, as they stand in the page."""

    model_config = ConfigDict(extra="forbid")

    title: _Word
    days: Annotated[list[Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]], Field(max_length=MOST_WORDS)]
    series: Annotated[list[SeriesData], Field(max_length=MOST_SERIES)]

    @model_validator(mode="after")
    def _has_a_number_for_each_day(self) -> "ChartData":
        if any(len(one.values) != len(self.days) for one in self.series):
            raise ValueError("a chart lacks numbers")
        return self


class PageData(BaseModel):
    """The data of a shared page, as it stands in the page."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["llm-playground-page"] = "llm-playground-page"
    schema_version: Annotated[str, Field(pattern=r"^[0-9]{4}$")] = VERSION
    kind: SnapshotKind
    title: Annotated[str, Field(max_length=1_000)]
    made_at: AwareDatetime
    names: Annotated[list[_Word], Field(max_length=MOST_PANES)] = []
    votes: _Words = []
    remarks: _Words = []
    left_out: _Words = []
    columns: _Words = []
    table: Annotated[list[_Words], Field(max_length=MOST_WORDS)] = []
    chart: ChartData | None = None
    rows: dict[str, list[dict[str, Any]]] = {}


def read_data(text: str) -> PageData:
    """The data in a text. Raises UnreadablePageError."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadablePageError("Its data cannot be read.") from None
    version = found.get("schema_version") if isinstance(found, dict) else None
    if isinstance(version, str) and len(version) == len(VERSION) and version > VERSION:
        raise UnreadablePageError("It was made by a newer version of the playground: update this one.")
    try:
        return PageData.model_validate(found)
    except ValidationError as error:
        raise UnreadablePageError(f"Its data cannot be read: {error.errors()[0]['msg']}.") from None


def checked_rows(data: PageData) -> dict[str, list[TableRow]]:
    """The rows, as the store takes them. Raises UnreadablePageError."""
    if sum(map(len, data.rows.values())) > MOST_ROWS or not data.rows.keys() <= set(TABLES):
        raise UnreadablePageError("There is more in its data than belongs into a page.")
    try:
        found = {name: [row_of(TRANSFERRED[name], row) for row in data.rows.get(name, [])] for name in TABLES}
    except ValueError as error:
        raise UnreadablePageError(f"Its data cannot be read: {error}.") from None
    for name in TABLES:
        ids = [row["reply_id" if name == "paces" else "id"] for row in found[name]]
        if len(set(ids)) < len(ids):
            raise UnreadablePageError("Two parts of its data have the same id.")
    if data.kind == "chat" and len(found["conversations"]) != 1:
        raise UnreadablePageError("There is no chat in its data.")
    if data.kind == "comparison":
        comparison_in(found)
    return found


def comparison_in(found: Mapping[str, Sequence[TableRow]]) -> Comparison:
    """The comparison of rows, each pane with a conversation that is there. Raises UnreadablePageError."""
    try:
        (row,) = found["comparisons"]
        comparison = Comparison.from_json(row["body"])
        there = {row["id"] for row in found["conversations"]}
        if not 1 <= len(comparison.panes) <= MOST_PANES or not 1 <= comparison.repetitions <= MOST_REPETITIONS:
            raise ValueError
        if {pane.conversation_id for pane in comparison.panes} != there or len(there) != len(comparison.panes):
            raise ValueError
        for pane in comparison.panes:
            comparison.setup(pane)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UnreadablePageError("There is no comparison in its data.") from None
    return comparison


def with_new_ids(given: DataRows) -> DataRows:
    """The same rows with other ids, which hang together as before."""
    called: dict[str, str] = {}
    for found in given.values():
        called |= {row["id"]: new_id() for row in found if "id" in row and row["id"] not in called}

    def renamed(row: dict[str, Any]) -> dict[str, Any]:
        ids = {name: called.get(row[name], row[name]) for name in IDS_OF_ROWS if isinstance(row.get(name), str)}
        if "body" in row:
            panes = row["body"].get("panes", [])
            fresh = [{**pane, "conversation_id": called.get(pane["conversation_id"], "")} for pane in panes]
            ids["body"] = {**row["body"], "panes": fresh}
        return {**row, **ids}

    return {name: [renamed(row) for row in found] for name, found in given.items()}
