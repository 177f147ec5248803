"""Reads the data of a shared page, which is drawn from that: nothing is on the page that is not in its data."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from playground.compare.comparison import MOST_PANES
from playground.conversation.setup import Setup
from playground.sharing.data import ChartData, PageData, checked_rows, comparison_in
from playground.sharing.document import Document, DocumentPane, SharedChart, SharedTable
from playground.store import Turn
from playground.store.database import rows
from playground.store.transfer.tables import TableRow


def read_document(data: PageData) -> Document:
    """The document of data. Raises UnreadablePageError, also for data that was tampered with."""
    found = checked_rows(data)
    table = SharedTable(tuple(data.columns), tuple(map(tuple, data.table))) if data.columns else None
    panes: Sequence[DocumentPane] = ()
    repetitions = 1
    if data.kind == "chat":
        panes = [_pane(found, row, "") for row in found["conversations"][:1]]
    elif data.kind == "comparison":
        comparison = comparison_in(found)
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


def _chart(data: ChartData | None) -> SharedChart | None:
    if data is None:
        return None
    return SharedChart(data.title, tuple(data.days), tuple((one.name, tuple(one.values)) for one in data.series))
