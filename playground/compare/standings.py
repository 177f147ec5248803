"""Standings: who won against whom over all votes, and how strong that makes each model."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from types import MappingProxyType
from typing import Literal, NamedTuple

from playground.compare.bradley_terry import Score, fitted
from playground.store import Vote, VotedAnswer, VoteKind

FEWEST_PROMPTS = 5
"""Below so many prompts a model gets no score: there are too few votes to tell."""
FEWEST_OTHERS = 2
"""Where fewer others than these voted, a reader sees their own votes alone: those of one could be worked out."""

MOST_CONTESTANTS = 100

SettingsChoice = Literal["together", "same", "apart"]


class Contestant(NamedTuple):
    """What is compared: a model at a connection, and with some settings where these are told apart."""

    model: str
    connection: str
    settings: str = ""


Pair = tuple[Contestant, Contestant]


@dataclass(frozen=True, slots=True)
class VoteChoice:
    """Which votes count. `settings`: "same" counts pairs alone that were asked the same with the same settings, "apart"
    makes a contestant of each. `models` are those that count, all where it is empty; `presets` pairs of a model and the
    settings that some preset gives it, None where any settings count.
    """

    settings: SettingsChoice = "together"
    blind: bool = False
    models: frozenset[str] = frozenset()
    presets: frozenset[tuple[str, str]] | None = None

    def contestant(self, answer: VotedAnswer) -> Contestant:
        """Whose answer it is."""
        return Contestant(answer.model, answer.connection, answer.settings if self.settings == "apart" else "")

    def counts(self, answer: VotedAnswer) -> bool:
        """Whether an answer takes part."""
        return (
            answer.complete
            and (not self.models or answer.model in self.models)
            and (self.presets is None or (answer.model, answer.settings) in self.presets)
        )


@dataclass(slots=True)
class Record:
    """What became of a contestant, or of one against another: `prompts` are those with a vote on it that counts."""

    wins: int = 0
    ties: int = 0
    losses: int = 0
    bad: int = 0
    """Prompts to which all answers were bad; neither a win nor a loss."""
    prompts: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A row. Contestants of different groups were never compared, directly or through others.

    `score` is None where there are too few votes to tell. `best` and `worst` are the first and the last place in its
    group that it may have, as far as votes tell.
    """

    contestant: Contestant
    record: Record
    group: int
    score: Score | None = None
    best: int = 0
    worst: int = 0

    @property
    def note(self) -> str:
        """What has to be known about it, in words."""
        if self.score is None:
            return "too few votes to tell"
        if not self.record.losses and not self.record.ties:
            return "never lost: how far ahead it is cannot be told"
        if not self.record.wins and not self.record.ties:
            return "never won: how far behind it is cannot be told"
        return ""


@dataclass(slots=True)
class Standings:
    """All rows, the strongest of each group first, and each pair both ways round."""

    rows: Sequence[Standing] = ()
    pairs: Mapping[Pair, Record] = field(default_factory=dict)
    votes: int = 0
    voters: frozenset[str] = frozenset()
    uncounted: int = 0
    """Votes on which nobody can win: answers of one contestant alone, or ones that are not known any more."""
    left_out: int = 0
    """Contestants beyond MOST_CONTESTANTS, those with the fewest prompts."""
    without_others: bool = False
    """Whether votes of others are left out, as those of too few people."""
    examples: Mapping[Contestant, str] = field(default_factory=dict)
    """A reply of each contestant."""

    @property
    def people(self) -> int:
        """How many people gave the votes."""
        return len(self.voters)

    @property
    def groups(self) -> list[list[Contestant]]:
        """The contestants of each group, in the order of the rows."""
        found: dict[int, list[Contestant]] = {}
        for row in self.rows:
            found.setdefault(row.group, []).append(row.contestant)
        return list(found.values())

    @property
    def order_is_told(self) -> bool:
        """Whether votes tell of any two that one is better than the other."""
        sizes = Counter(row.group for row in self.rows if row.score is not None)
        return any(row.score is not None and row.worst < sizes[row.group] for row in self.rows)


def standings(own: Sequence[Vote], others: Sequence[Vote], choice: VoteChoice) -> Standings:
    """The standings by the votes that count: a reader's own and those of others, or their own where too few voted."""
    everybodys = _counted([*own, *others], choice)
    if others and len(everybodys.voters & {vote.voter for vote in others}) < FEWEST_OTHERS:
        return replace(_counted(own, choice), without_others=True)
    return everybodys


def _counted(votes: Iterable[Vote], choice: VoteChoice) -> Standings:
    """The standings by all of some votes that count.

    From a vote the better one won against each other answer, all were even at a tie. In the fit a vote among k answers
    weighs 2/k for each of its pairs, for they depend on each other; votes of several people on one prompt weigh as one.
    """
    found = Standings()
    records: dict[Contestant, Record] = defaultdict(Record)
    pairs: dict[Pair, Record] = defaultdict(Record)
    weights: dict[Pair, float] = defaultdict(float)
    examples: dict[Contestant, str] = {}
    voters = set()
    votes = [vote for vote in votes if vote.blind or not choice.blind]
    on_prompt = Counter((vote.comparison_id, vote.prompt) for vote in votes)
    for vote in votes:
        shown = [(answer, choice.contestant(answer)) for answer in vote.answers if choice.counts(answer)]
        results = _results(vote, shown, choice)
        if not results:
            found.uncounted += not choice.models and choice.presets is None
            continue
        found.votes += 1
        voters.add(vote.voter)
        examples.update((contestant, answer.reply) for answer, contestant in shown)
        _count(vote.kind, results, records, pairs)
        weight = 2 / len(shown) / on_prompt[vote.comparison_id, vote.prompt]
        for winner, loser in results:
            if vote.kind == "better":
                weights[winner, loser] += weight
            elif vote.kind == "tie":
                weights[winner, loser] += weight / 2
                weights[loser, winner] += weight / 2
    kept = set(sorted(records, key=lambda one: (-records[one].prompts, one))[:MOST_CONTESTANTS])
    found.left_out = len(records) - len(kept)
    found.voters = frozenset(voters)
    found.pairs = {pair: record for pair, record in pairs.items() if kept.issuperset(pair)}
    found.examples = {contestant: examples[contestant] for contestant in kept}
    fought = {pair: weight for pair, weight in weights.items() if kept.issuperset(pair)}
    found.rows = list(_ranked({contestant: records[contestant] for contestant in kept}, fought))
    return found


def _results(vote: Vote, shown: Sequence[tuple[VotedAnswer, Contestant]], choice: VoteChoice) -> list[Pair]:
    """The pairs that a vote says something of; the better one comes first."""
    found = []
    for (one, first), (other, second) in combinations(shown, 2):
        if first == second or (vote.kind == "better" and vote.pane not in (one.pane, other.pane)):
            continue
        if choice.settings != "same" or (one.settings, one.question) == (other.settings, other.question):
            found.append((second, first) if vote.pane == other.pane else (first, second))
    return found


def _count(
    kind: VoteKind, results: Sequence[Pair], records: dict[Contestant, Record], pairs: dict[Pair, Record]
) -> None:
    bad, tie, better = kind == "bad", kind == "tie", kind == "better"
    for contestant in {contestant for pair in results for contestant in pair}:
        records[contestant].prompts += 1
        records[contestant].bad += bad
    for winner, loser in set(results):
        for record in (pairs[winner, loser], pairs[loser, winner]):
            record.prompts += 1
            record.bad += bad
    for winner, loser in results:
        for record in (records[winner], pairs[winner, loser]):
            record.wins += better
            record.ties += tie
        for record in (records[loser], pairs[loser, winner]):
            record.losses += better
            record.ties += tie


def _ranked(records: Mapping[Contestant, Record], weights: Mapping[Pair, float]) -> Iterator[Standing]:
    groups = sorted(_connected(records, weights), key=len, reverse=True)
    for group, members in enumerate(groups):
        strengths = fitted([[weights.get((one, other), 0.0) for other in members] for one in members])
        scores = strengths.scores()
        told = [number for number, one in enumerate(members) if _is_told(records[one])]
        better = strengths.clearly_better()[told][:, told]
        rows = []
        for number, contestant in enumerate(members):
            row = Standing(contestant, records[contestant], group)
            if number in told and len(members) > 1:
                place = told.index(number)
                best, worst = int(better[:, place].sum()) + 1, len(told) - int(better[place].sum())
                row = replace(row, score=scores[number], best=best, worst=worst)
            rows.append(row)
        yield from sorted(rows, key=lambda row: (-row.score.value if row.score else 1, row.contestant))


def _is_told(record: Record) -> bool:
    return record.prompts - record.bad >= FEWEST_PROMPTS


def _connected(records: Iterable[Contestant], weights: Iterable[Pair]) -> Iterator[list[Contestant]]:
    """Contestants by groups that are connected by comparisons."""
    neighbours: dict[Contestant, set[Contestant]] = {contestant: set() for contestant in records}
    for one, other in weights:
        neighbours[one].add(other)
        neighbours[other].add(one)
    while neighbours:
        group, near = [], [min(neighbours)]
        while near:
            contestant = near.pop()
            if contestant in neighbours:
                group.append(contestant)
                near += neighbours.pop(contestant)
        yield sorted(group)


def votes_on_pair(votes: Iterable[Vote], pair: Pair, choice: VoteChoice) -> list[Vote]:
    """The votes that count for a pair, the newest first."""
    ways = (pair, pair[::-1])
    found = [
        vote
        for vote in votes
        if (vote.blind or not choice.blind)
        and any(
            result in ways
            for result in _results(
                vote, [(one, choice.contestant(one)) for one in vote.answers if choice.counts(one)], choice
            )
        )
    ]
    return found[::-1]


def names_of(
    contestants: Collection[Contestant],
    called: Callable[[str], str],
    settings: Mapping[Contestant, str] = MappingProxyType({}),
) -> dict[Contestant, str]:
    """What to call each: its model, and the connection and the settings where these tell it from others.

    `settings` are words for those of contestants, as far as they are known.
    """
    places: dict[str, set[str]] = defaultdict(set)
    for contestant in contestants:
        places[contestant.model].add(contestant.connection)
    names = {
        contestant: " · ".join(
            part
            for part in (
                called(contestant.model),
                contestant.connection if len(places[contestant.model]) > 1 else "",
                settings.get(contestant, "other settings") if contestant.settings else "",
            )
            if part
        )
        for contestant in contestants
    }
    taken = Counter(names.values())
    return {
        contestant: name if taken[name] == 1 else f"{name} ({contestant.settings[:6]})"
        for contestant, name in names.items()
    }
