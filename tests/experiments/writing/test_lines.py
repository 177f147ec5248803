"""results.jsonl, summary.json and junit.xml: what builds and scripts read."""

import json
from decimal import Decimal
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from playground.experiments.answer import AnswerRecord
from playground.experiments.writing.exact_json import exact_json
from playground.experiments.writing.junit import junit_xml
from playground.experiments.writing.lines import result_lines, summary_json
from playground.store.records import Failure
from playground.text.cleaning import clean
from tests.experiments.made import done, made_definition, made_run

ROWS = [{"word": "sea", "expected": "tea"}, {"word": "sky", "expected": "fly"}]
FAILED = AnswerRecord(state="failed", error=Failure("rate_limited", "Too many <requests>.", 'Wait "a bit".'))
ANSWERS = {(0, 0): done("tea"), (0, 1): done("a <b> & ]]>"), (1, 0): FAILED, (1, 1): AnswerRecord(state="stopped")}
RUN = made_run(made_definition(ROWS), lambda row, column, _: ANSWERS[row, column])


def test_a_line_for_each_cell_has_what_is_promised() -> None:
    lines = [json.loads(line, parse_float=Decimal) for line in result_lines(RUN)]
    assert len(lines) == 4
    promised = {"row", "variant", "model", "repetition", "parameters", "text", "checks", "score", "usage", "cost"}
    assert all(promised | {"seconds", "error"} <= line.keys() for line in lines)
    first = lines[0]
    assert (first["row"], first["variant"], first["model"], first["repetition"]) == (0, "plain", "m", 0)
    assert (first["text"], first["score"], first["outcome"]) == ("tea", 1, "passed")
    assert first["cost"] == Decimal("0.0001")
    assert first["usage"] == {"prompt_tokens": 10, "completion_tokens": 5}
    (check,) = first["checks"]
    assert (check["name"], check["passed"], check["weight"]) == ("contains {{expected}}", True, 1)
    assert lines[2]["error"]["kind"] == "rate_limited"
    assert [line["outcome"] for line in lines] == ["passed", "failed", "error", "stopped"]


def test_the_summary_has_what_is_promised() -> None:
    told = json.loads(summary_json(RUN), parse_float=Decimal)
    assert [told[name] for name in ("cells", "passed", "failed", "errors", "calls")] == [4, 1, 1, 1, 4]
    assert told["cost"] == Decimal("0.0002")
    assert [(one["variant"], one["n"], one["passed"]) for one in told["candidates"]] == [
        ("plain", 1, 1),
        ("strict", 1, 0),
    ]
    for figures in (*told["candidates"], *told["variants"].values(), *told["models"].values()):
        assert 0 <= figures["low"] <= figures["high"] <= 1
    assert told["models"]["m"]["n"] == 2


def test_money_keeps_all_of_its_digits() -> None:
    assert exact_json({"cost": Decimal("0.12345678901234567890123")}) == '{"cost": 0.12345678901234567890123}'
    assert exact_json([Decimal("1E-10"), None, True, "é"]) == '[0.0000000001, null, true, "é"]'


def test_builds_read_the_cases_of_each_candidate() -> None:
    root = ElementTree.fromstring(junit_xml(RUN))
    assert root.attrib["tests"] == "4"
    plain, strict = root
    assert [plain.attrib[name] for name in ("name", "tests", "failures", "errors", "skipped")] == [
        "plain · m",
        "2",
        "0",
        "1",
        "0",
    ]
    assert [strict.attrib[name] for name in ("failures", "skipped")] == ["1", "1"]
    failure = strict[0].find("failure")
    assert failure is not None
    assert failure.text == "a <b> & ]]>"
    assert failure.attrib["message"] == "contains {{expected}}"
    error = plain[1].find("error")
    assert error is not None
    assert error.attrib == {"type": "rate_limited", "message": 'Too many <requests>. Wait "a bit".'}
    assert strict[1].find("skipped") is not None


@given(st.text(max_size=60))
def test_any_answer_can_be_written(text: str) -> None:
    run = made_run(made_definition([{"word": clean(text) or "x", "expected": "q"}]), lambda *_: done(clean(text)))
    ElementTree.fromstring(junit_xml(run))
    for line in result_lines(run):
        assert len(line.splitlines()) == 1
        assert json.loads(line)["text"] == clean(text)
