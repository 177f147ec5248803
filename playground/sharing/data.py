"""The data of a shared page: rows as exports of everything have them, with ids of their own, and words.

The page is drawn from what is read back of it, so that nothing is on the page that is not in its data.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from playground.archive.records import line_of, row_of
from playground.compare.comparison import MOST_PANES, MOST_REPETITIONS, Comparison, Pane
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.sharing.document import Document, DocumentPane, SharedChart, SharedTable
from playground.store import SnapshotKind, StoredReply, Turn, Vote, new_id
from playground.store.database import rows
from playground.store.database.schema import VERSION
from playground.store.records import ending_of
from playground.store.transfer.tables import TRANSFERRED, TableRow
from playground.text.json_value import harmless

MOST_ROWS = 10_000
MOST_WORDS = 1_000
"""Votes, remarks and rows of a table."""
DataRows = dict[str, list[dict[str, Any]]]
"""Rows as JSON, by the names of their tables."""
_IDS = ("id", "conversation_id", "comparison_id", "parent_id", "head", "repeats", "copy_of", "reply_id")
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


def data_of(document: Document) -> PageData:
    """A document as data; none of its ids is known anywhere."""
    table = document.table or SharedTable((), ())
    told = {
        "kind": document.kind,
        "title": document.title,
        "made_at": document.made_at,
        "names": [pane.name for pane in document.panes],
        "votes": document.votes,
        "remarks": document.remarks,
        "left_out": document.left_out,
        "columns": table.columns,
        "table": table.rows,
        "chart": None if document.chart is None else _chart_data(document.chart),
        "rows": with_new_ids(_rows(document)),
    }
    return PageData.model_validate(harmless(told))


def _chart_data(chart: SharedChart) -> dict[str, Any]:
    series = [{"name": name, "values": list(values)} for name, values in chart.series]
    return {"title": chart.title, "days": list(chart.days), "series": series}


def _chart(data: ChartData | None) -> SharedChart | None:
    if data is None:
        return None
    return SharedChart(data.title, tuple(data.days), tuple((one.name, tuple(one.values)) for one in data.series))


def with_new_ids(given: DataRows) -> DataRows:
    """The same rows with other ids, which hang together as before."""
    called: dict[str, str] = {}
    for found in given.values():
        called |= {row["id"]: new_id() for row in found if "id" in row and row["id"] not in called}

    def renamed(row: dict[str, Any]) -> dict[str, Any]:
        ids = {name: called.get(row[name], row[name]) for name in _IDS if isinstance(row.get(name), str)}
        if "body" in row:
            panes = row["body"].get("panes", [])
            fresh = [{**pane, "conversation_id": called.get(pane["conversation_id"], "")} for pane in panes]
            ids["body"] = {**row["body"], "panes": fresh}
        return {**row, **ids}

    return {name: [renamed(row) for row in found] for name, found in given.items()}


def read_document(data: PageData) -> Document:
    """The document of data. Raises UnreadablePageError, also for data that was tampered with."""
    found = checked_rows(data)
    table = SharedTable(tuple(data.columns), tuple(map(tuple, data.table))) if data.columns else None
    panes: Sequence[DocumentPane] = ()
    repetitions = 1
    if data.kind == "chat":
        panes = [_pane(found, row, "") for row in found["conversations"][:1]]
    elif data.kind == "comparison":
        comparison = _comparison(found)
        by_id = {row["id"]: row for row in found["conversations"]}
        names = [*data.names, *[""] * MOST_PANES]
        panes = [
            replace(_pane(found, by_id[pane.conversation_id], name), id=pane.id, setup=comparison.setup(pane))
            for pane, name in zip(comparison.panes, names, strict=False)
        ]
        repetitions = comparison.repetitions
    return Document(
        kind=data.kind,
        title=data.title,
        made_at=data.made_at,
        panes=tuple(panes),
        repetitions=repetitions,
        votes=tuple(data.votes),
        remarks=tuple(data.remarks),
        left_out=tuple(data.left_out),
        table=table,
        chart=_chart(data.chart),
    )


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
        _comparison(found)
    return found


TABLES = ("comparisons", "votes", "conversations", "turns", "replies", "paces")


def _comparison(found: Mapping[str, Sequence[TableRow]]) -> Comparison:
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


def _pane(found: Mapping[str, Sequence[TableRow]], chat: TableRow, name: str) -> DocumentPane:
    answers = {row["id"]: rows.reply(row) for row in found["replies"] if row["conversation_id"] == chat["id"]}
    turns = {row["id"]: row for row in found["turns"] if row["conversation_id"] == chat["id"]}
    path: list[Turn] = []
    at = chat["head"]
    while at in turns:
        row: Any = turns.pop(at)  # each once: a circle ends too
        path.insert(0, rows.turn(row, (at,), answers.get(at)))
        at = row["parent_id"]
    last = path[-1].reply if path else None
    more = tuple(reply for reply in answers.values() if last is not None and reply.repeats == last.id)
    setup = Setup(chat["model"], chat["system_prompt"], chat["parameters"]).with_options(chat["options"])
    return DocumentPane(name, setup, tuple(path), more)


def _rows(document: Document) -> DataRows:
    """The rows of a document, which are told apart by their places."""
    found: dict[str, list[TableRow]] = {name: [] for name in TABLES}
    if document.kind == "comparison":
        found["comparisons"].append(_comparison_row(document))
        found["votes"] += [_vote_row(vote, number) for number, vote in enumerate(document.cast)]
    for number, pane in enumerate(document.panes):
        chat = str(number)
        found["conversations"].append(_conversation_row(document, pane, chat))
        for at, turn in enumerate(pane.path):
            found["turns"].append(_turn_row(turn, chat, at, at - 1))
            if turn.reply is not None:
                found["replies"].append(_reply_row(turn.reply, chat, at))
                found["paces"] += _pace_rows(document, turn.reply, chat, at)
        last = len(pane.path) - 1
        for at, reply in enumerate(pane.answers, last + 1):
            turn = Turn(reply.id, chat, None, reply.message, reply.started_at, (), reply)
            found["turns"].append(_turn_row(turn, chat, at, last - 1))
            found["replies"].append(_reply_row(reply, chat, at, repeats=last))
            found["paces"] += _pace_rows(document, reply, chat, at)
    return {name: [json.loads(line_of(row)) for row in made] for name, made in found.items()}


def _place(conversation_id: str, at: int) -> str | None:
    return f"{conversation_id}-{at}" if at >= 0 else None


def _comparison_row(document: Document) -> TableRow:
    bare = Comparison(
        tuple(Pane(pane.setup.model, str(number), id=f"pane{number}") for number, pane in enumerate(document.panes))
    )
    comparison = bare
    for known, pane in zip(bare.panes, document.panes, strict=True):
        comparison = comparison.with_setup(known, pane.setup)
    prompts = max((sum(turn.message.role == "user" for turn in pane.path) for pane in document.panes), default=0)
    comparison = replace(comparison, repetitions=document.repetitions, round=prompts, named_round=prompts)
    return _row(
        "comparisons",
        id="comparison",
        title=document.title,
        renamed=bool(document.title),
        body=comparison.as_json(),
        **_times(document.made_at),
    )


def _vote_row(vote: Vote, number: int) -> TableRow:
    told = {name: getattr(vote, name) for name in ("kind", "prompt", "pane", "name", "blind", "voter", "at")}
    return _row("votes", id=f"vote{number}", comparison_id="comparison", note="", answers=[], **told)


def _pace_rows(document: Document, reply: StoredReply, conversation_id: str, at: int) -> list[TableRow]:
    pace = document.paces.get(reply.id)
    place = _place(conversation_id, at)
    return [] if pace is None else [_row("paces", reply_id=place, steps=pace.as_json())]


def _conversation_row(document: Document, pane: DocumentPane, id_: str) -> TableRow:
    alone = document.kind == "chat"
    return _row(
        "conversations",
        id=id_,
        title=document.title if alone else "",
        renamed=alone and bool(document.title),
        head=_place(id_, len(pane.path) - 1),
        comparison_id=None if alone else "comparison",
        **pane.setup.as_settings,
        **_times(document.made_at),
    )


def _turn_row(turn: Turn, conversation_id: str, at: int, below: int) -> TableRow:
    said = turn.message if turn.reply is None else Message("assistant", "")  # the reply has what it says
    return _row(
        "turns",
        id=_place(conversation_id, at),
        conversation_id=conversation_id,
        parent_id=_place(conversation_id, below),
        created_at=turn.created_at,
        **rows.packed_message(said),
    )


def _reply_row(reply: StoredReply, conversation_id: str, at: int, repeats: int = -1) -> TableRow:
    # What only its server is to have back is never shared.
    ending = ending_of(reply) | {"request_id": None, "notes": (), "provider_metadata": None}
    return _row(
        "replies",
        id=_place(conversation_id, at),
        conversation_id=conversation_id,
        model=reply.model,
        connection=reply.connection,
        response_format=None if reply.response_format is None else dict(reply.response_format),
        repeats=_place(conversation_id, repeats),
        setup=None if reply.setup is None else dict(reply.setup),
        started_at=reply.started_at,
        copy_of=_place(conversation_id, at),
        **rows.packed_ending(ending, reply.started_at),
    )


def _row(table: str, **values: Any) -> TableRow:
    """A row of a table; what is not said of it is empty."""
    return {name: values.get(name) for name in TRANSFERRED[table].columns}


def _times(at: datetime) -> dict[str, datetime]:
    return {"created_at": at, "updated_at": at}


def with_texts(data: PageData, change: Callable[[str], str]) -> PageData:
    """The data with every text changed that a person or a model wrote; pictures, ids and numbers stay."""
    told = data.model_dump(mode="json")
    words = {name: _changed(told[name], change) for name in _WORDS}
    for series in (told["chart"] or {}).get("series", []):
        series["name"] = change(series["name"])
    changed = {
        name: [{key: item if key in _FIXED else _changed(item, change) for key, item in row.items()} for row in found]
        for name, found in data.rows.items()
    }
    # Lengths of pieces would tell something of what is not said any more.
    same = {
        row["id"]
        for row, now in zip(data.rows.get("replies", []), changed.get("replies", []), strict=True)
        if all(row.get(name) == now.get(name) for name in ("text", "reasoning"))
    }
    changed["paces"] = [row for row in changed.get("paces", []) if row["reply_id"] in same]
    return PageData.model_validate({**told, **words, "rows": changed})


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return value if value.startswith("data:image/") else change(value)
    if isinstance(value, dict):
        return {change(key): _changed(item, change) for key, item in value.items()}
    return [_changed(item, change) for item in value] if isinstance(value, list) else value


_WORDS = ("title", "names", "votes", "remarks", "columns", "table")
_FIXED = frozenset(
    (*_IDS, "created_at", "updated_at", "started_at", "saved_at", "finished_at", "state", "role", "finish_reason")
) | {"cost", "price", "usage", "kind", "pane", "voter", "at", "steps"}
"""What has a form of its own, and no words."""


def texts_of(data: PageData) -> Iterator[tuple[str, str]]:
    """Every text with the place where it stands, in words."""
    yield "Title", data.title
    names = [*data.names, *[""] * MOST_PANES]
    of = {row["id"]: name for row, name in zip(data.rows.get("conversations", []), names, strict=False)}
    replies = {row["id"]: row for row in data.rows.get("replies", [])}
    prompts: dict[str, int] = {}
    for row in data.rows.get("conversations", []):
        yield from _places("Settings", row, of[row["id"]], ("system_prompt", "parameters", "options", "model"))
    for row in data.rows.get("turns", []):
        where, said = row["conversation_id"], replies.get(row["id"], row)
        prompts[where] = prompts.get(where, 0) + (row["role"] == "user")
        what = f"{_SPEAKERS.get(row['role'], 'Message')} {max(prompts[where], 1)}"
        yield from _places(
            what, said, of.get(where, ""), ("text", "parts", "reasoning", "tool_calls", "error", "extras")
        )
        yield from _places(f"Settings of {what.lower()}", said, of.get(where, ""), ("setup", "model", "connection"))
    for words in (data.votes, data.remarks, *data.table):
        for word in words:
            yield "Table" if words in data.table else "Remarks", word


_SPEAKERS = {"user": "Question", "assistant": "Answer", "tool": "Result of a tool"}


def _places(what: str, row: Mapping[str, Any], pane: str, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    place = f"{what} of {pane}" if pane else what
    for name in names:
        for text in _leaves(row.get(name)):
            yield place, text


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str) and not value.startswith("data:image/"):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
