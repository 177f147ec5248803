"""A comparison of four long answers is shared within a second, in few bytes."""

import time
from dataclasses import replace

from playground.exporting.html_page import as_page
from playground.sharing.data_of_document import data_of
from playground.sharing.document import DocumentPane, comparison_document
from playground.sharing.findings import Hiding, findings
from playground.sharing.included import Included
from tests.sharing.test_pages import ANSWER, AT, SETUP, path_of

PARAGRAPH = "Rivers carry **salt** into the sea, `a little` at a time, and $e^x$ of it stays. " * 5
LONG = "\n\n".join(
    f"## Part {number}\n\n{PARAGRAPH}\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nprint(1)\n```"
    for number in range(40)
)
"""Some 20,000 characters, 5,000 tokens."""


def test_four_long_answers_take_less_than_a_second_and_400_kb() -> None:
    replies = [replace(ANSWER, id=f"r{number}", text=LONG, reasoning=LONG[:4_000]) for number in range(4)]
    panes = [DocumentPane("", SETUP, tuple(path_of(reply)), id=reply.id) for reply in replies]
    data_of(comparison_document("Warm", panes, [], Included(), AT, called={}))
    began = time.process_time()
    made = data_of(comparison_document("The sea", panes, [], Included(), AT, called={SETUP.model: "Llama"}))
    findings(made, ["correct-horse-battery"])
    page = as_page(Hiding(("correct-horse-battery",)).applied(made)).page
    assert time.process_time() - began < 1
    assert len(page.encode()) < 400_000
