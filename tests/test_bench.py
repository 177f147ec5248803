"""The benchmarks run, and count right. What they measure depends on the machine, and is no test."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.answers import PANE, Plan, numbers, tokens
from bench.chart import Line, Panel, ceiling, svg
from bench.sessions import Level, chart, figures
from bench.streaming import ended, lags_ms, of_pane
from bench.visitor import composer_in, page_in, tokens_in

ROOT = Path(__file__).parents[1]


def test_the_wire_part_measures_and_prints_its_table() -> None:
    command = [sys.executable, "-m", "bench", "--only", "wire", "--quick"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "bytes to events" in ran.stdout
    assert "openai SDK" in ran.stdout


@pytest.mark.parametrize("plan", [Plan("markdown", 600, 100), Plan("paragraph", 1, 0), Plan("markdown", 40, 30, 39)])
def test_a_plan_is_told_by_its_model(plan: Plan) -> None:
    assert Plan.of(plan.model) == plan


def test_answers_at_once_have_no_number_in_common() -> None:
    plans = PANE.panes(6)
    said = [numbers("".join(tokens(plan))) for plan in plans]
    assert said == [set(plan.numbers) for plan in plans]
    assert len(set().union(*said)) == 6 * PANE.tokens
    assert len({plan.model for plan in plans}) == 6


def test_a_token_is_on_screen_with_the_frame_that_shows_it_or_a_later_one() -> None:
    sent_at = [10.00, 10.01, 10.02, 10.03]
    paints = [[9_050.0, 0, 0], [9_060.0, 1, 7], [9_070.0, 0, 3]]  # the page's clock is a second late
    assert lags_ms(sent_at, of_pane(paints, 0), 1.0) == pytest.approx([50, 60, 50, 40])
    assert of_pane(paints, 1) == [(9_060.0, 7)]


def test_the_end_of_all_panes_in_javascript() -> None:
    assert ended("painted", Plan("markdown", 5, 1).panes(2)) == "bench.painted[0] === 4 && bench.painted[1] === 4"


def test_what_a_message_of_streamlit_brings() -> None:
    text, box, page, run = ForwardMsg(), ForwardMsg(), ForwardMsg(), ForwardMsg()
    text.delta.new_element.markdown.body = "## sea17 \n\nturns20018 and gpt"
    box.delta.new_element.chat_input.id = "$$ID-1-composer"
    page.navigation.page_script_hash = "abc"
    run.new_session.page_script_hash = "def"
    assert tokens_in(text) == {17, 20018}
    assert [tokens_in(message) for message in (box, page, run)] == [set()] * 3
    assert [composer_in(message) for message in (text, box, page)] == [None, "$$ID-1-composer", None]
    assert [page_in(message) for message in (text, page, run)] == [None, "abc", "def"]


@pytest.mark.parametrize(("value", "round_number"), [(0, 1), (0.3, 0.5), (1, 1), (7, 10), (21, 25), (180, 200)])
def test_an_axis_ends_at_a_round_number(value: float, round_number: float) -> None:
    assert ceiling(value) == pytest.approx(round_number)


def test_a_chart_is_well_formed_and_has_every_point() -> None:
    panel = Panel("Lag <p95>", "ms", [Line("a & b", [(1, 5.0), (40, 10.0)]), Line("c", [(1, 0.0)])])
    drawn = ElementTree.fromstring(svg([panel, panel], along="sessions"))
    named = {"svg": "http://www.w3.org/2000/svg"}
    circles = drawn.findall(".//svg:circle", named)
    assert len(circles) == 2 * 3
    assert [float(circle.attrib["cy"]) for circle in circles[:2]] == sorted(
        (float(circle.attrib["cy"]) for circle in circles[:2]), reverse=True
    )
    assert {"a & b", "c", "Lag <p95>, ms"} <= {text.text for text in drawn.findall(".//svg:text", named)}


def test_sessions_become_a_table_and_a_chart() -> None:
    mine, theirs = Level(5, 20.0, 50.0, 0.25, 1.5, 0), Level(5, 2.0, 100.0, 0.5, 3.0, 1)
    rows = {figure.name: figure for figure in figures([mine], [theirs])}
    assert rows["  token on the socket, p95"].ratio == 0.5
    assert rows["  server CPU"].ours == 25
    assert rows["  sessions cut"].met
    assert chart([mine], [theirs]).count("<polyline") == 6
