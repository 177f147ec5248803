"""One usage out of all that a stream reports: totals, running totals or increments."""

import math
from collections.abc import Mapping
from typing import Any

from playground.metering import Usage


def read_usage(reported: Mapping[str, Any]) -> Usage | None:
    """The counts of one `usage` object, whatever its dialect; None where all of them are zero (a heartbeat)."""
    prompt = _count(reported, "prompt_tokens", "input_tokens")
    completion = _count(reported, "completion_tokens", "output_tokens")
    total = _count(reported, "total_tokens")
    if total and not completion:
        completion = max(total - prompt, 0)
    details = reported.get("prompt_tokens_details") or reported.get("input_tokens_details")
    cached = _count(details, "cached_tokens") if isinstance(details, Mapping) else 0
    cached = cached or _count(reported, "cached_tokens", "prompt_cache_hit_tokens")
    neurons = _number(reported.get("neurons"))
    if not (prompt or completion or neurons):
        return None
    return Usage(prompt, completion, cached, neurons)


class UsageLedger:
    """Collects what a stream reports of usage and says in the end what the exchange used.

    Workers AI reports increments in every frame and the total once, in a last frame of its native shape, even when
    all other frames have OpenAI's shape. Other servers report running totals, or one total; some both.
    """

    def __init__(self) -> None:
        self._native: list[Mapping[str, Any]] = []
        self._without_choices: list[Mapping[str, Any]] = []
        self._with_choices: list[Mapping[str, Any]] = []

    def note(self, frame: Mapping[str, Any], reported: Mapping[str, Any]) -> None:
        """Keep the `usage` object that came with `frame`."""
        if "response" in frame:
            self._native.append(reported)
        elif "choices" in frame:
            self._with_choices.append(reported)
        else:
            self._without_choices.append(reported)

    def total(self) -> Usage | None:
        """The usage of the whole exchange; None where the server reported none."""
        for frames in (self._native, self._without_choices):
            usages = [usage for usage in map(read_usage, frames) if usage]
            if totals := [usage for usage in usages if usage.prompt_tokens or usage.completion_tokens]:
                return _settle(totals)
        parts = [usage for usage in map(read_usage, self._with_choices) if usage]
        return _settle(parts) if parts else None


def _settle(parts: list[Usage]) -> Usage:
    """The total among these, or their sum where they are increments.

    A total, running or final, counts no less than any other. Of increments the first alone has the prompt, so that
    none after it does; where it comes again the last total counts, though it be lower than one before.
    """
    prompt = max(part.prompt_tokens for part in parts)
    completion = max(part.completion_tokens for part in parts)
    for part in reversed(parts[1:]):
        if (part.prompt_tokens, part.completion_tokens) == (prompt, completion):
            return part
    again = [part for part in parts if part.prompt_tokens == prompt > 0]
    return again[-1] if len(again) > 1 else _sum(parts)


def _sum(parts: list[Usage]) -> Usage:
    neurons = [part.neurons for part in parts if part.neurons is not None]
    return Usage(
        sum(part.prompt_tokens for part in parts),
        sum(part.completion_tokens for part in parts),
        sum(part.cached_tokens for part in parts),
        math.fsum(neurons) if neurons else None,
    )


def _count(fields: Mapping[str, Any], *names: str) -> int:
    """The first of these counts that is there and above zero."""
    for name in names:
        number = _number(fields.get(name))
        if number:
            return int(number)
    return 0


def _number(value: Any) -> float | None:
    """A finite number that is not negative, also where it is written as a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None
