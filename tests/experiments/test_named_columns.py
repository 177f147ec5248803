"""What columns are called beside each other."""

import pytest

from playground.experiments.candidates import Candidate
from playground.experiments.named_columns import column_titles


def candidates(*told: tuple[str, str, dict[str, object]]) -> list[Candidate]:
    return [Candidate(at, variant, model, "c", setting=setting) for at, (variant, model, setting) in enumerate(told)]


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ([("short", "@cf/meta/llama", {})], ("short · @cf/meta/llama",)),
        ([("short", "local/a", {}), ("long", "local/a", {})], ("short", "long")),
        ([("p", "@cf/meta/llama", {}), ("p", "@cf/google/gemma", {})], ("llama", "gemma")),
        ([("p", "one/llama", {}), ("p", "two/llama", {})], ("one/llama", "two/llama")),
        ([("p", "m", {"temperature": 0}), ("p", "m", {"temperature": 0.7})], ("temperature 0", "temperature 0.7")),
        (
            [("p", "m", {"top_p": 1, "seed": 1}), ("q", "m", {"top_p": 1, "seed": 1})],
            ("p · top_p 1, seed 1", "q · top_p 1, seed 1"),
        ),
    ],
)
def test_columns_are_called_by_what_they_differ_in(
    told: list[tuple[str, str, dict[str, object]]], names: tuple[str, ...]
) -> None:
    assert column_titles(candidates(*told)) == names
