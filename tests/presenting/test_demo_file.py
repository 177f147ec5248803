"""Demos as YAML: each mistake by its line and column, and nothing that a file can do harm with."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.presenting.demo import Demo, DemoStep, demo_schema
from playground.presenting.demo_file import LONGEST_DEMO, DemoFileError, read_demo, write_demo
from playground.presenting.demo_library import shipped_demos
from playground.system.places import ROOT
from playground.text.cleaning import clean

MISTAKES = {
    "title: x\nsteps:\n  - promt: y\n": "Line 3, column 5: `promt` means nothing here",
    "title: x\nsteps:\n  - prompt: y\n    panes: 3\n": "Line 4, column 12: steps.0.panes: Input should be a list",
    "title: x\nsteps: [{prompt: y, prompts: [z]}]": "Line 2, column 9: steps.0: a step has either a prompt or prompts",
    "steps:\n  - prompt: y\n": "Line 1, column 1: `title` is missing",
    "title: x\ntitle: y\nsteps: []\n": "Line 2, column 1: `title` is there twice",
    "title: &t x\nsteps:\n  - prompt: *t\n": "Line 3, column 13: aliases are not taken: write it again",
    "title: x\nsteps: [{prompt: y, parameters: {temperature: .nan}}]": "Line 2, column 47: this number cannot be sent",
    "title: [x\n": "Line 2, column 1: did not find expected ',' or ']'",
    "- a": "Line 1, column 1: a demo begins with `title:`",
    "": "Line 1, column 1: a demo begins with `title:`",
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.items())
def test_a_mistake_is_told_by_its_line_and_column(text: str, told: str) -> None:
    with pytest.raises(DemoFileError) as refused:
        read_demo(text)
    assert str(refused.value) == told


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(DemoFileError) as refused:
        read_demo("title: x\nsteps:\n  - promt: y\n  - prompt: z\n    pause: never\n")
    assert [mistake.line for mistake in refused.value.mistakes] == [3, 3, 5] or [
        mistake.line for mistake in refused.value.mistakes
    ] == [3, 5]


@pytest.mark.parametrize("text", ["[" * 5_000, "x" * (LONGEST_DEMO + 1), "a: " * 3_000, "title: x\x00\ud800"])
def test_what_would_do_harm_is_refused(text: str) -> None:
    with pytest.raises(DemoFileError):
        read_demo(text)


@given(st.text(max_size=60))
def test_any_text_is_a_demo_or_told_why_not(text: str) -> None:
    with suppress(DemoFileError):
        read_demo(text)


@given(st.text(min_size=1, max_size=40).filter(str.strip), st.text(max_size=40))
def test_what_is_written_reads_the_same(prompt: str, notes: str) -> None:
    step = DemoStep(prompt=prompt, notes=notes, parameters={"temperature": 0.5, "stop": ["a"]})
    again = read_demo(write_demo(Demo(title="x", steps=(step,)))).steps[0]
    assert again.parameters == step.parameters
    assert (clean(again.prompt), clean(again.notes)) == (clean(prompt), clean(notes))


def test_what_escapes_stand_for_is_made_harmless() -> None:
    assert read_demo('title: "a\\u001bb"\nsteps: [{prompt: "x\\0y"}]').title == "a\ufffdb"


def test_three_demos_are_shipped_that_need_no_connection() -> None:
    assert {known.name for known in shipped_demos()} == {"temperature", "json", "two-settings"}
    for known in shipped_demos():
        assert known.demo is not None
        assert read_demo(write_demo(known.demo)) == known.demo
        assert all(pane.model == "" for step in known.demo.steps for pane in step.all_panes)
        assert all(step.notes for step in known.demo.steps)


def test_the_published_schema_is_that_of_the_app() -> None:
    assert json.loads((ROOT / "docs" / "demo.schema.json").read_text()) == demo_schema()
