"""The texts in the data of a shared page: where each stands, and all of them changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from playground.compare.comparison import MOST_PANES
from playground.sharing.data import IDS_OF_ROWS, PageData

_SPEAKERS = {"user": "Question", "assistant": "Answer", "tool": "Result of a tool"}
_WORDS = ("title", "names", "votes", "remarks", "columns", "table")
_FIXED = frozenset(
    (
        *IDS_OF_ROWS,
        *("created_at", "updated_at", "started_at", "saved_at", "finished_at", "state", "role", "finish_reason"),
        *("cost", "price", "usage", "kind", "pane", "voter", "at", "steps"),
    )
)
"""What has a form of its own, and no words."""


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
