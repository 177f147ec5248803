import os
from dataclasses import replace

import pytest

from playground.connections.settings import LocalLimits
from playground.models.local.gguf import Gguf
from playground.models.local.machine import memory, slot_context, threads

SMALL = Gguf("llama", "Small", None, None, None, context_length=8192, kv_bytes_per_token=1_000, answers=True)
LARGE = replace(SMALL, context_length=131_072, kv_bytes_per_token=131_072)


def test_a_small_model_gets_all_the_context_it_was_trained_for() -> None:
    assert slot_context(SMALL, LocalLimits()) == 8192


def test_a_large_model_gets_what_a_gibibyte_holds_among_its_slots() -> None:
    context = slot_context(LARGE, LocalLimits())
    assert context == max(2_048, min(1 << 30, memory() // 8) // (4 * 131_072) // 256 * 256)
    assert slot_context(LARGE, LocalLimits(slots=1)) >= context


@pytest.mark.parametrize(("wanted", "given"), [(512, 512), (8192, 8192), (100_000, 8192)])
def test_the_setting_wins_up_to_what_the_model_was_trained_for(wanted: int, given: int) -> None:
    assert slot_context(SMALL, LocalLimits(context=wanted)) == given


def test_a_model_that_says_nothing_gets_something_usable() -> None:
    unknown = replace(SMALL, context_length=None, kv_bytes_per_token=None)
    assert slot_context(unknown, LocalLimits()) == 4096
    assert slot_context(unknown, LocalLimits(context=1000)) == 1000


def test_threads_and_memory_are_those_of_a_machine() -> None:
    assert 1 <= threads() <= (os.cpu_count() or 1)
    assert memory() > 1 << 28
