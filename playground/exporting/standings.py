"""Standings as CSV."""

from collections.abc import Mapping

from playground.compare.standings import Contestant, Record, Standings
from playground.text.spreadsheet import csv_text

_COUNTS = ("wins", "ties", "losses", "all bad", "prompts")
_SCORE = ("best place", "worst place", "score", "score low", "score high", "log strength")


def standings_csv(found: Standings, names: Mapping[Contestant, str]) -> str:
    """A row for each contestant; scores are from 0 to 1 with an interval of 95 %, empty where too few voted."""
    rows = []
    for row in found.rows:
        model = {"name": names[row.contestant], **row.contestant._asdict(), "group": row.group + 1}
        score = row.score
        told = () if score is None else (row.best, row.worst, score.value, score.low, score.high, score.log_strength)
        rows.append({**model, **_counts(row.record), **dict(zip(_SCORE, told, strict=False)), "note": row.note})
    return csv_text(["name", *Contestant._fields, "group", *_COUNTS, *_SCORE, "note"], rows)


def pairs_csv(found: Standings, names: Mapping[Contestant, str]) -> str:
    """A row for each contestant against each other that it was compared with."""
    rows = [
        {"name": names[one], "against": names[other], **_counts(record)}
        for (one, other), record in sorted(found.pairs.items())
    ]
    return csv_text(["name", "against", *_COUNTS], rows)


def _counts(record: Record) -> dict[str, int]:
    counts = (record.wins, record.ties, record.losses, record.bad, record.prompts)
    return dict(zip(_COUNTS, counts, strict=True))
