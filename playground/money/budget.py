"""Budgets: limits in USD on what a request, a day and a month may cost; and the most that a request can cost."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from playground.errors import QuotaExhaustedError
from playground.money import figures

Scope = Literal["all", "owner", "connection", "own_connection"]
Span = Literal["reply", "day", "month"]
SPANS: Mapping[Span, str] = {"reply": "a request", "day": "a day", "month": "a month"}
THIS: Mapping[Span, str] = {"day": "today", "month": "this month"}
EVERY_OWNER = "*"
"""The subject of the budget of each owner who has none of their own."""
NOTED_SHARE = Decimal("0.8")
"""The share of a budget from which on a note says so."""
LARGEST_LIMIT = Decimal(1_000_000)
_NANO = 10**9


@dataclass(frozen=True, slots=True)
class Most:
    """The most that a request can cost, in USD; None where that is not known, and `missing` says what would help."""

    amount: Decimal | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits in USD; None is no limit.

    `subject` is an owner's id or EVERY_OWNER, the name of a connection that is there for everybody, or `own_subject` of
    one that an owner pays themselves; "" for all. Unless `unpriced_allowed`, nothing is asked whose cost has no known
    bound.
    """

    scope: Scope
    subject: str = ""
    reply: Decimal | None = None
    day: Decimal | None = None
    month: Decimal | None = None
    unpriced_allowed: bool = False

    def limit(self, span: Span) -> Decimal | None:
        """The limit on a span."""
        limits: Mapping[Span, Decimal | None] = {"reply": self.reply, "day": self.day, "month": self.month}
        return limits[span]

    @property
    def limits(self) -> bool:
        """Whether it has any limit."""
        return (self.reply, self.day, self.month) != (None, None, None)

    @property
    def own(self) -> tuple[str, str]:
        """The name of a connection that its owner pays, and the owner's id."""
        name, _, owner = self.subject.partition("\n")
        return name, owner

    @property
    def title(self) -> str:
        """What it is a budget of, as the end of "the budget of …"."""
        if self.scope == "connection":
            return f"the connection {self.subject}"
        if self.scope == "own_connection":
            return f"your connection {self.own[0]}"
        if self.scope == "owner":
            return "each person" if self.subject == EVERY_OWNER else "one person"
        return "everything"


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """How much of the limit on a day or month is used: `spent`, and `held` for requests that have not ended. USD.

    `unsure` is the part of `spent` that may have been billed, at its most: nobody knows what became of those requests.
    """

    budget: Budget
    span: Span
    limit: Decimal
    spent: Decimal
    held: Decimal
    unsure: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal:
        """What more requests may cost at most."""
        return max(self.limit - self.spent - self.held, Decimal(0))

    @property
    def share(self) -> Decimal:
        """The share that is spent or held, up to 1 and beyond."""
        return (self.spent + self.held) / self.limit if self.limit else Decimal(1)

    @property
    def key(self) -> str:
        """What names the budget, its limit and its span."""
        return f"{self.budget.scope} {self.budget.subject} {self.span} {self.limit:f}"


def own_subject(name: str, owner: str) -> str:
    """The subject of the budget of a connection that an owner pays; no name of one has a line break."""
    return f"{name}\n{owner}"


class BudgetError(QuotaExhaustedError):
    """A request that was not sent because it could cost more than a budget has left."""


def nanos(amount: Decimal) -> int:
    """USD in billionths, which databases add exactly, rounded up."""
    return int((amount * _NANO).to_integral_value(ROUND_CEILING))


def dollars(nanos: int) -> Decimal:
    """USD of so many billionths."""
    return Decimal(nanos) / _NANO


def day_in_utc(moment: datetime) -> str:
    """The day that a moment is counted under, as 2026-11-29; its first seven characters are the month."""
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def first_day(span: Span, day: str) -> str:
    """The first day of the day or month in which a day lies."""
    return f"{day[:7]}-01" if span == "month" else day


def renewed_at(span: Span, moment: datetime) -> datetime:
    """When the day or month of a moment ends, in UTC."""
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if span == "day":
        return midnight + timedelta(days=1)
    return (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)


def over_reply(budget: Budget, limit: Decimal, amount: Decimal, changed_by: str) -> BudgetError:
    """The refusal of a request that alone could cost more than a budget gives one."""
    return BudgetError(
        f"Not sent: it could cost up to {figures.usd(amount)}, and a request may cost {figures.usd(limit)} at most "
        f"by the budget of {budget.title}.",
        hint=f"Lower max_tokens, shorten the conversation or choose a cheaper model. {changed_by}",
    )


def over_span(use: BudgetUse, amount: Decimal, at: datetime, changed_by: str) -> BudgetError:
    """The refusal of requests that could cost more than a budget of a day or month has left."""
    parts = [f"{figures.usd(use.spent - use.unsure)} are spent"]
    if use.unsure:
        parts.append(
            f"up to {figures.usd(use.unsure, estimated=True)} may have been billed for requests without an end"
        )
    if use.held:
        parts.append(f"{figures.usd(use.held)} held for requests on their way")
    *others, last = parts
    used = f"{', '.join(others)} and {last}" if others else last
    renewal = f"{renewed_at(use.span, at):%Y-%m-%d %H:%M} UTC"
    return BudgetError(
        f"Not sent: it could cost up to {figures.usd(amount)}, and {figures.usd(use.left)} of the "
        f"{figures.usd(use.limit)} for {SPANS[use.span]} are left in the budget of {use.budget.title}: "
        f"{used}.",
        hint=f"Wait until {renewal}, lower max_tokens, or choose a cheaper model. {changed_by}",
    )


def without_bound(budget: Budget, most: Most, changed_by: str) -> BudgetError:
    """The refusal of a request of which nobody can say what it costs at most."""
    return BudgetError(
        f"Not sent: what it can cost at most is not known, and the budget of {budget.title} limits it.",
        hint=f"{most.missing} Or allow models without a known price in the budget. {changed_by}",
    )


class LimitError(Exception):
    """What is wrong with a limit, as a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def read_limit(text: str) -> Decimal | None:
    """A limit in USD as it is typed, such as 5 or $0.50; None for nothing. Raises LimitError."""
    typed = text.strip().removeprefix("$").strip()
    if not typed:
        return None
    if re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,9})?", typed) is None or not 0 < Decimal(typed) <= LARGEST_LIMIT:
        point = " Write a point and not a comma." if "," in typed else ""
        raise LimitError(f"A limit is an amount above zero such as 5 or 0.50, a million at most.{point}")
    return Decimal(typed)


def left_label(use: BudgetUse) -> str:
    """What is left, in few words."""
    return f"{figures.usd(use.left)} left {THIS[use.span]}"


def use_label(use: BudgetUse) -> str:
    """What of a limit is spent, may have been billed, and is held, in few words."""
    unsure = f" + {figures.usd(use.unsure, estimated=True)} perhaps billed" if use.unsure else ""
    held = f" + {figures.usd(use.held)} held" if use.held else ""
    return f"{figures.usd(use.spent - use.unsure)}{unsure}{held} of {figures.usd(use.limit)} {THIS[use.span]}"


def tightest(uses: Iterable[BudgetUse]) -> BudgetUse | None:
    """The one that has least left; None where there is none."""
    return min(uses, key=lambda use: (use.left, use.limit), default=None)
