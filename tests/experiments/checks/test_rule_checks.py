"""Checks that are told from an answer alone: what passes, what does not, and what cannot be told."""

import time
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from playground.experiments.answer import AnswerRecord
from playground.experiments.checks.check import Check, CheckResult, apply_checks, asked_checks
from playground.experiments.rows import DataRow
from playground.messages import ToolCall
from playground.metering import Usage

CHECK: TypeAdapter[Check] = TypeAdapter(Check)
ROW = DataRow.model_validate({"word": "sea", "count": "3", "expected": "tea"})
TOOLS = (
    {
        "type": "function",
        "function": {
            "name": "weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
                "required": ["city"],
            },
        },
    },
)


def told(answer: AnswerRecord | str, row: DataRow | None = None, **check: Any) -> CheckResult:
    """What one check says."""
    record = AnswerRecord(text=answer) if isinstance(answer, str) else answer
    (result,) = apply_checks((CHECK.validate_python(check),), row or ROW, record, TOOLS)
    return result


def call(arguments: str, name: str = "weather") -> AnswerRecord:
    return AnswerRecord(tool_calls=(ToolCall("1", name, arguments),))


FENCED = 'Here it is:\n```json\n{"a": 1}\n```\nDone.'
SPENT = AnswerRecord(
    text="one two\nthree",
    finish_reason="length",
    usage=Usage(5, 7),
    cost=Decimal("0.002"),
    seconds=2.5,
    first_token_s=0.5,
)
EXPECTED = [
    (" tea \n", {"check": "equals", "value": "{{expected}}"}, True),
    ("Tea", {"check": "equals", "value": "{{expected}}"}, False),
    ("Tea", {"check": "equals", "value": "{{expected}}", "ignore_case": True}, True),
    ("STRASSE", {"check": "contains", "value": "straße", "ignore_case": True}, True),
    ("a tea", {"check": "contains", "value": "tea"}, True),
    ("a tea", {"check": "contains", "value": "tea", "negate": True}, False),
    ("a tea", {"check": "contains", "value": "{{word}}"}, False),
    ("a tea", {"check": "contains_any", "values": ["x", "{{expected}}"]}, True),
    ("a tea", {"check": "contains_any", "values": ["x", "y"]}, False),
    ("a tea", {"check": "contains_all", "values": ["a", "tea"]}, True),
    ("a tea", {"check": "contains_all", "values": ["b", "tea"]}, False),
    ("a tea", {"check": "contains_none", "values": ["b", "sea"]}, True),
    ("a tea", {"check": "contains_none", "values": ["b", "tea"]}, False),
    ("  tea time", {"check": "starts_with", "value": "tea"}, True),
    ("time for tea \n", {"check": "ends_with", "value": "tea"}, True),
    ("time for tea.", {"check": "ends_with", "value": "tea"}, False),
    ("in 2026", {"check": "regex", "value": r"\d{4}"}, True),
    ("in 2026", {"check": "regex", "value": r"\d{4}", "whole": True}, False),
    ("IN", {"check": "regex", "value": "in", "ignore_case": True}, True),
    ('{"a": 1}', {"check": "is_json"}, True),
    ("NaN", {"check": "is_json"}, False),
    (FENCED, {"check": "is_json"}, False),
    (FENCED, {"check": "is_json", "anywhere": True}, True),
    ('so {"a": [1, 2]} it is', {"check": "json_path", "path": "$.a[1]", "value": "2", "anywhere": True}, True),
    ('{"a": 1}', {"check": "json_schema", "schema": {"required": ["a"]}}, True),
    ('{"a": 1}', {"check": "json_schema", "schema": {"required": ["b"]}}, False),
    ('{"a": {"b c": [{"d": "tea"}]}}', {"check": "json_path", "path": "a['b c'][-1].d", "value": "{{expected}}"}, True),
    ('{"a": 1.0}', {"check": "json_path", "path": "$.a", "value": "1"}, True),
    ('{"a": true}', {"check": "json_path", "path": "$.a", "value": "1"}, False),
    ('{"a": true}', {"check": "json_path", "path": "$.a", "value": "true"}, True),
    ('{"a": null}', {"check": "json_path", "path": "$.a", "value": "null"}, True),
    ('{"a": {"b": [1]}}', {"check": "json_path", "path": "$.a", "value": '{"b": [1]}'}, True),
    ('{"a": []}', {"check": "json_path", "path": "$.a[0]", "value": "1"}, False),
    ("about 3.05 km", {"check": "number", "value": "{{count}}", "within": 0.05}, True),
    ("about 3.06 km", {"check": "number", "value": "{{count}}", "within": 0.05}, False),
    ("1,002", {"check": "number", "value": "1000", "within": 0.2, "percent": True}, True),
    ("2 or 3", {"check": "number", "value": "3"}, False),
    ("2 or 3", {"check": "number", "value": "3", "pick": "last"}, True),
    ("−5", {"check": "number", "max": -4}, True),
    ("none", {"check": "number", "min": 0}, False),
    ("é" * 10, {"check": "length", "max": 10}, True),
    ("one two three", {"check": "length", "unit": "words", "min": 4}, False),
    (SPENT, {"check": "length", "unit": "lines", "min": 2, "max": 2}, True),
    (SPENT, {"check": "tokens", "max": 6}, False),
    (SPENT, {"check": "seconds", "max": 2.5}, True),
    (SPENT, {"check": "first_token", "max": 0.4}, False),
    (SPENT, {"check": "cost", "max": "0.002"}, True),
    (SPENT, {"check": "cost", "max": 0.0019}, False),
    (SPENT, {"check": "finish_reason"}, False),
    (SPENT, {"check": "finish_reason", "values": ["stop", "length"]}, True),
    ("I cannot help with that.", {"check": "refusal"}, True),
    ("Tea.", {"check": "refusal", "negate": True}, True),
    (call('{"city": "Rome"}'), {"check": "tool_call"}, True),
    (call('{"city": "Rome"}'), {"check": "tool_call", "tool": "news"}, False),
    (call('{"town": "Rome"}'), {"check": "tool_call"}, False),
    (call('{"city": "Rome'), {"check": "tool_call"}, False),
    (call("{}", "news"), {"check": "tool_call"}, False),
    (call('{"city": "sea", "days": 1}'), {"check": "tool_call", "arguments": {"city": "{{word}}"}}, True),
    (call('{"city": "sea", "days": 1}'), {"check": "tool_call", "arguments": {"city": "sea"}, "exact": True}, False),
    (call('{"city": "sea", "days": 1}'), {"check": "tool_call", "arguments": {"days": 2}}, False),
    ("Tea.", {"check": "tool_call"}, False),
    ("tee", {"check": "similarity", "value": "tea", "threshold": 0.6}, True),
    ("coffee", {"check": "similarity", "value": "tea", "threshold": 0.6}, False),
    ("tee", {"check": "similarity", "value": "tea", "distance": 1}, True),
    ("teeth", {"check": "similarity", "value": "tea", "distance": 2}, False),
    ("The CAT sat", {"check": "similarity", "method": "rouge_l", "value": "the cat sat down"}, True),
]


@pytest.mark.parametrize(("answer", "check", "passes"), EXPECTED)
def test_a_check_passes_or_not(answer: AnswerRecord | str, check: dict[str, Any], passes: bool) -> None:
    assert told(answer, **check).passed is passes


UNTOLD = [
    ("tea", {"check": "contains", "value": "{{missing}}"}, "the row has no missing"),
    ("3", {"check": "number", "value": "{{expected}}"}, "'tea' is no number"),
    ("x", {"check": "tokens", "max": 6}, "its tokens are not known"),
    ("x", {"check": "cost", "max": 1}, "its cost is not known"),
    ("x", {"check": "first_token", "max": 1}, "the time of its first token is not known"),
    ("x", {"check": "finish_reason"}, "how it ended is not known"),
    ("x" * 20_001, {"check": "similarity", "value": "x"}, "longer than 20,000 characters"),
    ("x" * 500_001, {"check": "regex", "value": "x"}, "the answer is longer than 500,000 characters"),
    ("1", {"check": "json_schema", "schema": {"$ref": "http://127.0.0.1/x"}}, "could not be checked: "),
]


@pytest.mark.parametrize(("answer", "check", "why"), UNTOLD)
def test_what_cannot_be_told_says_why(answer: str, check: dict[str, Any], why: str) -> None:
    for negate in (False, True):
        result = told(answer, **check, negate=negate)
        assert (result.passed, result.score) == (None, None)
        assert result.note.startswith(why)


EMPTY = [
    ("a tea", {"check": "contains", "value": "{{word}}tea"}, True),
    ("a tea", {"check": "equals", "value": "{{word}}"}, False),
    ("", {"check": "equals", "value": "{{word}}"}, True),
    ('{"a": ""}', {"check": "json_path", "path": "$.a", "value": "{{word}}"}, True),
    (call('{"city": ""}'), {"check": "tool_call", "arguments": {"city": "{{word}}"}}, True),
    ("tea", {"check": "similarity", "value": "{{word}}"}, False),
    ("a tea", {"check": "contains", "value": "{{word}}"}, "the text to look for is empty in this row"),
    ("a tea", {"check": "starts_with", "value": " {{word}}"}, "the text to look for is empty in this row"),
    ("a tea", {"check": "contains_none", "values": ["x", "{{word}}"]}, "the text to look for is empty in this row"),
    ("a tea", {"check": "number", "value": "{{word}}", "pick": "last"}, False),
    ("1", {"check": "number", "value": "{{word}}"}, "'' is no number"),
    ("a tea", {"check": "equals", "value": "{{expected}}"}, "the row has no expected"),
]


@pytest.mark.parametrize(("answer", "check", "result"), EMPTY)
def test_an_empty_value_is_one_and_an_empty_expectation_is_none(
    answer: AnswerRecord | str, check: dict[str, Any], result: bool | str
) -> None:
    found = told(answer, row=DataRow(variables={"word": ""}, expected=" "), **check)
    assert (found.note if found.passed is None else found.passed) == result


HOSTILE_PATTERNS = ["(a+)+$", "(a|a)*b", "(a*)*b", r"(.*)\1\1b", "(?:a{0,300}){0,300}b", "((a?){50}){50}b"]


@pytest.mark.parametrize("pattern", HOSTILE_PATTERNS)
def test_a_hostile_pattern_ends_in_time(pattern: str) -> None:
    began = time.process_time()
    assert told("a" * 200_000 + "!", check="regex", value=pattern).passed is not True
    assert time.process_time() - began < 5


def test_json_in_a_text_of_braces_is_looked_for_in_time() -> None:
    began = time.process_time()
    assert told("{" * 300_000, check="is_json", anywhere=True).passed is False
    assert told("[1," * 300_000, check="is_json", anywhere=True).passed is False
    assert told("```\n" * 100_000, check="is_json", anywhere=True).passed is False
    assert told("```\n" + " " * 500_000, check="is_json", anywhere=True).passed is False
    assert time.process_time() - began < 5


def test_numbers_of_hostile_texts_are_found_in_time() -> None:
    began = time.process_time()
    told("1" * 1_000_000, check="number", min=0)
    told("1,111" * 100_000, check="number", min=0)
    assert time.process_time() - began < 5


def test_scores_have_degrees_and_are_turned_round() -> None:
    assert told("a b", check="contains_all", values=["a", "c"]).score == 0.5
    assert told("tee", check="similarity", value="tea").score == pytest.approx(2 / 3)
    assert told("tee", check="similarity", value="tea", negate=True).score == pytest.approx(1 / 3)
    assert told("the cat", check="similarity", method="rouge_l", value="the big cat").score == pytest.approx(0.8)


def test_nothing_is_said_of_answers_that_did_not_come() -> None:
    checks = (CHECK.validate_python({"check": "contains", "value": "x", "negate": True}),)
    assert apply_checks(checks, ROW, AnswerRecord(state="failed")) == ()
    assert apply_checks(checks, ROW, AnswerRecord(state="stopped", text="te")) == ()


def test_judges_and_people_are_left_to_others_and_keep_their_numbers() -> None:
    checks = tuple(
        CHECK.validate_python(check)
        for check in (
            {"check": "judge", "prompt": "Good?"},
            {"check": "contains", "value": "tea"},
            {"check": "label"},
            {"check": "pairwise", "prompt": "Better?", "against": "plain"},
        )
    )
    assert [result.number for result in apply_checks(checks, ROW, AnswerRecord(text="tea"))] == [1]
    assert [number for number, _ in asked_checks(checks)] == [0, 3]


@pytest.mark.parametrize(
    "check",
    [
        {"check": "regex", "value": "("},
        {"check": "regex", "value": "(?R)"},
        {"check": "regex", "value": "x" * 2_001},
        {"check": "json_schema", "schema": {"type": 3}},
        {"check": "json_path", "path": "$..a", "value": "1"},
        {"check": "number"},
        {"check": "similarity", "value": "x", "method": "rouge_l", "distance": 1},
        {"check": "length"},
        {"check": "contains", "value": "{{1}}"},
        {"check": "contains", "value": "x", "weight": -1},
        {"check": "judge", "prompt": "x", "choices": [{"choice": "A", "score": 1}, {"choice": "a", "score": 0}]},
        {"check": "pairwise", "prompt": "{{answer}}", "against": "x"},
        {"check": "python", "value": "x"},
    ],
)
def test_a_check_that_makes_no_sense_is_refused(check: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CHECK.validate_python(check)
