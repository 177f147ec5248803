"""What many requests used, cost and took, added up: exact but for times, which are counted by how long they were."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Self

from playground.metering import Usage

BUCKET_FACTOR = 1.05
"""Times of one bucket differ by this factor at most."""
SHORTEST_S = 0.001
Money = Literal["billed", "computed", "estimated", "unpriced"]
"""Where a cost comes from: the server's own bill, unit prices or neurons, a guess, or nowhere."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Requests that were sent and what came of them, tokens, USD by where they come from, and how many took how long.

    `completion_tokens` hold the `reasoning_tokens`, and `prompt_tokens` the `cached_tokens` and `written_tokens`.
    `unpriced` requests used tokens at a price that is not known. `neurons` are Workers AI's unit. Times are counts by
    bucket, `bucket_of`: of the first token where one came, in `total` of answers that were done.
    """

    requests: int = 0
    failed: int = 0
    stopped: int = 0
    interrupted: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    written_tokens: int = 0
    written_hour_tokens: int = 0
    guessed: int = 0
    """Requests whose tokens are estimated."""
    neurons: Decimal = Decimal(0)
    billed: Decimal = Decimal(0)
    computed: Decimal = Decimal(0)
    estimated: Decimal = Decimal(0)
    unpriced: int = 0
    first_token: Mapping[int, int] = field(default_factory=dict)
    total: Mapping[int, int] = field(default_factory=dict)

    @property
    def cost(self) -> Decimal:
        """USD of all that is known."""
        return self.billed + self.computed + self.estimated

    @property
    def known_cost(self) -> Decimal | None:
        """The cost; None where nothing that was used has a price."""
        return None if self.unpriced and not self.cost else self.cost

    @property
    def error_rate(self) -> float | None:
        """The share of requests that ended with an error; None where there were none."""
        return self.failed / self.requests if self.requests else None

    def __add__(self, other: "Totals") -> "Totals":
        return added_up((self, other))

    def with_usage(self, usage: Usage | None) -> "Totals":
        """The same with the tokens and neurons of a request."""
        if usage is None:
            return self
        return replace(
            self,
            prompt_tokens=self.prompt_tokens + usage.prompt_tokens,
            cached_tokens=self.cached_tokens + usage.cached_tokens,
            completion_tokens=self.completion_tokens + usage.completion_tokens,
            reasoning_tokens=self.reasoning_tokens + usage.reasoning_tokens,
            written_tokens=self.written_tokens + usage.written_tokens,
            written_hour_tokens=self.written_hour_tokens + usage.written_hour_tokens,
            guessed=self.guessed + usage.estimated,
            neurons=self.neurons + Decimal(str(usage.neurons or 0)),
        )

    def with_cost(self, cost: Decimal | None, origin: Money) -> "Totals":
        """The same with what a request cost; `cost` is left out where it is unpriced."""
        if cost is None:
            return replace(self, unpriced=self.unpriced + 1)
        values: dict[str, Any] = {origin: getattr(self, origin) + cost}
        return replace(self, **values)

    def as_json(self) -> dict[str, Any]:
        """What is not nothing, as JSON keeps it to the digit."""
        return {name: _packed(value) for name, value in _values(self).items() if value}

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Self:
        """The totals that `as_json` gave."""
        return cls(**{name: _unpacked(value) for name, value in packed.items()})


@dataclass(frozen=True, slots=True)
class HourOfUsage:
    """What one model used in one hour, from a page: "chat", "compare", "batch" or "experiments".

    `hour` is its beginning, in UTC, `preset` the id of the preset that set it, "" for none, and `owner` the id of who
    asked.
    """

    hour: datetime
    connection: str
    model: str
    page: str
    totals: Totals
    preset: str = ""
    owner: str = ""


def bucket_of(seconds: float) -> int:
    """The bucket of a time: those within one differ by BUCKET_FACTOR at most."""
    return math.floor(math.log(max(seconds, SHORTEST_S) / SHORTEST_S) / math.log(BUCKET_FACTOR))


def percentile(times: Mapping[int, int], share: float) -> float | None:
    """The time in seconds that `share` of the times do not exceed, right to BUCKET_FACTOR; None for no times."""
    left = share * sum(times.values())
    for bucket in sorted(times):
        left -= times[bucket]
        if left <= 0:
            return SHORTEST_S * math.pow(BUCKET_FACTOR, bucket + 0.5)
    return None


def added_up(many: Iterable[Totals]) -> Totals:
    """The sum of any number of totals, in one go: a sum of sums makes everything anew with each step."""
    sums: dict[str, Any] = {}
    times: dict[str, Any] = {name: {} for name in _TIMES}
    for totals in many:
        for name in _NUMBERS:
            if value := getattr(totals, name):
                sums[name] = sums[name] + value if name in sums else value
        for name, counts in times.items():
            for bucket, count in getattr(totals, name).items():
                counts[bucket] = counts.get(bucket, 0) + count
    return Totals(**sums, **times)


_TIMES = ("first_token", "total")
_NUMBERS = tuple(one.name for one in fields(Totals) if one.name not in _TIMES)


def _values(totals: Totals) -> dict[str, Any]:
    return {name: getattr(totals, name) for name in (*_NUMBERS, *_TIMES)}


def _packed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(bucket): count for bucket, count in sorted(value.items())}
    return str(value) if isinstance(value, Decimal) else value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return {int(bucket): count for bucket, count in value.items()}
    return Decimal(value) if isinstance(value, str) else value
