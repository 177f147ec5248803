"""Several pairs at once: the more are looked at, the more differ by chance alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playground.experiments.statistics.paired import PairedDifference

CLEAR_P = 0.05


def benjamini_hochberg(chances: Sequence[float]) -> list[float]:
    """Each p as the share of false alarms among all pairs that are as clear (Benjamini and Hochberg 1995)."""
    adjusted, least = [0.0] * len(chances), 1.0
    for rank, at in reversed(list(enumerate(sorted(range(len(chances)), key=chances.__getitem__), 1))):
        least = min(least, chances[at] * len(chances) / rank)
        adjusted[at] = least
    return adjusted


@dataclass(frozen=True, slots=True)
class ComparedPair:
    """Two candidates by their numbers, how much better the second is, and whether that is more than chance."""

    first: int
    second: int
    difference: PairedDifference
    adjusted_p: float

    @property
    def clear(self) -> bool:
        """Whether one is better: the interval of the difference does not hold 0, nor is it chance among so many."""
        return self.adjusted_p <= CLEAR_P and not self.difference.interval.holds_zero

    @property
    def better(self) -> int | None:
        """The number of the better one, None where it is not clear."""
        if not self.clear:
            return None
        return self.second if self.difference.difference > 0 else self.first


def compared(differences: Mapping[tuple[int, int], PairedDifference]) -> list[ComparedPair]:
    """The pairs, with what chance makes of so many."""
    adjusted = benjamini_hochberg([difference.p for difference in differences.values()])
    return [
        ComparedPair(first, second, difference, p)
        for ((first, second), difference), p in zip(differences.items(), adjusted, strict=True)
    ]


def standing(names: Mapping[int, str], rates: Mapping[int, float], pairs: Sequence[ComparedPair]) -> str:
    """Which candidate is the best, in a sentence, or that none is: who is not clearly behind the leader is level."""
    ranked = sorted((number for number in names if number in rates), key=lambda number: -rates[number])
    if len(ranked) < 2:
        return ""
    leader = ranked[0]
    behind = {pair.first if pair.better == pair.second else pair.second for pair in pairs if pair.better == leader}
    level = [names[number] for number in ranked[1:] if number not in behind]
    if not level:
        others = "the other" if len(ranked) == 2 else "all others"
        return f"{names[leader]} is better than {others}."
    if len(level) == 1:
        return f"No clear winner between {names[leader]} and {level[0]}."
    shown = [names[leader], *level][:6]
    more = len(level) + 1 - len(shown)
    last = f"{more} others" if more > 0 else shown.pop()
    return f"No clear winner among {', '.join(shown)} and {last}."
