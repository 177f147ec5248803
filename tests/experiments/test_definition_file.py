"""Experiments as YAML: comfortable by hand, each mistake by its line and column, and the same once written."""

import json
import time
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.experiments.definition import Definition, blank_values, experiment_schema, unfilled
from playground.experiments.definition_file import (
    LONGEST_DEFINITION,
    DefinitionFileError,
    read_definition,
    write_definition,
)
from playground.system.places import ROOT

RHYMES = """
title: Rhymes by temperature
dataset:
  rows:
    - {word: sea, expected: tea}
    - {word: no, expected: 1.10, tags: [short], checks: [{check: number, value: 3, within: 2}]}
variants:
  - {name: plain, prompt: "Name a word that rhymes with {{word}}."}
  - name: strict
    system_prompt: Answer with one word.
    messages: [{role: user, content: "sky"}, {role: assistant, content: high}, {content: "{{word}}"}]
models: [local/smollm2-135m-instruct, {id: "@cf/meta/llama", connection: work, parameters: {top_p: 1e-1}}]
axes: {temperature: [0, 0.7]}
repetitions: 2
limits: {max_cost: 0.05}
judge: {id: judge-model, parameters: {temperature: 0}}
checks:
  - {check: contains, value: "{{expected}}", ignore_case: true}
  - {check: equals, value: yes, weight: 0}
  - {check: json_schema, schema: {type: object}, negate: true}
  - {check: judge, prompt: Does it rhyme?, metric: rhyme}
  - {check: pairwise, prompt: Which rhymes better?, against: plain}
"""


def test_an_experiment_is_written_by_hand() -> None:
    read = read_definition(RHYMES)
    assert [row.variables["word"] for row in read.dataset.rows] == ["sea", "no"]
    assert read.dataset.rows[1].expected == "1.10"
    assert [model.id for model in read.models] == ["local/smollm2-135m-instruct", "@cf/meta/llama"]
    assert read.models[1].parameters == {"top_p": 0.1}
    assert read.limits.max_cost == Decimal("0.05")
    assert read.axes == {"temperature": (0, 0.7)}
    assert [message.role for message in read.variants[1].all_messages] == ["system", "user", "assistant", "user"]
    assert read.variants[1].variable_names == ("word",)
    assert [check.called for check in read.checks][:3] == [
        "contains {{expected}}",
        "equals yes",
        "not json schema",
    ]
    assert len(read.checks_of(read.dataset.rows[1])) == 6


def test_what_is_written_reads_the_same() -> None:
    read = read_definition(RHYMES)
    assert read_definition(write_definition(read)) == read
    assert read_definition(write_definition(read_definition(write_definition(read)))) == read


def test_a_model_of_which_nothing_else_is_said_is_written_as_its_id() -> None:
    written = write_definition(read_definition(RHYMES))
    assert "- local/smollm2-135m-instruct\n" in written
    assert "- id: '@cf/meta/llama'\n" in written


MINIMAL = 'title: x\ndataset: {rows: [{a: b}]}\nvariants: [{name: v, prompt: "{{a}}"}]\nmodels: [m]\n'
MISTAKES = {
    "- a": "Line 1, column 1: an experiment begins with `title:`",
    "title: x\ndataset: {}\nvariants: []\nmodels: [m]": "Line 2, column 10: dataset: a dataset has either rows",
    MINIMAL + "promt: y": "Line 5, column 1: `promt` means nothing here",
    MINIMAL + "checks:\n  - {check: contain, value: x}": "Line 6, column 5: checks.0:",
    MINIMAL + "checks:\n  - {check: contains, value: '{{1}}'}": "Line 6, column 30: checks.0.value: ",
    MINIMAL + "checks:\n  - {check: regex, value: '(a'}": "Line 6, column 27: checks.0.value: this pattern cannot",
    MINIMAL + "checks:\n  - {check: regex, value: '(?R)'}": "Line 6, column 27: checks.0.value: a pattern that calls",
    MINIMAL + "checks: [{check: judge, prompt: x}]": "Line 1, column 1: the check 'judge x' asks a model",
    MINIMAL
    + "judge: m\nchecks: [{check: pairwise, prompt: x, against: y}]": "Line 1, column 1: no variant is called 'y'",
    MINIMAL + "axes: {temperature: [1, 1]}": "Line 5, column 7: axes: a value of temperature is there twice",
    MINIMAL + "limits: {max_cost: -1}": "Line 5, column 20: limits.max_cost: Input should be greater than 0",
    MINIMAL + "repetitions: 0": "Line 5, column 14: repetitions: Input should be greater than or equal to 1",
    MINIMAL + "title: y": "Line 5, column 1: `title` is there twice",
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.items())
def test_a_mistake_is_told_by_its_line_and_column(text: str, told: str) -> None:
    with pytest.raises(DefinitionFileError) as refused:
        read_definition(text)
    assert str(refused.value).startswith(told)


@pytest.mark.parametrize(
    "text",
    ["[" * 5_000, "x" * (LONGEST_DEFINITION + 1), "a: " * 3_000, "title: x\x00", "a: &b [*b]", "!!python/none x"],
)
def test_what_would_do_harm_is_refused(text: str) -> None:
    with pytest.raises(DefinitionFileError):
        read_definition(text)


@given(st.text(max_size=80))
def test_any_text_is_an_experiment_or_told_why_not(text: str) -> None:
    with suppress(DefinitionFileError):
        read_definition(text)


@given(st.dictionaries(st.sampled_from(["word", "a b", "tags", "checks"]), st.text(max_size=30)), st.text(max_size=20))
@example({"checks": "0E0"}, "0o7")
@example({"word": "1e3"}, "no")
def test_any_value_of_a_row_survives_the_file(variables: dict[str, str], expected: str) -> None:
    from playground.text.cleaning import clean

    written = {"variables": {name: clean(value) for name, value in variables.items()}, "expected": clean(expected)}
    made = Definition.model_validate(
        {
            "title": "x",
            "dataset": {"rows": [written]},
            "variants": [{"name": "v", "prompt": "p"}],
            "models": ["m"],
        }
    )
    assert read_definition(write_definition(made)) == made


def test_variables_without_a_value_are_named_with_their_rows() -> None:
    read = read_definition(MINIMAL.replace("[{a: b}]", "[{a: b}, {a: ' '}, {b: c}]"))
    assert unfilled(read.variants, read.dataset.rows) == {"a": 1}
    assert blank_values(read.variants, read.dataset.rows) == {"a": 1}


def test_ten_thousand_rows_are_read_in_seconds() -> None:
    rows = "".join(f"  - {{word: word{number}, expected: x{number}}}\n" for number in range(10_000))
    text = f'title: x\ndataset:\n  rows:\n{rows}variants: [{{name: v, prompt: "{{{{word}}}}"}}]\nmodels: [m]\n'
    began = time.process_time()
    assert len(read_definition(text).dataset.rows) == 10_000
    assert time.process_time() - began < 20


def test_the_published_schema_is_that_of_the_app() -> None:
    assert json.loads((ROOT / "docs" / "experiment.schema.json").read_text()) == experiment_schema()


def test_the_schema_takes_what_the_app_takes() -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    read = json.loads(read_definition(RHYMES).model_dump_json(by_alias=True, exclude_defaults=True))
    Draft202012Validator(experiment_schema()).validate(read)
    read["models"] = ["local/smollm2-135m-instruct"]
    Draft202012Validator(experiment_schema()).validate(read)
