"""Checks of what an answer took: length, tokens, time, money; and of how it ended."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from playground.events import FinishReason
from playground.experiments.checks.seen import RuleCheck, Seen, Told, UntoldError


class _Bounded(RuleCheck):
    min: float | None = Field(None, ge=0)
    max: float | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _one_bound(self) -> "_Bounded":
        if self.min is None and self.max is None:
            raise ValueError("it needs a min or a max")
        return self

    @property
    def label(self) -> str:
        low, high = ("" if bound is None else f"{bound:g}" for bound in (self.min, self.max))
        between = f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}"
        return f"{super().label} {between}"

    def _within(self, value: float, note: str) -> Told:
        return Told((self.min is None or value >= self.min) and (self.max is None or value <= self.max), note=note)


class LengthCheck(_Bounded):
    """How long the answer is."""

    check: Literal["length"]
    unit: Literal["characters", "words", "lines"] = "characters"

    def told(self, seen: Seen) -> Told:
        text = seen.answer.text
        counted = {"characters": lambda: len(text), "words": lambda: len(text.split()), "lines": lambda: _lines(text)}
        value = counted[self.unit]()
        return self._within(value, f"{value:,} {self.unit}")


def _lines(text: str) -> int:
    return len(text.strip().splitlines())


class TokensCheck(_Bounded):
    """How many tokens the answer was billed as, thoughts among them."""

    check: Literal["tokens"]

    def told(self, seen: Seen) -> Told:
        usage = seen.answer.usage
        if usage is None:
            raise UntoldError("its tokens are not known")
        about = "~" if usage.estimated else ""
        return self._within(usage.completion_tokens, f"{about}{usage.completion_tokens:,} tokens")


class FirstTokenCheck(_Bounded):
    """Seconds until the first token came."""

    check: Literal["first_token"]

    def told(self, seen: Seen) -> Told:
        seconds = seen.answer.first_token_s
        if seconds is None:
            raise UntoldError(f"the time of its first token is not known{_in_batch(seen)}")
        return self._within(seconds, f"{seconds:.2f} s")


class SecondsCheck(_Bounded):
    """Seconds until the answer was there as a whole."""

    check: Literal["seconds"]

    def told(self, seen: Seen) -> Told:
        seconds = seen.answer.seconds
        if seconds is None:
            raise UntoldError(f"its time is not known{_in_batch(seen)}")
        return self._within(seconds, f"{seconds:.2f} s")


def _in_batch(seen: Seen) -> str:
    return ": it came in a batch" if seen.answer.batched else ""


class CostCheck(RuleCheck):
    """What the answer costs at most, in USD."""

    check: Literal["cost"]
    max: Decimal = Field(ge=0)

    @property
    def label(self) -> str:
        return f"cost at most ${self.max}"

    def told(self, seen: Seen) -> Told:
        cost = seen.answer.cost
        if cost is None:
            raise UntoldError("its cost is not known")
        about = "~" if seen.answer.cost_estimated else ""
        return Told(cost <= self.max, note=f"{about}${cost:f}")


class FinishCheck(RuleCheck):
    """How the answer ended."""

    check: Literal["finish_reason"]
    values: Annotated[tuple[FinishReason, ...], Field(min_length=1)] = ("stop",)

    @property
    def label(self) -> str:
        return f"ends by {' or '.join(self.values)}"

    def told(self, seen: Seen) -> Told:
        reason = seen.answer.finish_reason
        if reason is None or reason == "unknown":
            if "unknown" in self.values:
                return Told(True)
            raise UntoldError("how it ended is not known")
        return Told(reason in self.values, note=reason)


class RefusalCheck(RuleCheck):
    """The answer declines; turned round with `negate`: it does not."""

    check: Literal["refusal"]

    def told(self, seen: Seen) -> Told:
        answer = seen.answer
        return Told(answer.refused, note=answer.refusal or ("a filter declined" if answer.refused else ""))
