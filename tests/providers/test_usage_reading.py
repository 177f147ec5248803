"""What an exchange used, out of all that a stream reports."""

from typing import Any

import pytest

from playground.metering import Usage
from playground.providers.usage_reading import UsageLedger, read_usage


def counts(prompt: int, completion: int, **more: Any) -> dict[str, Any]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion, **more}


def chunk(prompt: int, completion: int, **more: Any) -> dict[str, Any]:
    """A frame of OpenAI's shape."""
    return {"choices": [{"delta": {}}], "usage": counts(prompt, completion, **more)}


def native(prompt: int, completion: int, **more: Any) -> dict[str, Any]:
    return {"response": "", "usage": counts(prompt, completion, **more)}


def total(*frames: dict[str, Any]) -> Usage | None:
    ledger = UsageLedger()
    for frame in frames:
        ledger.note(frame, frame["usage"])
    return ledger.total()


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
    "a native total before one without choices": ([{"usage": counts(1, 1)}, native(9, 2)], Usage(9, 2)),
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
}


@pytest.mark.parametrize(("reported", "usage"), FIELDS.values(), ids=FIELDS)
def test_counts_of_every_dialect(reported: dict[str, Any], usage: Usage | None) -> None:
    assert read_usage(reported) == usage
