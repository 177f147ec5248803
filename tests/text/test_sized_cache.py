from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from playground.conversation import estimation
from playground.providers.connection import Connection
from playground.providers.http import limits
from playground.providers.http.limits import limits_of
from playground.text.sized_cache import cached_within


def counted(most: int) -> tuple[Any, list[str]]:
    asked: list[str] = []

    @cached_within(most)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    return length, asked


def test_the_same_is_asked_once() -> None:
    length, asked = counted(10_000)
    assert [length("a"), length("bb"), length("a")] == [1, 2, 1]
    assert asked == ["a", "bb"]


def test_texts_are_kept_as_far_as_they_fit_the_last_used_ones() -> None:
    length, asked = counted(10_000)
    for letter in "abcdefghijkl":
        length(letter * 1_000)
        length("a" * 1_000)
    assert length.size() <= 10_000
    length("a" * 1_000)
    length("l" * 1_000)
    assert len(asked) == 12
    length("b" * 1_000)
    assert len(asked) == 13


def test_a_text_that_would_push_out_the_others_is_not_kept() -> None:
    length, asked = counted(10_000)
    length("a")
    length("x" * 5_000)
    length("x" * 5_000)
    length("a")
    assert [len(text) for text in asked] == [1, 5_000, 5_000]


def test_what_raises_is_not_kept() -> None:
    @cached_within(1_000)
    def fails(text: str) -> int:
        raise ValueError(text)

    for _ in range(2):
        with pytest.raises(ValueError, match="a"):
            fails("a")


def test_threads_may_ask_at_once() -> None:
    length, _ = counted(5_000)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: length("x" * (n % 50)), range(2_000)))
    assert found == [n % 50 for n in range(2_000)]
    assert length.size() <= 5_000


def test_estimates_of_huge_texts_do_not_fill_the_memory() -> None:
    size: Any = estimation.estimate
    for number in range(60):
        estimation.estimate(str(number) + "word " * 200_000)
    assert size.size() <= 16_000_000


@pytest.mark.anyio
async def test_limits_of_servers_that_are_gone_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_ACCOUNTS_KEPT", 10)
    made = [
        limits_of(Connection(kind="openai_compatible", base_url=f"http://127.0.0.1:{port}/v1"))
        for port in range(2_000, 2_100)
    ]
    last = Connection(kind="openai_compatible", base_url="http://127.0.0.1:2099/v1")
    assert limits_of(last) is made[-1]
    assert limits_of(Connection(kind="openai_compatible", base_url="http://127.0.0.1:2000/v1")) is not made[0]
