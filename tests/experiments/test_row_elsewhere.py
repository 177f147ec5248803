"""A row of an experiment in a comparison and in a demo: the same questions with the same settings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.compare.comparing import Comparing
from playground.conversation.chat import Chat
from playground.experiments.definition import Definition
from playground.experiments.row_elsewhere import compared_row, demo_of_row, left_out_of_demo, row_questions
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.presenting.demo_file import read_demo, write_demo
from playground.store import open_stores
from tests.databases import new_database
from tests.experiments.made import MadeColumn, made_definition

VARIANTS: list[dict[str, Any]] = [
    {"name": "plain", "prompt": "What rhymes with {{word}}?"},
    {"name": "strict", "prompt": "What rhymes with {{word}}?", "system_prompt": "One word."},
    {"name": "other", "prompt": "A rhyme for {{word}}."},
    {
        "name": "talk",
        "messages": [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hi"},
            {"content": "{{word}}?"},
        ],
    },
    {"name": "empty", "prompt": "{{nothing}}"},
]
COLUMNS = [
    MadeColumn(number, variant["name"], parameters={"temperature": number / 10})
    for number, variant in enumerate(VARIANTS)
]


@pytest.fixture
def comparing(tmp_path: Path) -> Iterator[Comparing]:
    with open_stores(new_database(tmp_path)) as stores:
        yield Comparing(Chat(stores.of(DEFAULT_OWNER), Roster({})))


@pytest.fixture
def definition() -> Definition:
    return made_definition([{"word": "sea", "expected": "tea"}], variants=VARIANTS)


def test_columns_that_ask_one_question_can_be_asked_elsewhere(definition: Definition) -> None:
    found = row_questions(definition, COLUMNS, definition.dataset.rows[0])
    assert {number: one.question for number, one in found.items()} == {
        0: "What rhymes with sea?",
        1: "What rhymes with sea?",
        2: "A rhyme for sea.",
    }
    assert found[1].setup.system_prompt == "One word."
    assert found[1].setup.parameters == {"temperature": 0.1}


def test_a_comparison_has_a_pane_with_the_settings_of_each_column(definition: Definition, comparing: Comparing) -> None:
    found = row_questions(definition, COLUMNS, definition.dataset.rows[0])
    comparison = comparing.read(compared_row(comparing, [found[0], found[1]]))
    assert comparison is not None
    setups = [comparison.setup(pane) for pane in comparison.panes]
    assert [(one.model, one.system_prompt, one.parameters) for one in setups] == [
        ("m", "", {"temperature": 0.0}),
        ("m", "One word.", {"temperature": 0.1}),
    ]
    alone = comparing.read(compared_row(comparing, [found[2]]))
    assert alone is not None
    assert len(alone.panes) == 2
    with pytest.raises(ValueError, match="same question"):
        compared_row(comparing, [found[0], found[2]])


def test_a_demo_has_a_step_for_each_question(definition: Definition) -> None:
    found = row_questions(definition, COLUMNS, definition.dataset.rows[0])
    demo = demo_of_row("Rhymes, row 1", [*found.values()])
    assert [(step.prompt, len(step.all_panes)) for step in demo.steps] == [
        ("What rhymes with sea?", 2),
        ("A rhyme for sea.", 1),
    ]
    assert demo.steps[0].all_panes[1].parameters == {"temperature": 0.1}
    assert demo.steps[0].all_panes[1].system_prompt == "One word."
    assert read_demo(write_demo(demo)) == demo


def test_what_a_demo_cannot_ask_with_is_said() -> None:
    form = {"type": "json_object"}
    tool = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
    variants: list[dict[str, Any]] = [
        {"name": "plain", "prompt": "{{word}}"},
        {"name": "form", "prompt": "{{word}}", "response_format": form},
        {"name": "tools", "prompt": "{{word}}?", "tools": [tool]},
    ]
    asked = made_definition([{"word": "sea", "expected": "tea"}], variants=variants)
    columns = [MadeColumn(number, variant["name"]) for number, variant in enumerate(variants)]
    found = row_questions(asked, columns, asked.dataset.rows[0])
    assert left_out_of_demo([found[0]]) == []
    assert left_out_of_demo([found[1]]) == []
    assert demo_of_row("Rhymes", [found[1]]).steps[0].response_format == form
    assert left_out_of_demo([found[2]]) == ["A demo has no tools: they are left out."]
    (told,) = left_out_of_demo([found[0], found[1]])
    assert "no response format" in told
    assert demo_of_row("Rhymes", [found[0], found[1]]).steps[0].response_format is None


def test_prompts_that_are_too_long_for_a_demo_are_cut_and_that_is_said() -> None:
    variants = [{"name": "long", "prompt": "{{word}}", "system_prompt": "{{word}}"}]
    asked = made_definition([{"word": "sea " * 6_000, "expected": "tea"}], variants=variants)
    found = row_questions(asked, [MadeColumn(0, "long"), MadeColumn(1, "long")], asked.dataset.rows[0])
    for chosen in ([found[0]], [found[0], found[1]]):
        assert left_out_of_demo(chosen) == ["A demo has prompts of at most 20,000 characters: the rest is left out."]
        (step,) = demo_of_row("Seas", chosen).steps
        assert len(step.prompt) == len(step.all_panes[0].system_prompt or "") == 20_000
