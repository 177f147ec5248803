"""What a shared page is made of: the panes of a comparison, or the one of a chat, and a table of what was used."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from string import ascii_uppercase

from playground.answers.pace import GRAIN_MS, Pace, Step
from playground.compare.comparison import MOST_PANES
from playground.compare.pane_titles import pane_titles
from playground.compare.vote import is_of_room, told_votes
from playground.conversation.provenance import reply_setup
from playground.conversation.setup import Setup
from playground.money import figures
from playground.money.daily_bars import REST, DailyBars
from playground.money.totals import Totals, added_up, percentile
from playground.sharing.included import PARTS, Included, letters, shared_reply, shared_setup, shared_turn
from playground.store import SnapshotKind, StoredReply, Turn, Vote
from playground.store.votes import ROOM, SHARED

MOST_CAST = 500
"""Votes of a page."""
MOST_STEPS_SHARED = 2_000
"""Steps of an answer's pace in a page; a longer one gets coarser."""
UNFINISHED = "An answer was still on its way when this was made, and is not in it."


@dataclass(frozen=True, slots=True)
class DocumentPane:
    """A conversation: its `path`, and further `answers` to its last prompt where it was repeated."""

    name: str
    setup: Setup
    path: tuple[Turn, ...]
    answers: tuple[StoredReply, ...] = ()
    id: str = ""

    @property
    def last_answers(self) -> tuple[StoredReply, ...]:
        """All answers to the last prompt."""
        last = self.path[-1].reply if self.path else None
        return (*(() if last is None else (last,)), *self.answers)


@dataclass(frozen=True, slots=True)
class SharedTable:
    """Rows of texts below their headings."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SharedChart:
    """Bars of days, each put together of series, which are a name and a number for each day."""

    title: str
    days: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that is on a shared page, and nothing else. `remarks` are sentences at its end."""

    kind: SnapshotKind
    title: str
    made_at: datetime
    panes: tuple[DocumentPane, ...] = ()
    repetitions: int = 1
    votes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    table: SharedTable | None = None
    chart: SharedChart | None = None
    cast: tuple[Vote, ...] = ()
    """The votes themselves, for a copy: on panes by their numbers, of nobody who is known elsewhere."""
    paces: Mapping[str, Pace] = field(default_factory=dict)
    """When the pieces of answers came, by the ids of these, for a copy."""


PaceOf = Callable[[str], Pace | None]
"""When the pieces of the answer of an id came; None where that is not known."""


def chat_document(
    title: str,
    setup: Setup,
    path: Sequence[Turn],
    included: Included,
    at: datetime,
    pace_of: PaceOf = lambda _: None,
) -> Document:
    """A chat; an answer that is still on its way is left out."""
    path, remarks = _ended(path)
    named = letters([turn.reply.model for turn in path if turn.reply is not None] or [setup.model])
    pane = DocumentPane(
        name="",
        setup=shared_setup(setup, included, named.get(setup.model, "Model")),
        path=tuple(shared_turn(turn, included, named) for turn in path),
    )
    paces = _paces([pane], included, pace_of)
    return Document("chat", title, at, (pane,), remarks=remarks, left_out=included.left_out, paces=paces)


def comparison_document(
    title: str,
    panes: Sequence[DocumentPane],
    votes: Sequence[Vote],
    included: Included,
    at: datetime,
    *,
    called: Mapping[str, str],
    repetitions: int = 1,
    pace_of: PaceOf = lambda _: None,
) -> Document:
    """A comparison, its `panes` as they are, in the order of the screen; `called` has short names of models by id.

    Answers that are still on their way are left out. Without names, panes are called by letters.
    """
    shared: list[DocumentPane] = []
    remarks: tuple[str, ...] = ()
    for pane, letter in zip(panes, ascii_uppercase[:MOST_PANES], strict=False):
        path, unfinished = _ended(pane.path)
        remarks = remarks or unfinished
        name = f"Model {letter}"
        named = dict.fromkeys([turn.reply.model for turn in path if turn.reply is not None], name)
        shared.append(
            replace(
                pane,
                name=letter,
                setup=shared_setup(pane.setup, included, name),
                path=tuple(shared_turn(turn, included, named) for turn in path),
                answers=tuple(shared_reply(reply, included, name) for reply in pane.answers),
            )
        )
    if included.names:
        titles = pane_titles([_asked_with(pane) for pane in shared], called)
        shared = [replace(pane, name=title) for pane, title in zip(shared, titles, strict=True)]
    names = {pane.id: pane.name for pane in shared}
    bare = [replace(vote, name="", note="") for vote in votes]
    told = tuple(f"Question {prompt}: {told}" for prompt, told in told_votes(bare, names, len(shared)) if prompt)
    return Document(
        "comparison",
        title,
        at,
        tuple(shared),
        repetitions,
        told,
        remarks,
        included.left_out,
        cast=_cast(votes, shared, at),
        paces=_paces(shared, included, pace_of),
    )


def _cast(votes: Sequence[Vote], panes: Sequence[DocumentPane], at: datetime) -> tuple[Vote, ...]:
    """Votes without their voters, notes and times, and on panes by their numbers; none where there are too many."""
    names = {pane.id: (f"pane{number}", pane.name) for number, pane in enumerate(panes)}
    found: list[Vote] = []
    for vote in votes:
        pane, name = names.get(vote.pane or "", (None, ""))
        if vote.prompt and (vote.kind != "better" or pane is not None):
            voter = f"{ROOM if is_of_room(vote) else ''}{SHARED}{len(found) + 1}"
            found.append(Vote(vote.kind, vote.prompt, pane, name, blind=vote.blind, voter=voter, at=at))
    return tuple(found) if len(found) <= MOST_CAST else ()


def _paces(panes: Sequence[DocumentPane], included: Included, pace_of: PaceOf) -> dict[str, Pace]:
    """Those of answers whose times go in, without their thoughts where these do not."""
    if not included.times:
        return {}
    replies = [turn.reply for pane in panes for turn in pane.path] + [reply for pane in panes for reply in pane.answers]
    found = {reply.id: pace for reply in replies if reply is not None and (pace := pace_of(reply.id)) is not None}
    return {id_: _for_a_page(pace, thoughts=included.thoughts) for id_, pace in found.items()}


def _for_a_page(pace: Pace, *, thoughts: bool) -> Pace:
    if not thoughts:
        pace = Pace(tuple(Step(step.at_ms, step.text, 0) for step in pace.steps))
    grain = GRAIN_MS
    while len(pace.steps) > MOST_STEPS_SHARED:
        grain *= 2
        pace = pace.coarser(grain)
    return pace


def usage_document(
    title: str,
    groups: Mapping[str, Totals],
    heading: str,
    words: Callable[[str], str],
    included: Included,
    at: datetime,
    bars: DailyBars | None = None,
) -> Document:
    """What was used, a row for each group, what cost most first, and their sum; without names, groups have letters."""
    named = {name: words(name) for name in groups} if included.names else letters(list(groups), heading)
    columns = (heading, "Requests", "Failed", *(_MONEY if included.costs else ()), *_TIMES)
    rows = [(named[name], *_usage_row(totals, included)) for name, totals in groups.items()]
    if len(rows) > 1:
        rows.append(("All", *_usage_row(added_up(groups.values()), included)))
    left_out = tuple(PARTS[name] for name in ("costs", "names") if not getattr(included, name))
    chart = None
    if bars is not None and any(map(any, bars.values)):
        names = [name if name == REST else named[name] for name in bars.groups]
        title_of_chart = f"{bars.measure} by day{', in USD' if bars.measure == 'Cost' else ''}"
        chart = SharedChart(title_of_chart, bars.days, tuple(zip(names, bars.values, strict=True)))
    return Document("usage", title, at, left_out=left_out, table=SharedTable(columns, tuple(rows)), chart=chart)


_MONEY = ("Tokens in", "Tokens out", "Cost", "Unpriced")
_TIMES = ("First token, median", "Whole answer, median")


def _usage_row(totals: Totals, included: Included) -> tuple[str, ...]:
    sign = "~" if totals.guessed else ""
    money = (
        f"{sign}{totals.prompt_tokens:,}",
        f"{sign}{totals.completion_tokens:,}",
        figures.usd(totals.known_cost, estimated=bool(totals.estimated)),
        f"{totals.unpriced:,}",
    )
    return (
        f"{totals.requests:,}",
        f"{totals.failed:,}",
        *(money if included.costs else ()),
        figures.seconds(percentile(totals.first_token, 0.5)),
        figures.seconds(percentile(totals.total, 0.5)),
    )


def _asked_with(pane: DocumentPane) -> Setup:
    """What the last answer of a pane was asked with."""
    last = pane.path[-1].reply if pane.path else None
    return (None if last is None else reply_setup(last)) or pane.setup


def _ended(path: Sequence[Turn]) -> tuple[Sequence[Turn], tuple[str, ...]]:
    """A path up to an answer that is still on its way."""
    live = next((number for number, turn in enumerate(path) if turn.reply and turn.reply.state == "live"), None)
    return (path, ()) if live is None else (path[:live], (UNFINISHED,))
