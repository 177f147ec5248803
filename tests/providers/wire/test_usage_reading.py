"""What an exchange used, out of all that a stream reports."""

from decimal import Decimal
from typing import Any

import pytest

from playground.metering import Usage
from playground.providers.wire.usage_reading import UsageReports, add_headers, read_usage


def counts(prompt: int, completion: int, **more: Any) -> dict[str, Any]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion, **more}


def chunk(prompt: int, completion: int, **more: Any) -> dict[str, Any]:
    """A frame of OpenAI's shape."""
    return {"choices": [{"delta": {}}], "usage": counts(prompt, completion, **more)}


def native(prompt: int, completion: int, **more: Any) -> dict[str, Any]:
    return {"response": "", "usage": counts(prompt, completion, **more)}


def total(*frames: dict[str, Any]) -> Usage | None:
    reports = UsageReports()
    for frame in frames:
        reports.note(frame, frame["usage"])
    return reports.total()


STREAMS: dict[str, tuple[list[dict[str, Any]], Usage | None]] = {
    "nothing": ([], None),
    "nothing but zeros": ([chunk(0, 0), native(0, 0)], None),
    "one total at the end": ([chunk(9, 4)], Usage(9, 4)),
    "one total among heartbeats": ([chunk(0, 0), chunk(9, 4), chunk(0, 0)], Usage(9, 4)),
    "running totals": ([chunk(9, 0), chunk(9, 1), chunk(9, 2)], Usage(9, 2)),
    "running totals with the last said twice": ([chunk(9, 1), chunk(9, 2), chunk(9, 2)], Usage(9, 2)),
    "increments": ([chunk(9, 0), chunk(0, 1), chunk(0, 1)], Usage(9, 2)),
    "increments with cached tokens and neurons": (
        [
            chunk(39, 0, neurons=1.5, prompt_tokens_details={"cached_tokens": 8}),
            chunk(0, 1, neurons=0.25, prompt_tokens_details={"cached_tokens": 0}),
        ],
        Usage(39, 1, 8, 1.75),
    ),
    "increments, then the native total": (
        [chunk(39, 0, neurons=1.0), chunk(0, 1, neurons=0.2), chunk(0, 0), chunk(0, 1), native(39, 2, neurons=1.4)],
        Usage(39, 2, 0, 1.4),
    ),
    "the native total, then a frame of zeros": ([chunk(9, 0), native(9, 2), chunk(0, 0)], Usage(9, 2)),
    "the native total, then one token more": ([chunk(9, 0), native(9, 2), chunk(0, 1)], Usage(9, 2)),
    "a native frame of zeros is no total": ([chunk(9, 2), native(0, 0, neurons=0.0)], Usage(9, 2)),
    "several native totals": ([native(9, 1), native(9, 2)], Usage(9, 2)),
    "several native totals, the last a lower one": ([native(9, 5), native(9, 4)], Usage(9, 4)),
    "running totals of which the last is lower": ([chunk(9, 5), chunk(9, 4)], Usage(9, 4)),
    "native increments, then the total": ([native(9, 0), native(0, 1), native(0, 1), native(9, 2)], Usage(9, 2)),
    "native increments that broke off": ([native(9, 0), native(0, 1), native(0, 1)], Usage(9, 2)),
    "increments, then a total that has choices": (
        [chunk(9, 0), chunk(0, 1), chunk(0, 1), {"choices": [], "usage": counts(9, 2)}],
        Usage(9, 2),
    ),
    "running totals, then a step back": ([chunk(9, 1), chunk(9, 2), chunk(0, 1)], Usage(9, 2)),
    "the native total, then a native frame of one token": (
        [native(9, 0), native(0, 1), native(9, 2), native(0, 1)],
        Usage(9, 2),
    ),
    "increments of which the first counts its own token": ([chunk(9, 1), chunk(0, 1), chunk(0, 1)], Usage(9, 3)),
    "a total without choices": ([chunk(9, 0), chunk(0, 1), {"usage": counts(9, 2)}], Usage(9, 2)),
    "running totals of which a stop sequence was taken away": (
        [chunk(9, 1), chunk(9, 2), chunk(9, 3), chunk(9, 2)],
        Usage(9, 2),
    ),
    "a meter at zero beside tokens": ([native(9, 2, neurons=0)], Usage(9, 2)),
    "increments whose meter stands at zero": ([chunk(9, 0, neurons=0.0), chunk(0, 2, neurons=0)], Usage(9, 2)),
    "a bill at the end": (
        [chunk(9, 1), chunk(9, 2, cost=0.00012)],
        Usage(9, 2, billed=Decimal("0.00012"), billed_by="usage.cost"),
    ),
    "two finish frames, the second a repeat": ([chunk(9, 2), chunk(9, 2)], Usage(9, 2)),
    "a native total before one without choices": ([{"usage": counts(20, 5)}, native(9, 2)], Usage(9, 2)),
    "a native total before one with choices": ([native(9, 2), chunk(9, 3)], Usage(9, 2)),
    "a total without choices before one with choices": ([{"usage": counts(9, 2)}, chunk(9, 3)], Usage(9, 2)),
    "a native total that has choices too": (
        [{"response": "", "choices": [{}], "usage": counts(9, 2)}, chunk(9, 3)],
        Usage(9, 2),
    ),
    "a prompt that is told at the end": ([chunk(0, 1), chunk(0, 2), chunk(9, 2)], Usage(9, 2)),
    "increments of which the last has the prompt": ([chunk(0, 1), chunk(0, 2), chunk(9, 1)], Usage(9, 4)),
    "increments of a bill, and of cached tokens": (
        [
            chunk(39, 0, prompt_tokens_details={"cached_tokens": 8}),
            chunk(0, 1, cost=0.1, prompt_tokens_details={"cached_tokens": 2}),
            chunk(0, 1, cost=0.2),
        ],
        Usage(39, 2, 10, billed=Decimal("0.3"), billed_by="usage.cost"),
    ),
}


@pytest.mark.parametrize(("frames", "usage"), STREAMS.values(), ids=STREAMS)
def test_stream_reports(frames: list[dict[str, Any]], usage: Usage | None) -> None:
    assert total(*frames) == usage


FIELDS: dict[str, tuple[dict[str, Any], Usage | None]] = {
    "OpenAI's details": (counts(9, 2, prompt_tokens_details={"cached_tokens": 5, "audio_tokens": 0}), Usage(9, 2, 5)),
    "cached beside the counts": (counts(9, 2, cached_tokens=5), Usage(9, 2, 5)),
    "DeepSeek's cached": (counts(9, 2, prompt_cache_hit_tokens=5), Usage(9, 2, 5)),
    "Responses": (
        {"input_tokens": 9, "output_tokens": 2, "input_tokens_details": {"cached_tokens": 5}},
        Usage(9, 2, 5),
    ),
    "no details": (counts(9, 2, prompt_tokens_details=None), Usage(9, 2)),
    "text and floats": ({"prompt_tokens": "9", "completion_tokens": 2.0, "neurons": "1.5"}, Usage(9, 2, 0, 1.5)),
    "neurons alone": ({"neurons": 1.5}, Usage(0, 0, 0, 1.5)),
    "no count of the output": ({"prompt_tokens": 9, "total_tokens": 11}, Usage(9, 2)),
    "nonsense": (
        {"prompt_tokens": -1, "completion_tokens": "many", "total_tokens": True, "neurons": float("nan")},
        None,
    ),
    "zeros": (counts(0, 0, neurons=0), None),
    "reasoning beside the completion": (
        {**counts(12, 5), "total_tokens": 317, "completion_tokens_details": {"reasoning_tokens": 300}},
        Usage(12, 305),
    ),
    "reasoning alone, beside the completion": (
        {**counts(12, 0), "total_tokens": 312, "completion_tokens_details": {"reasoning_tokens": 300}},
        Usage(12, 300),
    ),
    "reasoning beside the output, of Responses": (
        {
            "input_tokens": 12,
            "output_tokens": 5,
            "total_tokens": 107,
            "output_tokens_details": {"reasoning_tokens": 90},
        },
        Usage(12, 95),
    ),
    "Responses of a gateway that says what was cached twice": (
        {
            "input_tokens": 9,
            "output_tokens": 2,
            "input_tokens_details": {"cached_tokens": 5},
            "cache_read_input_tokens": 5,
        },
        Usage(9, 2, 5),
    ),
    "reasoning within the completion": (
        counts(12, 305, completion_tokens_details={"reasoning_tokens": 300}),
        Usage(12, 305),
    ),
    "a total that is larger for sound": (
        {**counts(12, 5), "total_tokens": 90, "completion_tokens_details": {"reasoning_tokens": 0}},
        Usage(12, 5),
    ),
    "a total that is larger for something else": (
        {**counts(12, 5), "total_tokens": 90, "completion_tokens_details": {"reasoning_tokens": 3}},
        Usage(12, 5),
    ),
    "a completion of zero is one": ({**counts(12, 0), "total_tokens": 90}, Usage(12, 0)),
    "Anthropic's cached beside the whole prompt": (counts(100, 5, cache_read_input_tokens=80), Usage(100, 5, 80)),
    "Anthropic's own counts, cached apart": (
        {"input_tokens": 20, "output_tokens": 5, "cache_read_input_tokens": 80, "cache_creation_input_tokens": 7},
        Usage(107, 5, 80, written_tokens=7),
    ),
    "Anthropic's writes to its cache, for five minutes and an hour": (
        {
            "input_tokens": 20,
            "output_tokens": 5,
            "cache_creation_input_tokens": 12,
            "cache_creation": {"ephemeral_5m_input_tokens": 5, "ephemeral_1h_input_tokens": 7},
        },
        Usage(32, 5, written_tokens=12, written_hour_tokens=7),
    ),
    "Anthropic's writes, by their lifetimes alone": (
        {"input_tokens": 20, "output_tokens": 5, "cache_creation": {"ephemeral_1h_input_tokens": 7}},
        Usage(27, 5, written_tokens=7, written_hour_tokens=7),
    ),
    "Anthropic's summary of the conversation, billed apart": (
        {
            "input_tokens": 20,
            "output_tokens": 5,
            "cache_read_input_tokens": 80,
            "iterations": [
                {"type": "compaction", "input_tokens": 900, "output_tokens": 40, "cache_read_input_tokens": 60},
                {"type": "message", "input_tokens": 20, "output_tokens": 5, "cache_read_input_tokens": 80},
            ],
        },
        Usage(1060, 45, 140),
    ),
    "Mistral's cached": (counts(20, 2, num_cached_tokens=6), Usage(20, 2, 6)),
    "Mistral's cached, in details of their own": (
        counts(20, 2, prompt_token_details={"cached_tokens": 6}),
        Usage(20, 2, 6),
    ),
    "xAI's ticks": (
        counts(12, 5, cost_in_usd_ticks=1_466_250),
        Usage(12, 5, billed=Decimal("0.000146625"), billed_by="usage.cost_in_usd_ticks"),
    ),
    "OpenRouter's cost": (counts(12, 5, cost=0.00014), Usage(12, 5, billed=Decimal("0.00014"), billed_by="usage.cost")),
    "OpenRouter's free model": (counts(12, 5, cost=0), Usage(12, 5, billed=Decimal(0), billed_by="usage.cost")),
    "OpenRouter's cost on top of the provider's": (
        counts(12, 5, cost="0.001", is_byok=True, cost_details={"upstream_inference_cost": 0.02}),
        Usage(12, 5, billed=Decimal("0.021"), billed_by="usage.cost"),
    ),
    "OpenRouter's cost without the provider's": (counts(12, 5, cost=0, is_byok=True), Usage(12, 5)),
    "Perplexity's cost": (
        counts(12, 5, cost={"input_tokens_cost": 0.1, "total_cost": 0.3}),
        Usage(12, 5, billed=Decimal("0.3"), billed_by="usage.cost.total_cost"),
    ),
    "DeepInfra's cost": (
        counts(12, 5, estimated_cost=2e-7),
        Usage(12, 5, billed=Decimal("0.0000002"), billed_by="usage.estimated_cost"),
    ),
    "xAI's ticks for more than ten cents": (
        counts(120_000, 5, cost_in_usd_ticks=36_100_750_000),
        Usage(120_000, 5, billed=Decimal("3.610075"), billed_by="usage.cost_in_usd_ticks"),
    ),
    "a bill that is none": (counts(12, 5, cost=-1, estimated_cost="much", cost_in_usd_ticks=True), Usage(12, 5)),
}


@pytest.mark.parametrize(("reported", "usage"), FIELDS.values(), ids=FIELDS)
def test_counts_of_every_dialect(reported: dict[str, Any], usage: Usage | None) -> None:
    assert read_usage(reported) == usage


def test_a_gateway_says_in_a_header_what_the_body_does_not() -> None:
    billed = {"x-litellm-response-cost": "0.00042"}
    assert add_headers(Usage(9, 2), billed).billed == Decimal("0.00042")
    assert add_headers(Usage(9, 2), billed).billed_by == "the header x-litellm-response-cost"
    assert add_headers(Usage(9, 2, billed=Decimal(1)), billed).billed == 1
    assert add_headers(Usage(9, 2), {"x-litellm-response-cost": "0.0"}) == Usage(9, 2)
    assert add_headers(Usage(9, 2), {"cf-ai-neurons": "1.5"}).neurons == 1.5
    assert add_headers(Usage(9, 2, neurons=2.0), {"cf-ai-neurons": "1.5"}).neurons == 2.0


def test_reports_without_end_take_no_room() -> None:
    reports = UsageReports()
    for number in range(1, 2_000):
        reports.note({"choices": []}, counts(9, number))
    assert reports.total() == Usage(9, 1_999)
    assert all(
        not isinstance(getattr(reports, name), list) for reports in _kinds(reports) for name in reports.__slots__
    )


def _kinds(reports: UsageReports) -> list[Any]:
    return list(vars(reports).values())


def test_what_was_thought_is_counted_apart_where_the_server_does() -> None:
    within = read_usage(counts(12, 305, completion_tokens_details={"reasoning_tokens": 300}))
    beside = read_usage({**counts(12, 5), "total_tokens": 317, "completion_tokens_details": {"reasoning_tokens": 300}})
    assert within is not None
    assert beside is not None
    assert (within.reasoning_tokens, beside.reasoning_tokens) == (300, 300)
