"""Makes the data of a shared page: rows with ids of their own, and words."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from playground.archive.records import line_of
from playground.compare.comparison import Comparison, Pane
from playground.messages import Message
from playground.sharing.data import TABLES, DataRows, PageData, with_new_ids
from playground.sharing.document import Document, DocumentPane, SharedChart, SharedTable
from playground.store import StoredReply, Turn, Vote
from playground.store.database import rows
from playground.store.records import ending_of
from playground.store.transfer.tables import TRANSFERRED, TableRow
from playground.text.json_value import harmless


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
