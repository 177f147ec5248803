"""Rows that are added to plans."""

from typing import Any

import pytest

from playground.experiments.added_rows import add_rows, columns_of, row_with


def test_rows_go_below_those_of_a_plan_or_in_the_place_of_its_file() -> None:
    draft: dict[str, Any] = {"dataset": {"rows": [{"word": "sea"}]}}
    add_rows(draft, [row_with("word", "sky", "blue"), row_with("word", "sun", " ")])
    assert draft["dataset"]["rows"] == [
        {"word": "sea"},
        {"word": "sky", "expected": "blue"},
        {"word": "sun"},
    ]
    assert row_with("tags", "sky", "") == {"variables": {"tags": "sky"}}
    beside: dict[str, Any] = {"dataset": {"file": "rows.csv"}}
    add_rows(beside, [row_with("word", "sky", "")])
    assert beside == {"dataset": {"rows": [{"word": "sky"}]}}


@pytest.mark.parametrize(
    ("draft", "names"),
    [
        ({}, ("question",)),
        ({"variants": [{"prompt": "Say {{word}} to {{name}}."}]}, ("word", "name")),
        ({"variants": [{"messages": [{"content": "{{a}}"}], "system_prompt": "{{b"}]}, ("a",)),
        ({"dataset": {"rows": [{"word": "x", "expected": "y", "variables": {"tags": "z"}}]}}, ("tags", "word")),
        ({"variants": [{"prompt": "Is it {{expected}}?"}]}, ("question",)),
    ],
)
def test_the_variables_of_a_plan(draft: dict[str, object], names: tuple[str, ...]) -> None:
    assert columns_of(draft) == names
