"""The standings page without a browser."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from components.frame.process import chat
from playground.compare.comparing import Comparing
from playground.compare.standings import Contestant
from playground.store import Vote, VotedAnswer, VoteKind
from tests.pages.conftest import ROOT, TIMEOUT_S, OpenPage, alone, shown

PAGE = "pages/standings.py"
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
GEMMA = "@cf/google/gemma-4-26b-a4b-it"
QWEN = "@cf/qwen/qwen3-30b-a3b-fp8"


def vote(results: str, models: Sequence[str] = (LLAMA, GEMMA), settings: str = "s", age: int = 0) -> str:
    """A comparison with a vote for each letter: a number is that of the better model, t a tie, b for all bad."""
    made = Comparing(chat()).begin(models)
    comparison_id, comparison = made
    answers = tuple(
        VotedAnswer(pane.id, f"{comparison_id}-{pane.id}", pane.model, "cloudflare", settings, "q")
        for pane in comparison.panes
    )
    chat().store.save_comparison(comparison_id, comparison.as_json(), prompt=f"Prompt of {results}")
    for prompt, result in enumerate(results, 1):
        kind: VoteKind = "tie" if result == "t" else "bad" if result == "b" else "better"
        pane = comparison.panes[int(result)] if kind == "better" else None
        cast = Vote(
            kind,
            prompt,
            pane.id if pane else None,
            pane.model if pane else "",
            answers=answers,
            blind=result == "1",
            comparison_id=comparison_id,
            voter="default",
            at=datetime.now(UTC) - timedelta(days=age),
        )
        chat().store.cast_vote(cast, comparison.as_json())
    return comparison_id


def table(page: AppTest) -> dict[str, list[str]]:
    """The cells of each row by the name of its model."""
    lines = [line for one in page.markdown for line in one.value.replace("\\", "").splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[1:] for row in rows if row[0] not in ("Model", "---")}


def test_without_votes_it_says_how_to_begin(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    assert not page.exception
    assert "No votes that count here yet" in shown(page)
    assert "0 votes" not in shown(page)


def test_counts_are_always_visible_and_few_votes_give_no_place() -> None:
    vote("0t1b")
    page = alone(PAGE)
    assert table(page) == {
        "gemma-4-26b-a4b-it": ["–", "too few votes to tell", "1", "1", "1", "1", "4"],
        "llama-3.3-70b-instruct-fp8-fast": ["–", "too few votes to tell", "1", "1", "1", "1", "4"],
    }
    assert "This installation's own: 4 votes by 1 person." in shown(page)
    assert "Too few votes to tell that any model is better" in shown(page)


def test_many_votes_give_places_within_groups_that_were_compared() -> None:
    vote("0" * 12 + "t")
    vote("0" * 3, [QWEN, "@cf/openai/gpt-oss-20b"])
    page = alone(PAGE)
    rows = table(page)
    assert [rows[name][0] for name in ("llama-3.3-70b-instruct-fp8-fast", "gemma-4-26b-a4b-it")] == ["1", "2"]
    assert re.fullmatch(r"\d+% \(\d+%–\d+%\)", rows["llama-3.3-70b-instruct-fp8-fast"][1])
    assert "were never compared, directly or through others" in shown(page)


def test_votes_are_chosen_by_time_blindness_and_models() -> None:
    vote("000", age=40)
    vote("1", [LLAMA, GEMMA, QWEN])
    page = alone(PAGE)
    assert table(page)["gemma-4-26b-a4b-it"][2:5] == ["2", "0", "3"]
    page.segmented_control(key="standings_period").select("30d").run()
    assert table(page)["gemma-4-26b-a4b-it"][2:5] == ["2", "0", "0"]
    assert page.query_params["period"] in ("30d", ["30d"])
    page.segmented_control(key="standings_period").select("all").run()
    page.toggle(key="standings_blind").set_value(True).run()
    assert table(page)["gemma-4-26b-a4b-it"][2:5] == ["2", "0", "0"]
    page.multiselect(key="standings_models").select(LLAMA).select(GEMMA).run()
    assert table(page)["gemma-4-26b-a4b-it"][2:5] == ["1", "0", "0"]
    assert len(table(page)) == 2


def test_settings_are_told_apart_and_only_equal_ones_counted() -> None:
    vote("00", settings="cold")
    vote("11", settings="hot")
    page = alone(PAGE)
    page.segmented_control(key="standings_settings").select("apart").run()
    assert len(table(page)) == 4
    page.segmented_control(key="standings_settings").select("same").run()
    assert table(page)["gemma-4-26b-a4b-it"][2:5] == ["2", "0", "2"]


def test_a_preset_narrows_to_answers_that_were_asked_with_what_it_sets() -> None:
    vote("0")
    page = alone(PAGE)
    preset = next(option for option in page.selectbox(key="standings_preset").options if option != "Any settings")
    page.selectbox(key="standings_preset").select(preset).run()
    assert not page.exception
    assert table(page) == {}


def test_a_pair_leads_to_its_comparisons() -> None:
    vote("01")
    hidden = vote("0")
    vote("0", [LLAMA, QWEN])
    page = alone(PAGE)
    page.selectbox(key="pair_one").select(Contestant(LLAMA, "cloudflare")).run()
    page.selectbox(key="pair_other").select(Contestant(GEMMA, "cloudflare")).run()
    assert not page.exception
    assert "against gemma-4-26b-a4b-it: 2 wins, 0 ties, 1 lost; 3 prompts in all." in shown(page)
    assert f"Prompt 2: {GEMMA} is better, without seeing names" in shown(page)
    assert "Prompt of 01" in shown(page)

    comparing = Comparing(chat())
    comparison = comparing.read(hidden)
    assert comparison is not None
    comparing.save(hidden, comparison.with_blind(True).next_round((1, 0)))
    page.run()
    assert "Its names are hidden now" in shown(page)


@pytest.mark.parametrize("period", ["", "nonsense"])
def test_an_address_may_ask_for_anything(period: str) -> None:
    page = AppTest.from_file(ROOT / PAGE, default_timeout=TIMEOUT_S)
    page.query_params["period"] = period
    page.query_params["settings"] = period
    page.run()
    assert not page.exception
