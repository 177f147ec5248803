"""The numbers of a comparison as CSV: a row for each answer to the last prompt."""

from collections.abc import Sequence

from playground.compare.verdict import COMPUTED, METRICS
from playground.store import StoredReply
from playground.text.spreadsheet import csv_text

_FACTS = ("pane", "answer", "model", "connection", "state", "started at")


def comparison_csv(names: Sequence[str], answers: Sequence[Sequence[StoredReply]]) -> str:
    """What each answer took, with every digit; empty where it is not known. Times are UTC."""
    metrics = (*METRICS, COMPUTED)
    columns = {metric.name: f"{metric.name.lower()} {metric.unit}" for metric in metrics}
    rows = []
    for name, replies in zip(names, answers, strict=True):
        for number, reply in enumerate(replies, 1):
            told = (name, number, reply.model, reply.connection, reply.state, reply.started_at.isoformat())
            values = {columns[metric.name]: metric.value_of(reply) for metric in metrics}
            estimated = reply.usage is not None and reply.usage.estimated
            rows.append({**dict(zip(_FACTS, told, strict=True)), **values, "estimated": estimated})
    return csv_text([*_FACTS, *columns.values(), "estimated"], rows)
