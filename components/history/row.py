"""What an entry shows in the list: where it leads, what was found in it, what it holds and cost."""

from collections.abc import Iterator, Sequence
from typing import Any

from components.frame.page_link import page_url
from components.frame.process import called
from components.frame.reader_zone import reader_zone
from components.history.filters import OUTCOMES
from playground.compare.comparison import Comparison
from playground.compare.pane_titles import pane_titles
from playground.compare.vote import vote_text
from playground.money import figures
from playground.money.meter import spent_money
from playground.store import EntryFacts, HistoryEntry, Vote

UNTITLED = "Untitled"
_PAGES = {
    "chat": ("chat", "c"),
    "compare": ("compare", "id"),
    "batch": ("batch", ""),
    "experiment": ("experiments", "id"),
}
_MOST_MODELS = 3


def entry_view(entry: HistoryEntry, votes: Sequence[Vote], *, current: bool) -> dict[str, Any]:
    """What the browser part draws of an entry: `EntryView` of `browser/src/history/entries.ts`."""
    title = entry.title or UNTITLED
    beginning = "".join(text for text, _ in entry.excerpt)
    says_more = any(hit for _, hit in entry.excerpt) or not beginning.startswith(title)
    return {
        "entry": entry.id,
        "kind": entry.kind,
        "title": title,
        "address": _address(entry),
        "pinned": entry.pinned,
        "current": current,
        "excerpt": entry.excerpt if says_more else (),
        "lines": tuple(_lines(entry, votes)),
    }


def _address(entry: HistoryEntry) -> str:
    """Where it is, and which of its turns was found, relative to the app's first page."""
    page, name = _PAGES[entry.kind]
    query = {name: entry.id, "turn": entry.turn} if name else {}  # a batch stands on its page with all others
    return page_url(page, **{part: value for part, value in query.items() if value}).removeprefix("/")


def _lines(entry: HistoryEntry, votes: Sequence[Vote]) -> Iterator[str]:
    facts, when = entry.facts, figures.when(entry.updated_at, reader_zone())
    if facts is None:
        yield when
        return
    comparison = _comparison(entry)
    parts = [*_compared(comparison)] if comparison is not None else [_models(facts)]
    if entry.kind == "chat":
        parts += [
            _settings(facts),
            figures.counted(facts.questions, "question"),
            figures.counted(facts.answers, "answer"),
        ]
    if entry.kind == "batch":
        parts.append(figures.counted(facts.questions, "request"))
    if entry.kind == "experiment":
        done = f"{facts.answers:,} of " if facts.answers < facts.questions else ""
        parts.append(f"{done}{figures.counted(facts.questions, 'cell')}")
    if facts.state not in ("", "done"):
        parts.append(OUTCOMES[facts.state].lower())
    parts += ["" if facts.hidden else spent_money(facts.spent), when]
    yield " · ".join(filter(None, parts))
    if comparison is not None and votes and not comparison.hidden:
        yield _vote(comparison, votes[-1])
    if entry.tags or entry.note:
        yield " ".join(filter(None, (*(f"#{tag}" for tag in entry.tags), " ".join(entry.note.split())[:200])))


def _models(facts: EntryFacts) -> str:
    more = len(facts.models) - _MOST_MODELS
    return ", ".join(map(called, facts.models[:_MOST_MODELS])) + (f" and {more} more" if more > 0 else "")


def _settings(facts: EntryFacts) -> str:
    parts = [f"{name} {_value(value)}" for name, value in facts.parameters.items()]
    return ", ".join([*parts, *(["system prompt"] if facts.system_prompt else [])])


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _comparison(entry: HistoryEntry) -> Comparison | None:
    return Comparison.from_json(entry.body) if entry.body else None


def _titles(comparison: Comparison) -> tuple[str, ...]:
    short = {pane.model: called(pane.model) for pane in comparison.panes}
    return pane_titles([comparison.setup(pane) for pane in comparison.panes], short)


def _compared(comparison: Comparison) -> tuple[str, ...]:
    panes = f"{len(comparison.panes)} panes"
    return (panes, "not voted on yet") if comparison.hidden else (panes, ", ".join(_titles(comparison)))


def _vote(comparison: Comparison, vote: Vote) -> str:
    names = {pane.id: name for pane, name in zip(comparison.panes, _titles(comparison), strict=True)}
    return vote_text(vote, names, len(names))
