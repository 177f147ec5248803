"""Experiments from elsewhere: what maps is taken over, what does not is listed, and no code runs."""

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.experiments.answer import AnswerRecord
from playground.experiments.checks.check import apply_checks
from playground.experiments.checks.judging import JudgeCheck
from playground.experiments.checks.texts import Contains, ContainsAny
from playground.experiments.definition_file import DefinitionFileError, read_definition, write_definition
from playground.experiments.reading.experiment import read_experiment, resolved_rows, with_rows
from playground.experiments.reading.folder import Folder
from playground.experiments.reading.found import FoundExperiment
from playground.importing.imported import UnreadableError

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str, folder: Folder | None = None) -> FoundExperiment:
    return read_experiment((SAMPLES / name).read_text("utf-8"), name, folder)


def told(found: FoundExperiment, *words: str) -> bool:
    """Whether each of some words is in a note."""
    return all(any(word in note for note in found.notes) for word in words)


def test_a_configuration_of_promptfoo_is_read_with_the_files_beside_it() -> None:
    found = sample("promptfooconfig.yaml", Folder(SAMPLES))
    read = found.definition
    assert read.title == "Rhymes"
    assert [variant.name for variant in read.variants] == ["prompt 1", "strict", "strict 2", "prompt 4"]
    assert read.variants[1].prompt == "Only one word.\n{{word}}"
    assert [message.role for message in read.variants[3].messages] == ["system", "user"]
    assert [(model.connection, model.id) for model in read.models] == [
        ("openai", "gpt-4o-mini"),
        ("openai", "llama-3"),
        ("", "@cf/meta/llama-3.1-8b-instruct"),
    ]
    assert read.models[1].parameters == {"temperature": 0.2, "max_tokens": 20}
    assert read.judge is not None
    assert (read.judge.connection, read.judge.id) == ("openai", "gpt-4o")
    assert read.repetitions == 3
    assert [check.check for check in read.checks] == ["contains", "judge", "seconds"]
    first = read.checks[0]
    assert isinstance(first, Contains)
    assert (first.value, first.ignore_case, first.weight, first.metric) == ("{{rhyme}}", True, 2, "rhyme")
    assert read.checks[2].model_dump()["max"] == 5
    rows = read.dataset.rows
    assert [row.variables["word"] for row in rows] == ["sea", "sky", "sun", "day", "night", "tree"]
    assert all(row.variables["tone"] == "kind" for row in rows)
    assert rows[1].variables["rhyme"] == "fun"
    assert [(check.check, check.negate) for check in rows[0].checks] == [
        ("contains", True),
        ("contains_any", False),
        ("cost", False),
    ]
    assert [check.check for check in rows[3].checks] == ["contains"]
    assert rows[3].checks[0].metric == "csv"
    assert [(check.check, check.negate) for check in rows[4].checks] == [("equals", False), ("contains", True)]
    assert [check.check for check in rows[5].checks] == ["seconds", "regex"]
    assert read_definition(write_definition(read)) == read


def test_what_of_it_does_not_map_is_listed_and_code_never_runs() -> None:
    found = sample("promptfooconfig.yaml", Folder(SAMPLES))
    assert told(found, "'prompt 5' left out: its template has code", "file://prompt.py left out: code in a file")
    assert told(found, "python:provider.py: code in a file is never run", "huggingface:text-generation:x: there is no")
    assert told(found, "apiKey of openai:chat:llama-3 left out", "tools of openai:chat:llama-3 left out")
    assert told(found, "javascript: code in a file is never run", "similar: no model of embeddings is named")
    assert told(found, "assert-set: its assertions stand for themselves", "options of a test left out", "scenarios")
    assert "secret-key" not in write_definition(found.definition) + str(found.notes)


def test_a_prompt_that_is_the_name_of_a_file_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "say.txt").write_text("Say {{word}}.\n---\nShout {{ word }}!")
    text = "prompts: [say.txt, prompt.py, 'Read say.txt']\nproviders: openai:m\ntests: [{vars: {word: sea}}]"
    found = read_experiment(text, "promptfooconfig.yaml", Folder(tmp_path))
    assert [one.prompt for one in found.definition.variants] == ["Say {{word}}.", "Shout {{ word }}!", "Read say.txt"]
    assert told(found, "prompt.py left out: code in a file is never run")


def test_an_object_is_compared_as_json_and_a_schema_may_be_text() -> None:
    text = """
prompts: "{{word}}"
providers: openai:m
tests:
  - vars: {word: sea}
    assert:
      - {type: equals, value: {a: 1, b: ["{{x}}", true]}}
      - {type: is-json, value: '{"type": "object", "required": ["a"]}'}
      - {type: contains-json, value: "type: object"}
      - {type: is-json, value: "[unclosed"}
      - {type: ends-with, value: sea}
"""
    found = read_experiment(text, "promptfooconfig.yaml")
    equal, schema, within, ends = found.definition.dataset.rows[0].checks
    assert equal.model_dump()["path"] == "$"
    answer = AnswerRecord(text='{"b": ["{{x}}", true], "a": 1}')
    results = apply_checks((equal, schema, within, ends), found.definition.dataset.rows[0], answer)
    assert [result.passed for result in results] == [True, True, True, False]
    assert told(found, "is-json: its schema cannot be read")


def test_similar_is_by_the_model_of_embeddings_that_is_named() -> None:
    text = """
prompts: "{{word}}"
providers: openai:m
defaultTest: {options: {provider: {embedding: "openai:embedding:text-embedding-3-small", text: openai:gpt-4o}}}
tests:
  - vars: {word: sea}
    assert:
      - {type: similar, value: the ocean}
      - {type: not-similar, value: a desert, threshold: 0.9, provider: "cloudflare-ai:embedding:@cf/baai/bge-m3"}
      - {type: similar, value: x, provider: openai:gpt-4o}
      - {type: llm-rubric, value: It is about water.}
"""
    found = read_experiment(text, "promptfooconfig.yaml")
    near, far, rubric = (check.model_dump(exclude_defaults=True) for check in found.definition.dataset.rows[0].checks)
    assert near["model"] == {"id": "text-embedding-3-small", "connection": "openai"}
    assert (near["threshold"], far["threshold"], far["negate"]) == (0.75, 0.9, True)
    assert far["model"] == {"id": "@cf/baai/bge-m3"}
    assert rubric["check"] == "judge"
    assert found.definition.judge is not None
    assert found.definition.judge.id == "gpt-4o"
    assert told(found, "openai:gpt-4o: no model of embeddings")


def test_without_its_folder_no_file_beside_it_is_read() -> None:
    found = sample("promptfooconfig.yaml")
    assert [variant.name for variant in found.definition.variants] == ["prompt 1", "prompt 2"]
    assert len(found.definition.dataset.rows) == 3
    assert told(found, "strict.txt is a file beside it", "tests.csv is a file beside it")


def test_a_prompt_file_is_read_with_its_test_data_and_evaluators() -> None:
    found = sample("rhymes.prompt.yml")
    read = found.definition
    assert (read.title, read.description) == ("Rhymes", "Finds a rhyme")
    assert read.models[0].id == "openai/gpt-4o-mini"
    (variant,) = read.variants
    assert variant.parameters == {"temperature": 0.5, "max_tokens": 20}
    assert [message.content for message in variant.all_messages] == [
        'You find rhymes. {"form": "one word"}',
        "A rhyme for {{input}}",
    ]
    assert [(row.variables["input"], row.expected) for row in read.dataset.rows[:1]] == [("sea", "tea")]
    assert [check.called for check in read.checks] == ["has it", "starts", "rhymes"]
    judge = read.checks[2]
    assert isinstance(judge, JudgeCheck)
    assert judge.prompt == "Does {{answer}} rhyme with {{input}}?"
    assert [choice.score for choice in judge.choices] == [1, 0.5, 0]
    assert judge.threshold == 0.5
    assert judge.model is not None
    assert (judge.model.id, judge.system_prompt) == ("openai/gpt-4o", "You judge.")
    assert told(found, "'similar' left out: github/similarity is GitHub's own")


def test_a_prompt_file_without_test_data_is_no_experiment() -> None:
    with pytest.raises(UnreadableError, match="no testData"):
        read_experiment("messages:\n  - {role: user, content: hi}\n", "x.prompt.yml")


def test_samples_of_openais_evals_are_rows() -> None:
    found = sample("evals.jsonl")
    read = found.definition
    (variant,) = read.variants
    assert [message.content for message in variant.all_messages] == ["Answer with one word.", "{{input}}"]
    assert [row.variables["input"] for row in read.dataset.rows] == ["A rhyme for sea?", "A rhyme for sky?"]
    check = read.dataset.rows[1].checks[0]
    assert isinstance(check, ContainsAny)
    assert check.values == ("fly", "high")
    assert told(found, "Line 4 left out", "1 conversations left out")


def test_conversations_end_with_what_is_expected() -> None:
    read = sample("messages.jsonl").definition
    assert [(row.variables["input"], row.expected) for row in read.dataset.rows] == [("2+2?", "4"), ("2+{{3}}?", "5")]
    assert [check.check for check in read.checks] == ["contains"]


def test_a_csv_of_promptfoo_is_read_alone() -> None:
    found = sample("tests.csv")
    assert found.definition.variants[0].prompt == "{{word}}\n{{rhyme}}"
    assert len(found.definition.dataset.rows) == 3


OURS = 'title: x\ndataset: {file: rows.csv}\nvariants: [{name: v, prompt: "{{word}}"}]\nmodels: [m]\n'


def test_our_own_form_names_a_file_inside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("word,expected,split\nsea,tea,dev\nsky,fly,test\n")
    read = read_experiment(OURS, "x.yaml", Folder(tmp_path)).definition
    rows = resolved_rows(read.dataset, Folder(tmp_path))
    assert [row.expected for row in rows.rows] == ["tea", "fly"]
    assert with_rows(read, rows).dataset.rows == rows.rows
    only = read.dataset.model_copy(update={"split": "test"})
    assert [row.expected for row in resolved_rows(only, Folder(tmp_path)).rows] == ["fly"]
    with pytest.raises(UnreadableError, match="only the command reads it"):
        resolved_rows(read.dataset, None)


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "link.csv", "missing.csv", ".", "a\x00b"])
def test_no_file_outside_of_the_folder_is_read(name: str, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.csv").write_text("word\nsecret\n")
    (inside / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(UnreadableError):
        Folder(inside).read(name)


def test_a_mistake_in_our_own_form_is_told_by_line_and_column() -> None:
    with pytest.raises(DefinitionFileError, match="Line 5, column 1"):
        read_experiment(OURS + "promt: x\n", "x.yaml")


def test_more_rows_or_prompts_than_there_may_be_are_refused_while_they_are_read() -> None:
    values = ", ".join(map(str, range(100)))
    rows = f"{{vars: {{a: [{values}], b: [{values}]}}}}"
    tests = ", ".join(["{}"] * 50)
    with pytest.raises(UnreadableError, match="more than 100,000 rows"):
        read_experiment(f"prompts: x\nproviders: openai:m\ndefaultTest: {rows}\ntests: [{tests}]", "promptfoo.yaml")
    prompts = "\n".join(["  - {label: same, raw: x}"] * 5_000)
    with pytest.raises(UnreadableError, match="5,000 prompts"):
        read_experiment(f"prompts:\n{prompts}\nproviders: openai:m", "promptfoo.yaml")


def test_a_threshold_that_is_no_number_is_none() -> None:
    text = "prompts: x\nproviders: openai:m\ntests: [{assert: [{type: levenshtein, value: a, threshold: .inf}]}]"
    (check,) = read_experiment(text, "promptfoo.yaml").definition.dataset.rows[0].checks
    assert check.model_dump()["distance"] == 5


def test_a_bomb_of_lists_is_refused() -> None:
    lists = ", ".join(f"v{number}: [{', '.join('abcdefghij')}]" for number in range(6))
    text = f"prompts: [p]\nproviders: [openai:x]\ntests:\n  - vars: {{{lists}}}\n"
    with pytest.raises(UnreadableError, match="more than 10,000 rows"):
        read_experiment(text, "x.yaml")


def test_hostile_prompts_are_read_in_time() -> None:
    began = time.process_time()
    for prompt in ("{{" + "(" * 200_000, "{{" * 100_000, "{{" + "|" * 100_000 + "}}"):
        with pytest.raises(UnreadableError):
            read_experiment(f"prompts: ['{prompt}']\nproviders: [openai:x]\n", "x.yaml")
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "text",
    [
        "prompts: 3\nproviders: 4",
        "prompts: [{a: b}]\nproviders: [{}]",
        "prompts: [x]\nproviders: [openai:m]\ntests: {}",
        "prompts: [x]\nproviders: [openai:m]\ntests: [3, null, {vars: [1], assert: [3, {type: [1]}]}]",
        "prompts: [x]\nproviders: [openai:m]\ndefaultTest: [x]\ntests: file://../x.csv",
        "messages: [{role: user, content: x}]\ntestData: [1]\nevaluators: [2, {string: 3}, {llm: {}}]",
        '{"messages": 3}\n{"messages": [3]}\n{"input": "x", "ideal": 3}',
        '{"a": 1}',
        "__expected,a\njavascript:1,b\n",
        "a: b",
        "",
    ],
)
def test_nonsense_is_read_as_something_or_refused_with_a_sentence(text: str, tmp_path: Path) -> None:
    for folder in (None, Folder(tmp_path)):
        with suppress(UnreadableError, DefinitionFileError):
            read_experiment(text, "", folder)


@given(st.text(max_size=80))
def test_any_text_is_an_experiment_or_refused(text: str) -> None:
    for beginning in ("", "prompts: [x]\nproviders: [openai:m]\ntests: ", "messages: ", "{", "a,__expected\n"):
        with suppress(UnreadableError, DefinitionFileError):
            read_experiment(beginning + text, "")
