"""Where the time of an answer went, part by part."""

import pytest

from components.compare.verdict.charts import LATENCY_PARTS, latency_split
from playground.metering import WAITS, Timings


@pytest.mark.parametrize(
    ("timings", "parts"),
    [
        (Timings(0.5, 2.5), [("first token", 0.5), ("generation", 2.0)]),
        (Timings(None, 2.5), [("whole answer", 2.5)]),
        (Timings(None, None), []),
        (Timings(None, 0.0, {"queued": 3.0}), []),
        (
            Timings(0.5, 2.5, {"retrying": 1.5, "queued": 2.0, "failed": 0.25}),
            [
                ("queued", 2.0),
                ("failed attempts", 0.25),
                ("pauses before retries", 1.5),
                ("first token", 0.5),
                ("generation", 2.0),
            ],
        ),
    ],
)
def test_parts_of_a_latency(timings: Timings, parts: list[tuple[str, float]]) -> None:
    assert latency_split(timings) == parts


def test_every_part_has_a_colour() -> None:
    assert set(WAITS.values()) < set(LATENCY_PARTS)
