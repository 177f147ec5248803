"""The benchmarks run, and count right. What they measure depends on the machine, and is no test."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.answers import Plan, numbers, tokens
from bench.fast import KINDS
from bench.report import Figure, table
from bench.streaming import all_painted, lags_ms, of_pane
from bench.visitor import composer_in, kind_of, page_in, tokens_in, told_in, words_in

ROOT = Path(__file__).parents[2]


def test_the_wire_part_measures_and_prints_its_table() -> None:
    command = [sys.executable, "-m", "bench", "--only", "wire", "--quick"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "bytes to events" in ran.stdout
    assert "openai SDK" in ran.stdout


@pytest.mark.parametrize("plan", [Plan("document", 600, 100), Plan("paragraph", 1, 0), Plan("fence", 40, 30, 39)])
def test_a_plan_is_told_by_its_model(plan: Plan) -> None:
    assert Plan.of(plan.model) == plan


@pytest.mark.parametrize("kind", KINDS)
def test_answers_at_once_have_no_number_in_common(kind: str) -> None:
    plans = Plan(kind, 600, 100).panes(6)
    said = [numbers("".join(tokens(plan))) for plan in plans]
    assert said == [set(plan.numbers) for plan in plans]
    assert len(set().union(*said)) == 6 * 600
    assert len({plan.model for plan in plans}) == 6


def test_a_token_is_on_screen_with_the_frame_that_shows_it_or_a_later_one() -> None:
    sent_at = [10.00, 10.01, 10.02, 10.03]
    paints = [[9_050.0, 0, 0], [9_060.0, 1, 7], [9_070.0, 0, 3]]  # the page's clock is a second late
    assert lags_ms(sent_at, of_pane(paints, 0), 1.0) == pytest.approx([50, 60, 50, 40])
    assert of_pane(paints, 1) == [(9_060.0, 7)]


def test_the_end_of_all_panes_in_javascript() -> None:
    plans = Plan("document", 5, 1).panes(2)
    assert all_painted(plans) == "bench.painted[0] >= 4 && bench.painted[1] >= 4"
    assert all_painted(plans[:1], 3) == "bench.painted[0] >= 3"


def test_what_a_message_of_streamlit_brings() -> None:
    text, box, part, page, run = (ForwardMsg() for _ in range(5))
    text.delta.new_element.markdown.body = "## sea17 \n\nturns20018 and gpt"
    box.delta.new_element.chat_input.id = "$$ID-1-composer"
    part.delta.new_element.bidi_component.json = json.dumps({"token": "secret", "slot": "main"})
    page.navigation.page_script_hash = "abc"
    run.new_session.page_script_hash = "def"
    assert tokens_in(text) == {17, 20018}
    assert [tokens_in(message) for message in (box, part, page, run)] == [set()] * 4
    assert [composer_in(message) for message in (text, box, page)] == [None, "$$ID-1-composer", None]
    assert [told_in(message, "token") for message in (text, part, run)] == [None, "secret", None]
    assert [page_in(message) for message in (text, page, run)] == [None, "abc", "def"]


def test_what_our_channel_tells() -> None:
    told = [[3, "sea17 "], {"kind": "turn", "view": {"turn": "a", "text": "turns18"}}, {"kind": "slot", "slot": "main"}]
    assert [words_in(one) for one in told] == ["sea17 ", "turns18", ""]
    assert [kind_of(one) for one in told] == ["", "turn", "slot"]


def test_goals_are_met_or_missed() -> None:
    figures = [
        Figure("fast enough", "ms", 40, 100, "tutorial", ratio=0.5, most=50),
        Figure("too slow", "ms", 60, 100, "tutorial", ratio=0.5),
        Figure("too few", "per s", 20, least=58),
        Figure("no goal", "ms", 20, 10, "bare"),
    ]
    assert [figure.met for figure in figures] == [True, False, False, None]
    lines = table(figures).splitlines()
    assert "| 0.40  | ≤ 0.5 ×, ≤ 50 ms | met    |" in lines[2]
    assert "MISSED" in lines[3]
    assert len({len(line) for line in lines}) == 1
