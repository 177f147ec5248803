"""Tables, reports, and the forms of other programs: complete, harmless, and readable by those."""

import csv
import io
import json
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pandas as pd

from playground.experiments.answer import AnswerRecord
from playground.experiments.writing.inspect_log import inspect_logs
from playground.experiments.writing.promptfoo_results import promptfoo_results
from playground.experiments.writing.report import report_of
from playground.experiments.writing.report_files import report_html, report_markdown
from playground.experiments.writing.spreadsheet import results_csv, results_parquet
from playground.markdown import to_html
from playground.sharing.digest import is_whole
from playground.store.records import Failure
from tests.experiments.made import MadeColumn, done, made_definition, made_run

ATTACK = "<script>alert(1)</script>\n| a | [x](http://evil) ![y](http://evil/p.png) =1+1"
FAILED = AnswerRecord(state="failed", error=Failure("server", "It failed.", "Try again."))
ROWS = [{"word": f"=word{number}", "expected": "tea"} for number in range(4)]
AXES = {"temperature": [0, 0.7]}
COLUMNS = [
    MadeColumn(number, variant, setting={"temperature": value})
    for number, (variant, value) in enumerate([("plain", 0), ("plain", 0.7), ("strict", 0), ("strict", 0.7)])
]


def said(row: int, column: int, repetition: int) -> AnswerRecord | str:
    return FAILED if (row, column) == (3, 3) else done("tea") if column < 2 else done(ATTACK)


RUN = made_run(made_definition(ROWS, axes=AXES, repetitions=2), said, COLUMNS)


def test_csv_has_a_row_for_each_cell_and_no_formula() -> None:
    read = list(csv.DictReader(io.StringIO(results_csv(RUN))))
    assert len(read) == 32
    assert read[0]["variable: word"] == "'=word0"
    assert (read[0]["axis: temperature"], read[0]["outcome"], read[0]["USD"]) == ("0", "passed", "0.0001")
    assert read[0]["check 1: contains {{expected}}"] == "passed"
    assert read[15]["error"] == "It failed. Try again."
    assert {row["repetition"] for row in read} == {"1", "2"}


def test_parquet_has_types() -> None:
    read = pd.read_parquet(io.BytesIO(results_parquet(RUN)))
    assert len(read) == 32
    assert read["USD"].dropna().sum() == Decimal("0.0030")
    assert read["score"].sum() == 16


class Tags(HTMLParser):
    """Which elements there are, and what they load."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.loads += [value or "" for name, value in attributes if name in ("src", "href", "srcset", "action")]


def test_the_page_loads_nothing_runs_nothing_and_verifies_itself() -> None:
    page = report_html(RUN).page
    assert is_whole(page.encode())
    read = Tags()
    read.feed(page)
    assert not read.names & {"script", "iframe", "img", "link", "object", "form"}
    assert read.loads == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "No clear winner" in page or "is better than" in page


def test_markdown_shows_what_was_written_as_it_is() -> None:
    shown = to_html(report_markdown(RUN))
    assert "<script>" not in shown
    assert "http://evil" not in " ".join(part for part in shown.split('"') if part.startswith("http"))
    assert shown.count("<table") == 5


def test_a_report_says_what_it_is_of_and_what_stands_beside_the_rates() -> None:
    report = report_of(RUN)
    assert report.sentences[0] == "4 rows × 4 candidates × 2 repetitions: 32 of 32 cells asked."
    assert any(sentence == "Beside those that passed or failed: 2 errors." for sentence in report.sentences)
    assert any(sentence.startswith("Of the spread ") for sentence in report.sentences)
    assert [table.heading for table in report.tables] == [
        "Candidates",
        "Checks",
        "Pairs",
        "temperature",
        "What failed",
    ]
    assert report.tables[0].rows[0][1:3] == ("8 of 8", "100\u00a0%\u00a0(51\u00a0to\u00a0100)")
    assert len(report.tables[4].rows) == 16


def test_a_report_of_nothing_is_one_too() -> None:
    run = made_run(made_definition(ROWS), lambda *_: None)
    assert "0 of 8 cells asked" in report_markdown(run)
    assert is_whole(report_html(run).page.encode())


def test_results_of_promptfoo_have_what_its_import_reads() -> None:
    written = json.loads(promptfoo_results(RUN))
    results = written["results"]
    assert (written["evalId"], results["version"]) == ("eval-run-1", 3)
    assert results["stats"]["successes"] == 16
    assert [prompt["metrics"]["testPassCount"] for prompt in results["prompts"]] == [8, 8, 0, 0]
    assert results["prompts"][3]["metrics"]["testErrorCount"] == 2
    first: dict[str, Any] = results["results"][0]
    assert (first["success"], first["gradingResult"]["pass"], first["promptIdx"], first["testIdx"]) == (
        True,
        True,
        0,
        0,
    )
    assert {one["testIdx"] for one in results["results"]} == set(range(8))
    failed = next(one for one in results["results"] if one.get("error"))
    assert (failed["failureReason"], failed["error"]) == (2, "It failed. Try again.")


def test_a_log_of_inspect_is_of_one_candidate() -> None:
    """inspect-ai 0.3.285 read such logs (`read_eval_log`) on 2026-11-29; it is not among the requirements."""
    logs = {name: json.loads(text) for name, text in inspect_logs(RUN)}
    assert list(logs) == [f"candidate-{number}.json" for number in (1, 2, 3, 4)]
    log = logs["candidate-1.json"]
    assert (log["version"], log["status"], log["eval"]["config"]) == (2, "success", {"epochs": 2})
    assert log["results"]["scores"][0]["metrics"]["accuracy"]["value"] == 1
    assert [(sample["id"], sample["epoch"]) for sample in log["samples"]] == [
        (row, epoch) for epoch in (1, 2) for row in (1, 2, 3, 4)
    ]
    assert log["samples"][0]["input"] == [{"role": "user", "content": "=word0"}]
    assert logs["candidate-4.json"]["samples"][3]["error"]["message"] == "It failed. Try again."


def test_a_log_of_inspect_has_no_system_prompt_that_was_left_out() -> None:
    variants = [{"name": "a", "prompt": "Say {{word}}", "system_prompt": "{{manner}}"}]
    rows = [{"word": "sea", "manner": ""}, {"word": "sea", "manner": "Short."}, {"word": "sea"}]
    run = made_run(made_definition(rows, variants=variants, checks=[]), lambda *_: "Sea.")
    ((_, text),) = inspect_logs(run)
    first, second, unsent = (sample["input"] for sample in json.loads(text)["samples"])
    assert first == [{"role": "user", "content": "Say sea"}]
    assert second == [{"role": "system", "content": "Short."}, *first]
    assert [message["content"] for message in unsent] == ["{{manner}}", "Say {{word}}"]
