"""The usage of an answer from all reports of a stream: totals, running totals or increments; and the server's bill."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from playground.metering import Usage

_PROMPT_DETAILS = ("prompt_tokens_details", "input_tokens_details", "prompt_token_details")
_CACHED = ("cached_tokens", "prompt_cache_hit_tokens", "cache_read_input_tokens", "num_cached_tokens")
"""The last of each is Mistral's: https://docs.mistral.ai/api/endpoint/chat"""
_TICKS_A_DOLLAR = 10**10
"""1466250 ticks were $0.000146625: https://docs.x.ai/docs/key-information/consumption-and-rate-limits."""


def read_usage(reported: Mapping[str, Any]) -> Usage | None:
    """The counts of one `usage` object, whatever its dialect; None where all of them are zero (a heartbeat).

    Reasoning tokens that a server counts beside the completion tokens are added: those of xAI and of Gemini, where they
    are just what the total has more than prompt and completion (https://github.com/vercel/ai/pull/12425).
    """
    prompt = _count(reported, "prompt_tokens", "input_tokens")
    completion = _count(reported, "completion_tokens", "output_tokens")
    total = _count(reported, "total_tokens")
    if reported.get("completion_tokens") is None and reported.get("output_tokens") is None:
        completion = max(total - prompt, 0)
    details = ("completion_tokens_details", "output_tokens_details")
    reasoning = _details(reported, *details, name="reasoning_tokens") or _details(
        reported, *details, name="thinking_tokens"
    )
    if reasoning and reasoning == total - prompt - completion:
        completion += reasoning
    cached = _details(reported, *_PROMPT_DETAILS, name="cached_tokens") or _count(reported, *_CACHED)
    written = written_hour = 0
    if _counts_cache_apart(reported):
        written, written_hour = _written(reported)
        prompt += _count(reported, "cache_read_input_tokens") + written
        for summary in _compactions(reported):
            prompt += summary.prompt_tokens
            completion += summary.completion_tokens
            cached += summary.cached_tokens
            written += summary.written_tokens
            written_hour += summary.written_hour_tokens
    neurons = _number(reported.get("neurons"))
    billed, billed_by = _bill(reported)
    if not (prompt or completion or neurons or billed):
        return None
    return Usage(
        prompt,
        completion,
        cached,
        neurons,
        billed=billed,
        billed_by=billed_by,
        reasoning_tokens=min(reasoning, completion),
        written_tokens=written,
        written_hour_tokens=written_hour,
    )


def _written(reported: Mapping[str, Any]) -> tuple[int, int]:
    """The tokens that Anthropic wrote to its cache, and those of them for an hour; both have prices of their own.

    https://platform.claude.com/docs/en/build-with-claude/prompt-caching#1-hour-cache-duration
    """
    lifetimes = reported.get("cache_creation")
    parts = lifetimes if isinstance(lifetimes, Mapping) else {}
    hour = _count(parts, "ephemeral_1h_input_tokens")
    total = _count(reported, "cache_creation_input_tokens") or _count(parts, "ephemeral_5m_input_tokens") + hour
    return total, min(hour, total)


def _compactions(reported: Mapping[str, Any]) -> Iterator[Usage]:
    """The summaries of a conversation that Anthropic made and bills beside the answer.

    https://platform.claude.com/docs/en/build-with-claude/compaction#understanding-usage
    """
    iterations = reported.get("iterations")
    for iteration in iterations if isinstance(iterations, list) else ():
        if isinstance(iteration, Mapping) and iteration.get("type") == "compaction":
            counts = {name: count for name, count in iteration.items() if name != "iterations"}
            if (usage := read_usage(counts)) is not None:
                yield usage


def add_headers(usage: Usage, headers: Mapping[str, str]) -> Usage:
    """`usage` with what a gateway says of it in the headers of the answer, where the body says nothing.

    https://docs.litellm.ai/docs/proxy/response_headers. A cost of zero there means that the gateway knows no price.
    """
    if usage.billed is None and usage.neurons is None and (neurons := _number(headers.get("cf-ai-neurons"))):
        usage = replace(usage, neurons=neurons)
    if usage.billed is None and (billed := _money(headers.get("x-litellm-response-cost"))):
        usage = replace(usage, billed=billed, billed_by="the header x-litellm-response-cost")
    return usage


class UsageReports:
    """Collects the reports of a stream and computes the usage of the exchange.

    Workers AI reports increments in every frame and the total once, in a last frame of its native shape, even when
    all other frames have OpenAI's shape. Other servers report running totals, or one total; some both.
    """

    def __init__(self) -> None:
        self._native = _Reports()
        self._without_choices = _Reports()
        self._with_choices = _Reports()

    def note(self, frame: Mapping[str, Any], reported: Mapping[str, Any]) -> None:
        """Take the `usage` object that came with `frame`."""
        usage = read_usage(reported)
        if usage is None:
            return
        if "response" not in frame and "choices" in frame:
            self._with_choices.add(usage)
        elif usage.prompt_tokens or usage.completion_tokens:
            (self._native if "response" in frame else self._without_choices).add(usage)

    def note_total(self, reported: Mapping[str, Any]) -> None:
        """Take a running total of the whole exchange."""
        self.note({"response": ""}, reported)

    def total(self) -> Usage | None:
        """The usage of the whole exchange; None where the server reported none.

        Zero neurons beside tokens mean that they were not metered: `neurons` is None then.
        """
        for reports in (self._native, self._without_choices, self._with_choices):
            if (usage := reports.settled()) is not None:
                return replace(usage, neurons=usage.neurons or None) if usage.prompt_tokens else usage
        return None


@dataclass(slots=True)
class _Reports:
    """Reports of one kind, reduced as they come, for a stream may have any number of them."""

    _count: int = 0
    _sum: Usage | None = None
    _prompt: int = 0
    """The largest prompt."""
    _prompt_repeats: int = 0
    """How many reports had that prompt."""
    _last_with_prompt: Usage | None = None
    _largest: Usage | None = None
    """The last report after the first one whose counts are the largest."""
    _completion: int = 0

    def add(self, usage: Usage) -> None:
        self._count += 1
        self._sum = usage if self._sum is None else _added(self._sum, usage)
        if usage.prompt_tokens > self._prompt:
            self._prompt, self._prompt_repeats, self._largest = usage.prompt_tokens, 0, None
        if usage.completion_tokens > self._completion:
            self._completion, self._largest = usage.completion_tokens, None
        if usage.prompt_tokens == self._prompt:
            self._prompt_repeats += 1
            self._last_with_prompt = usage
            if usage.completion_tokens == self._completion and self._count > 1:
                self._largest = usage

    def settled(self) -> Usage | None:
        """The total among these, or their sum where they are increments.

        Of increments the first alone has the prompt, so that none after it does; where it comes again the last one that
        has it counts, though it be lower than one before (a stop sequence was taken away again). A report that comes
        late and counts no less than any other is a total too.
        """
        if self._prompt and self._prompt_repeats > 1:
            return self._last_with_prompt
        return self._largest or self._sum


def _added(first: Usage, second: Usage) -> Usage:
    neurons = [part.neurons for part in (first, second) if part.neurons is not None]
    billed = [part.billed for part in (first, second) if part.billed is not None]
    return Usage(
        first.prompt_tokens + second.prompt_tokens,
        first.completion_tokens + second.completion_tokens,
        first.cached_tokens + second.cached_tokens,
        math.fsum(neurons) if neurons else None,
        billed=sum(billed, Decimal(0)) if billed else None,
        billed_by=first.billed_by or second.billed_by,
        reasoning_tokens=first.reasoning_tokens + second.reasoning_tokens,
        written_tokens=first.written_tokens + second.written_tokens,
        written_hour_tokens=first.written_hour_tokens + second.written_hour_tokens,
    )


def _counts_cache_apart(reported: Mapping[str, Any]) -> bool:
    """Whether these are Anthropic's counts, whose `input_tokens` are the fresh ones alone.

    https://docs.claude.com/en/docs/build-with-claude/prompt-caching#tracking-cache-performance
    """
    return reported.get("prompt_tokens") is None and reported.get("input_tokens_details") is None


def _bill(reported: Mapping[str, Any]) -> tuple[Decimal | None, str]:
    """What the server says that it charges, in USD, and where it says so.

    `cost` of OpenRouter (https://openrouter.ai/docs/use-cases/usage-accounting; with a key of one's own the provider's
    bill comes on top) and of Perplexity (an object), `estimated_cost` of DeepInfra, ticks of xAI.
    """
    ticks = _money(reported.get("cost_in_usd_ticks"), parts=_TICKS_A_DOLLAR)
    if ticks is not None:
        return ticks, "usage.cost_in_usd_ticks"
    cost = reported.get("cost")
    if isinstance(cost, Mapping):
        return _money(cost.get("total_cost")), "usage.cost.total_cost"
    billed = _money(cost)
    if billed is not None and reported.get("is_byok") is True:
        details = reported.get("cost_details")
        upstream = _money(details.get("upstream_inference_cost")) if isinstance(details, Mapping) else None
        billed = None if upstream is None else billed + upstream
    if billed is not None:
        return billed, "usage.cost"
    estimated = _money(reported.get("estimated_cost"))
    return (estimated, "usage.estimated_cost") if estimated is not None else (None, "")


def _money(value: Any, *, parts: int = 1) -> Decimal | None:
    """An amount of USD, or of so many parts of one, that is not negative, with the digits it is written with."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount / parts if amount.is_finite() and 0 <= amount < 10**9 * parts else None


def _details(reported: Mapping[str, Any], *holders: str, name: str) -> int:
    """The first count of that name in one of these objects."""
    found = (details for holder in holders if isinstance(details := reported.get(holder), Mapping))
    return next((count for details in found if (count := _count(details, name))), 0)


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
