"""The compare page without a browser."""

import io
import re
import zipfile
from collections.abc import Sequence

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from components.chat.recording_files import zipped
from components.compare.export import comparison_file
from components.compare.pane_view import pane_views
from components.compare.recording_dialog import pane_takes
from components.frame.process import chat
from components.presets.actions import preset_library
from playground.compare.comparing import Comparing
from playground.compare.comparison import Comparison
from playground.conversation.setup import Setup
from playground.models.naming import as_query
from playground.presenting.video import video_format
from playground.presets import Preset
from playground.store import Vote
from tests.pages import talk
from tests.pages.conftest import ROOT, TIMEOUT_S, OpenPage, alone, shown
from tests.pages.talk import browser_of, composer, last, problem, turns, words
from tests.upstream import Answer, Upstream

PAGE = "pages/compare.py"
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
GEMMA = "@cf/google/gemma-4-26b-a4b-it"


def begin(*models: str) -> str:
    """A comparison of these models."""
    return Comparing(chat()).begin(models)[0]


def open_comparison(comparison_id: str) -> AppTest:
    page = AppTest.from_file(ROOT / PAGE, default_timeout=TIMEOUT_S)
    page.query_params["id"] = comparison_id
    return page.run()


def address(page: AppTest) -> str:
    """The comparison that the address names."""
    found = page.query_params["id"]
    return found if isinstance(found, str) else found[0]


def comparison_of(page: AppTest) -> Comparison:
    found = Comparing(chat()).read(address(page))
    assert found is not None
    return found


def ask(page: AppTest, text: str) -> AppTest:
    return talk.say(page, text, "all")


def again(page: AppTest, number: int) -> AppTest:
    """Ask again for the last answer of a pane."""
    slot = f"pane-{number}"
    return talk.ask(page, "retry", slot, turn=last(page, slot).turn)


def temperature(page: AppTest, number: int) -> str:
    """The key of a pane's slider."""
    return f"settings-{comparison_of(page).panes[number].id}-temperature"


def named(page: AppTest) -> list[str]:
    """What the panes are called."""
    return [
        found[1].replace("\\", "")
        for one in page.markdown
        if (found := re.match(r"(?::\S+ )?\*\*(?!Parameters)(.+)\*\*$", one.value))
    ]


def choose(page: AppTest, pane: int, action: str) -> AppTest:
    """Choose from the menu of a pane."""
    page.menu_button(key=f"menu-{pane}").click(action).run()
    assert not page.exception
    return page


def unfold(page: AppTest, *keys: str) -> AppTest:
    """Open folds by their keys."""
    for key in keys:
        page.session_state[key] = True
    return page.run()


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def failed(page: AppTest) -> list[bool]:
    """In which panes the last answer is an error."""
    return [last(page, f"pane-{number}").error is not None for number in range(2)]


def models(page: AppTest) -> list[str]:
    """Those of the panes, in the order on screen."""
    return [pane.model for pane in comparison_of(page).shown()]


def temperatures(page: AppTest) -> list[float | None]:
    comparison = comparison_of(page)
    return [comparison.setup(pane).parameters.get("temperature") for pane in comparison.panes]


def keys(page: AppTest) -> set[str]:
    """The keys of everything that can be pressed, chosen or filled in."""
    kinds = ("button", "selectbox", "text_input", "text_area", "slider", "menu_button", "toggle")
    return {str(widget.key) for kind in kinds for widget in getattr(page, kind)}


def test_it_begins_with_the_chat_s_model_at_two_temperatures(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    assert not page.exception
    assert named(page) == ["temperature 0.2", "temperature 1"]
    assert temperatures(page) == [0.2, 1.0]
    assert comparison_of(page).round == 0
    assert page.button(key="run_again").disabled
    assert turns(page, "pane-0") == turns(page, "pane-1") == []


def test_the_address_opens_a_comparison(cloudflare: Upstream) -> None:
    made = begin(LLAMA, GEMMA)
    page = open_comparison(made)
    assert named(page) == ["llama-3.3-70b-instruct-fp8-fast", "gemma-4-26b-a4b-it"]
    assert address(page) == made


def test_an_unknown_address_says_so_and_begins_anew() -> None:
    page = open_comparison("unknown")
    assert not page.exception
    assert "There is no comparison at this address" in shown(page)
    assert address(page) != "unknown"


def test_a_prompt_goes_to_all_panes_and_ends_with_a_verdict(cloudflare: Upstream) -> None:
    page = ask(open_comparison(begin(LLAMA, GEMMA)), "Hello upstream: tokens=5")
    assert len(cloudflare.requests) == 2
    verdict = next(one.value for one in page.markdown if "First token" in one.value).replace("\\", "")
    assert verdict.splitlines()[0] == "| Measure | llama-3.3-70b-instruct-fp8-fast | gemma-4-26b-a4b-it |"
    assert "| Finish | complete | complete |" in verdict
    spent = chat().store.comparison_spent(address(page))
    assert spent.replies == 2
    assert f"{spent.prompt_tokens} in · {spent.completion_tokens} out" in shown(page)


def test_panes_are_added_up_to_six_and_removed_down_to_two(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, GEMMA))
    assert "Remove" not in page.menu_button(key="menu-0").options
    for _ in range(4):
        press(page, "add_pane")
    assert page.button(key="add_pane").disabled
    assert "Duplicate" not in page.menu_button(key="menu-0").options
    assert len(set(named(page))) == 6
    for _ in range(4):
        choose(page, 0, "Remove")
    assert [pane.model for pane in comparison_of(page).panes] == [GEMMA, GEMMA]


def test_panes_change_places(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, GEMMA))
    assert "Move left" not in page.menu_button(key="menu-0").options
    assert "Move right" not in page.menu_button(key="menu-1").options
    choose(page, 0, "Move right")
    assert named(page) == ["gemma-4-26b-a4b-it", "llama-3.3-70b-instruct-fp8-fast"]


def test_a_model_is_chosen_for_one_pane(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, LLAMA))
    page.selectbox(key="model-1").select(GEMMA).run()
    assert [pane.model for pane in comparison_of(page).panes] == [LLAMA, GEMMA]


def test_a_value_is_shared_until_it_is_unlinked(cloudflare: Upstream) -> None:
    page = unfold(open_comparison(begin(LLAMA, LLAMA)), "parameters-0", "parameters-1")
    page.slider(key=temperature(page, 0)).set_value(0.5).run()
    assert temperatures(page) == [0.5, 0.5]
    assert page.slider(key=temperature(page, 1)).value == 0.5
    press(page, f"{temperature(page, 1)}-link")
    page.slider(key=temperature(page, 1)).set_value(1.5).run()
    assert temperatures(page) == [0.5, 1.5]
    assert named(page) == ["temperature 0.5", "temperature 1.5"]
    press(page, f"{temperature(page, 1)}-link")
    assert temperatures(page) == [0.5, 0.5]


def test_settings_go_from_one_pane_to_all() -> None:
    page = choose(alone(PAGE), 1, "Copy settings to all panes")
    assert temperatures(page) == [1.0, 1.0]
    assert named(page)[0].endswith("(1)")
    assert any("Changed in 1 pane: temperature" in caption.value.replace("\\", "") for caption in page.caption)
    press(page, "undo_copy")
    assert temperatures(page) == [0.2, 1.0]
    assert not any("Settings copied" in caption.value for caption in page.caption)


def test_the_model_goes_along_and_what_was_changed_since_is_not_undone(cloudflare: Upstream) -> None:
    page = choose(open_comparison(begin(LLAMA, GEMMA)), 1, "Copy settings to all panes")
    assert {pane.model for pane in page.session_state["compare"].comparison.panes} == {GEMMA}
    assert any("Changed in 1 pane: model" in caption.value.replace("\\", "") for caption in page.caption)
    page = choose(page, 0, "Duplicate")
    assert not any("Settings copied" in caption.value for caption in page.caption)


def test_a_shared_value_is_clamped_in_one_pane_with_a_note(cloudflare: Upstream) -> None:
    page = unfold(open_comparison(begin(LLAMA, GEMMA)), "parameters-0", "parameters-1")
    highest = [page.slider(key=temperature(page, pane)).max for pane in (0, 1)]
    assert highest[0] > highest[1]
    page.slider(key=temperature(page, 0)).set_value(highest[0]).run()
    assert temperatures(page) == [highest[0]] * 2
    assert [page.slider(key=temperature(page, pane)).value for pane in (0, 1)] == highest
    notes = [one.value for one in page.caption if one.value.startswith(":material/tune:")]
    assert len(notes) == 1
    assert "temperature" in notes[0]

    ask(page, "Hello upstream: tokens=3")
    assert sorted(request.json["temperature"] for request in cloudflare.requests) == sorted(highest)


def test_the_system_prompt_is_shared_until_it_is_unlinked(cloudflare: Upstream) -> None:
    page = unfold(open_comparison(begin(LLAMA, LLAMA)), "parameters-0", "parameters-1")
    page.text_area(key="system_prompt-0").set_value("Be brief.").run()
    assert page.text_area(key="system_prompt-1").value == "Be brief."
    press(page, "system_prompt-1-link")
    page.text_area(key="system_prompt-1").set_value("Be long.").run()
    assert [page.text_area(key=f"system_prompt-{pane}").value for pane in (0, 1)] == ["Be brief.", "Be long."]


def test_a_pane_with_its_own_prompt_is_asked_alone(cloudflare: Upstream) -> None:
    page = unfold(open_comparison(begin(LLAMA, GEMMA)), "parameters-1")
    press(page, "prompt-1-link")
    assert composer(page)["placeholder"] == "To 1 of 2 panes"
    assert composer(page, "composer-1")["slot"] == "pane-1"
    talk.say(page, "To gemma upstream: tokens=3", "pane-1")
    ask(page, "To llama upstream: tokens=3")
    asked = [request.json["messages"][-1]["content"].split()[1] for request in cloudflare.requests]
    assert asked == ["gemma", "llama"]
    press(page, "prompt-1-link")
    assert composer(page)["placeholder"] == "To all panes"


def test_without_a_pane_that_shares_it_nothing_can_be_sent(cloudflare: Upstream) -> None:
    page = unfold(open_comparison(begin(LLAMA, GEMMA)), "parameters-0", "parameters-1")
    press(press(page, "prompt-0-link"), "prompt-1-link")
    assert composer(page)["disabled"]
    assert problem(page, "send", "all", text="Hello") == "Every pane has a prompt of its own."
    assert cloudflare.requests == []


def test_one_pane_is_asked_again(cloudflare: Upstream) -> None:
    page = ask(open_comparison(begin(LLAMA, GEMMA)), "Hello upstream: tokens=3")
    again(page, 1)
    assert len(cloudflare.requests) == 3
    assert [len(last(page, slot).versions) for slot in ("pane-0", "pane-1")] == [0, 2]
    choose(page, 1, "Run again")
    assert [len(last(page, slot).versions) for slot in ("pane-0", "pane-1")] == [0, 3]
    assert len(cloudflare.requests) == 4


def test_a_failure_stays_in_its_pane_and_can_be_retried(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, "@cf/meta/llama-3.2-1b-instruct"))
    ask(page, "Hello upstream: fail=5007 times=1 tokens=3")
    assert failed(page) == [True, True]
    again(page, 0)
    assert failed(page) == [False, True]
    assert last(page, "pane-1").actions == ("retry", "inspect", "delete")
    assert "| Finish | complete | failed |" in shown(page)


def test_repetitions_show_their_spread_and_each_answer(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, GEMMA))
    page.selectbox(key="repetitions").select(3).run()
    ask(page, "Hello upstream: tokens=3")
    assert len(cloudflare.requests) == 6
    assert "| Finish | 3 × complete | 3 × complete |" in shown(page)
    first = last(page, "pane-0")
    versions = [version.turn for version in first.versions]
    assert (versions[0], len(versions)) == (first.turn, 3)
    talk.ask(page, "select", "pane-0", turn=versions[1])
    assert last(page, "pane-0").turn == versions[1]
    assert "| Finish | 3 × complete | 3 × complete |" in shown(page)


def votes_of(page: AppTest) -> Sequence[Vote]:
    """The votes on the comparison on screen."""
    return chat().store.votes_on([address(page)])[address(page)]


def test_a_vote_is_kept_with_its_note_and_its_prompt(cloudflare: Upstream) -> None:
    page = ask(open_comparison(begin(LLAMA, GEMMA)), "Hello upstream: tokens=3")
    page.text_input(key="vote_note").set_value("It *rhymes*")
    press(page, "vote-1")
    (vote,) = votes_of(page)
    assert (vote.kind, vote.note, vote.blind, vote.prompt) == ("better", "It *rhymes*", False, 1)
    assert vote.pane == comparison_of(page).panes[1].id
    assert vote.reply == last(page, "pane-1").turn
    assert [(answer.model, answer.connection) for answer in vote.answers] == [
        (LLAMA, "cloudflare"),
        (GEMMA, "cloudflare"),
    ]
    assert page.text_input(key="vote_note").value == ""
    assert "gemma-4-26b-a4b-it is better: It *rhymes*" in shown(page)

    press(ask(page, "More upstream: tokens=3"), "vote-bad")
    assert [vote.prompt for vote in votes_of(page)] == [1, 2]
    assert "Prompt 2: Both bad" in shown(page)


def test_a_second_vote_replaces_the_first_and_can_be_taken_back(cloudflare: Upstream) -> None:
    page = ask(open_comparison(begin(LLAMA, GEMMA)), "Hello upstream: tokens=3")
    (first,) = votes_of(press(page, "vote-1"))
    (second,) = votes_of(press(page, "vote-tie"))
    assert (second.id, second.kind, second.pane) == (first.id, "tie", None)
    assert votes_of(press(page, f"take_back-{first.id}")) == ()


def test_names_that_a_vote_showed_stay_and_the_next_one_is_not_blind(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, GEMMA))
    page.toggle(key="blind").set_value(True).run()
    (blind,) = votes_of(press(ask(page, "Hello upstream: tokens=3"), "vote-1"))
    assert blind.blind
    press(page, f"take_back-{blind.id}")
    assert not comparison_of(page).hidden
    (seeing,) = votes_of(press(page, "vote-0"))
    assert not seeing.blind


def test_a_vote_stays_with_the_version_that_it_was_given_for(cloudflare: Upstream) -> None:
    page = press(ask(open_comparison(begin(LLAMA, GEMMA)), "Hello upstream: tokens=3"), "vote-0")
    voted = last(page, "pane-0").turn
    again(page, 0)
    assert "given for another version of llama-3.3-70b-instruct-fp8-fast than is on screen" in shown(page)
    assert votes_of(page)[0].reply == voted
    press(page, "vote-0")
    assert votes_of(page)[0].reply == last(page, "pane-0").turn
    assert "another version" not in shown(page)


def test_a_vote_on_answers_that_are_not_on_screen_any_more_is_refused(cloudflare: Upstream) -> None:
    page = ask(open_comparison(begin(LLAMA, GEMMA)), "Hello upstream: tokens=3")
    browser_of(page).done(browser_of(page).ask("retry", "pane-0", turn=last(page, "pane-0").turn))
    last(page, "pane-0")
    page = press(page, "vote-0")
    assert votes_of(page) == ()
    assert "Other answers came meanwhile" in shown(page)


def test_where_nobody_answered_there_is_nothing_to_vote_on(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, GEMMA))
    page.toggle(key="blind").set_value(True).run()
    ask(page, "Hello upstream: fail=400")
    assert failed(page) == [True, True]
    assert not [button for button in page.button if str(button.key).startswith("vote-")]
    assert "there is nothing to vote on" in shown(page)

    press(page, "show_names")
    assert not comparison_of(page).blind
    assert not page.toggle(key="blind").value
    assert "llama-3.3" in shown(page)


def test_a_pane_that_failed_is_not_better(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, "@cf/upstream/fail-400"))
    ask(page, "Hello upstream: tokens=3")
    assert {str(button.key): button.disabled for button in page.button if str(button.key).startswith("vote-")} == {
        "vote-0": False,
        "vote-1": True,
        "vote-tie": False,
        "vote-bad": False,
    }
    assert "This answer failed. It cannot be voted for." in shown(page)
    (vote,) = votes_of(press(page, "vote-0"))
    assert [answer.complete for answer in vote.answers] == [True, False]


def test_blind_panes_show_words_alone_until_the_vote(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, GEMMA))
    page.toggle(key="blind").set_value(True).run()
    assert "model-0" in keys(page)
    ask(page, "I am Llama by Meta, or Gemma by Google upstream: echo=1")

    assert named(page) == ["A", "B"]
    assert "model-0" not in keys(page)
    assert not [key for key in keys(page) if "temperature" in key]
    assert "tok/s" not in words(page)
    assert "$" not in words(page)
    assert "First token" not in words(page)
    assert page.menu_button(key="menu-0").options == ["Run again", "Show only this pane"]
    asked = models(page)
    for number, model in enumerate(asked):
        own, other = (("Llama", "Gemma"), ("Gemma", "Llama"))[model == GEMMA]
        seen = last(page, f"pane-{number}").text
        assert own not in seen
        assert other in seen
    stored = [chat().store.path(pane.conversation_id)[-1].message.text for pane in comparison_of(page).panes]
    assert all("Llama" in text and "Gemma" in text for text in stored)

    press(page, "vote-1")
    assert votes_of(page)[0].blind
    assert votes_of(page)[0].pane == comparison_of(page).shown()[1].id
    assert named(page) == [model.rpartition("/")[2] for model in asked]
    assert f"{asked[1].rpartition('/')[2]} is better, without seeing names" in shown(page)
    for number, model in enumerate(asked):
        answer = last(page, f"pane-{number}")
        assert answer.model == f"{model} · cloudflare"
        assert "tok/s" in answer.meter
        assert "Llama" in answer.text
        assert "Gemma" in answer.text


def test_between_sending_and_voting_no_name_is_told(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, GEMMA))
    page.toggle(key="blind").set_value(True).run()
    browser = browser_of(page)
    before = len(browser.frames)
    ask(page, "Who are you? upstream: tokens=30 rate=200")
    talk.ask(page, "draft", "all", text="And which of you is cheaper?")
    again(page, 0)
    told = "".join(data for _, data in browser.frames[before:]).lower()
    assert "who are you" in told
    assert not [
        name for name in ("llama", "gemma", "meta", "google", "cloudflare", "@cf", "$", "tok/s") if name in told
    ]
    page = talk.act(page, "inspect", last(page, "pane-0").turn, "pane-0")
    assert "POST" not in shown(page)

    press(page, "vote-tie")
    browser_of(page)
    revealed = "".join(data for _, data in browser.frames[before:]).lower()
    assert LLAMA in revealed
    assert GEMMA in revealed


def test_blind_panes_take_their_new_order_before_the_question_is_told(
    cloudflare: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = iter([(0, 1), (1, 0), (0, 1)])
    monkeypatch.setattr("components.compare.actions.shuffled", lambda count: next(orders))
    page = open_comparison(begin(LLAMA, GEMMA))
    page.toggle(key="blind").set_value(True).run()
    browser = browser_of(page)
    ask(page, "One upstream: tokens=1")
    assert models(page) == [GEMMA, LLAMA]
    press(page, "vote-0")
    first = [turn.turn for slot in ("pane-0", "pane-1") for turn in turns(page, slot)]

    before = len(browser.told)
    ask(page, "Two upstream: tokens=1")
    assert models(page) == [LLAMA, GEMMA]
    told = [one for one in browser.told[before:] if not isinstance(one, list) and one["kind"] == "slot"]
    paths = {slot: [turn.turn for turn in turns(page, slot)] for slot in ("pane-0", "pane-1")}
    assert [turn for slot in paths for turn in paths[slot][:2]] == [*first[2:], *first[:2]]
    for one in told:  # nobody saw a question of the new order beside answers of the old one
        ids = one.get("turns", [])
        assert len(ids) <= 2 or ids == paths[one["slot"]]


def test_a_blind_failure_does_not_tell_the_model(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, GEMMA))
    page.toggle(key="blind").set_value(True).run()
    ask(page, "Hello upstream: fail=5007")
    assert failed(page) == [True, True]
    assert "llama" not in words(page)
    assert "gemma" not in words(page)
    for slot in ("pane-0", "pane-1"):
        error = last(page, slot).error
        assert error is not None
        assert error.message == "No answer came."


def test_one_pane_is_looked_at_alone(cloudflare: Upstream) -> None:
    page = ask(open_comparison(begin(LLAMA, GEMMA)), "Hello upstream: tokens=3")
    choose(page, 1, "Show only this pane")
    assert named(page) == ["gemma-4-26b-a4b-it"]
    press(page, "all_panes")
    assert len(named(page)) == 2


def test_the_baseline_is_kept(cloudflare: Upstream) -> None:
    page = ask(open_comparison(begin(LLAMA, GEMMA)), "Hello upstream: tokens=3")
    unfold(page, "differences", "charts")
    assert "The two texts are the same." in shown(page)
    second = comparison_of(page).panes[1].id
    page.selectbox(key="baseline").select(second).run()
    assert not page.exception
    assert comparison_of(page).baseline == second


def test_it_runs_again_at_an_address_of_its_own(cloudflare: Upstream) -> None:
    page = ask(open_comparison(begin(LLAMA, GEMMA)), "One upstream: tokens=3")
    ask(page, "Two upstream: tokens=3")
    before = address(page)
    press(page, "run_again")
    assert address(page) != before
    browser_of(page)
    assert len(cloudflare.requests) == 8
    assert [len(chat().store.path(pane.conversation_id)) for pane in comparison_of(page).panes] == [4, 4]


def test_new_begins_anew_and_the_old_one_is_in_the_history(cloudflare: Upstream) -> None:
    page = ask(open_comparison(begin(LLAMA, GEMMA)), "One upstream: tokens=3")
    before = address(page)
    press(page, "new_comparison")
    assert address(page) != before
    assert comparison_of(page).round == 0
    assert [found.id for found in chat().store.comparisons()] == [before]


def test_a_comparison_that_was_deleted_meanwhile_says_so(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, GEMMA))
    chat().store.delete_comparison(address(page))
    assert problem(page, "send", "all", text="Hello upstream: tokens=3").startswith("There is no comparison")
    assert cloudflare.requests == []


def test_its_last_answers_are_recorded_as_files_once_names_may_be_seen(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, GEMMA))
    assert page.button(key="recording").disabled
    ask(page, "Hello upstream: rate=100 tokens=9")
    press(page, "recording")
    files = ["Recording (.cast)", "One file a pane (.zip)", "Animated picture (.gif)"]
    if (made := video_format()) is not None:
        files.append(f"Video (.{made.ending})")
    assert [button.proto.label for button in page.get("download_button")][-len(files) :] == files
    takes = pane_takes(pane_views(page.session_state["compare"]))
    assert [take.prompt for take in takes] == ["Hello upstream: rate=100 tokens=9"] * 2
    with zipfile.ZipFile(io.BytesIO(zipped(takes))) as archive:
        assert archive.namelist() == ["pane-1.cast", "pane-2.cast"]


def test_it_is_exported_as_markdown_once_names_may_be_seen(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, GEMMA))
    assert not page.get("download_button")[0].proto.disabled
    page.toggle(key="blind").set_value(True).run()
    ask(page, "Hello upstream: tokens=3")
    assert page.get("download_button")[0].proto.disabled
    press(page, "vote-tie")
    assert not page.get("download_button")[0].proto.disabled
    session = page.session_state["compare"]
    written = comparison_file(pane_views(session))
    for pane in comparison_of(page).panes:
        assert f"- Model: `{pane.model}`" in written
        assert chat().store.path(pane.conversation_id)[-1].message.text in written
    assert "> Hello upstream: tokens=3" in written
    assert "| Finish | complete | complete |" in written
    assert "Tie, without seeing names" in written.replace("\\", "")


def test_an_answer_that_leaves_something_open_swallows_nothing_of_an_export(cloudflare: Upstream) -> None:
    page = ask(open_comparison(begin(LLAMA, GEMMA)), "```markdown upstream: echo=yes")
    written = comparison_file(pane_views(page.session_state["compare"]))
    assert "> ```markdown" in written
    tokens = MarkdownIt("commonmark").enable("table").parse(written)
    headings = [token.tag for token in tokens if token.type == "heading_open" and token.level == 0]
    assert headings == ["h1", "h2", "h2", "h2"]
    assert [token.level for token in tokens if token.type == "table_open"] == [0]
    assert sum(token.type == "fence" and token.level == 1 for token in tokens) == 4


def test_images_can_be_added_where_every_pane_sees_them(cloudflare: Upstream) -> None:
    page = open_comparison(begin(GEMMA, GEMMA))
    assert composer(page)["vision"]
    page.selectbox(key="model-1").select(LLAMA).run()
    assert not composer(page)["vision"]
    unfold(page, "parameters-1")
    press(page, "prompt-1-link")
    assert composer(page)["vision"]


def test_a_column_that_is_easy_to_read(cloudflare: Upstream) -> None:
    page = open_comparison(begin(LLAMA, GEMMA))
    page.toggle(key="full_width").set_value(False).run()
    assert not page.exception
    assert not page.toggle(key="full_width").value


def test_a_pane_is_set_as_a_preset(cloudflare: Upstream) -> None:
    kept = preset_library().add(
        Preset(
            name="Guide",
            model=GEMMA,
            system_prompt="Speak {{language}}.",
            parameters={"temperature": 9, "top_p": 0.5},
            variables={"language": "Thai"},
        )
    )
    page = unfold(open_comparison(begin(LLAMA, LLAMA)), "parameters-1")
    page.selectbox(key="pane_preset-1").set_value(kept.id).run()
    assert not page.exception
    assert page.selectbox(key="pane_preset-1").value is None
    first, second = comparison_of(page).panes
    assert (first.model, comparison_of(page).setup(first).system_prompt) == (LLAMA, "")
    assert comparison_of(page).setup(second) == Setup(GEMMA, "Speak Thai.", {"temperature": 9, "top_p": 0.5})
    assert "temperature 9 → 2" in shown(page)


def test_a_preset_whose_model_nobody_knows_has_the_pane_ask(cloudflare: Upstream) -> None:
    kept = preset_library().add(Preset(name="Guide", model="@cf/gone", system_prompt="Be brief."))
    page = unfold(open_comparison(begin(LLAMA, GEMMA)), "parameters-1")
    page.selectbox(key="pane_preset-1").set_value(kept.id).run()
    assert comparison_of(page).panes[1].model == "@cf/gone"
    assert page.text_area(key="system_prompt-1").value == "Be brief."
    assert "No model is called @cf/gone." in shown(page)

    ask(page, "Hello upstream: tokens=1")
    assert [seen.path.rpartition("/run/")[2] for seen in cloudflare.requests] == [LLAMA]
    page.selectbox(key="model-1").select(GEMMA).run()
    assert "No model is called @cf/gone." not in [warning.value for warning in page.warning]
    assert comparison_of(page).panes[1].model == GEMMA


SAME = ["openai/alpha/same-model", "openai/beta/same-model"]


def lists(server: Upstream, *ids: str) -> None:
    server.script(Answer.json({"data": [{"id": id_} for id_ in ids]}), "/models")


def link(models: str) -> AppTest:
    page = AppTest.from_file(ROOT / PAGE, default_timeout=TIMEOUT_S)
    page.query_params["models"] = models
    return page.run()


def test_two_models_that_end_alike_are_compared_and_named(server: Upstream) -> None:
    lists(server, "alpha/same-model", "beta/same-model", "with, comma")
    page = ask(link(",".join(SAME)), "Hello upstream: tokens=1")

    assert named(page)[:2] == ["alpha/same-model", "beta/same-model"]
    asked = sorted(seen.json["model"] for seen in server.requests if seen.path.endswith("/chat/completions"))
    assert asked == ["alpha/same-model", "beta/same-model"]
    assert "| Measure | alpha/same-model | beta/same-model |" in shown(page)
    assert [pane.model for pane in comparison_of(link(as_query(["openai/with, comma", *SAME]))).panes] == [
        "openai/with, comma",
        *SAME,
    ]


def test_a_pane_whose_name_is_not_certain_asks_which_model_is_meant(server: Upstream) -> None:
    lists(server, "alpha/same-model", "beta/same-model")
    page = link("same-model,openai/beta/same-model")

    assert "same-model is the name of 2 models." in shown(page)
    ask(page, "Hello upstream: tokens=1")
    asked = [seen.json["model"] for seen in server.requests if seen.path.endswith("/chat/completions")]
    assert asked == ["beta/same-model"]
    press(page, "pane_question-0-0")
    assert [pane.model for pane in comparison_of(page).panes] == SAME
    again(page, 0)
    asked = [seen.json["model"] for seen in server.requests if seen.path.endswith("/chat/completions")]
    assert asked == ["beta/same-model", "alpha/same-model"]


def test_changing_a_pane_renames_no_answer_no_vote_and_no_export(cloudflare: Upstream) -> None:
    page = ask(open_comparison(begin(LLAMA, GEMMA)), "One upstream: tokens=1")
    press(page, "vote-0")
    page.selectbox(key="model-0").select("@cf/zai-org/glm-5.3").run()
    unfold(page, "parameters-0")
    page.text_area(key="system_prompt-0").set_value("Be brief.").run()

    assert named(page)[0] == "glm-5.3"
    assert last(page, "pane-0").model == f"{LLAMA} · cloudflare"
    assert "| Measure | llama-3.3-70b-instruct-fp8-fast | gemma-4-26b-a4b-it |" in shown(page)
    assert "llama-3.3-70b-instruct-fp8-fast is better" in shown(page)
    written = comparison_file(pane_views(page.session_state["compare"]))
    assert "glm" not in written
    assert "Be brief" not in written

    ask(page, "Two upstream: tokens=1")
    written = comparison_file(pane_views(page.session_state["compare"])).replace("\\", "")
    first, _, second = written.partition("> Two upstream: tokens=1")
    assert f"- Model: `{LLAMA}`\n- Connection: cloudflare" in first
    assert "- Model: `@cf/zai-org/glm-5.3`\n- Connection: cloudflare\n- System prompt: Be brief." in second
    assert "llama-3.3-70b-instruct-fp8-fast is better" in written
    assert "## glm-5.3" in written


def test_before_the_first_message_code_and_export_hold_what_is_set(cloudflare: Upstream) -> None:
    page = unfold(open_comparison(begin(LLAMA, GEMMA)), "parameters-0")
    page.slider(key=temperature(page, 0)).set_value(0.5).run()
    page.text_area(key="system_prompt-0").set_value("Be brief.").run()

    written = comparison_file(pane_views(page.session_state["compare"])).replace("\\", "")
    for part in (f"- Model: `{LLAMA}`", f"- Model: `{GEMMA}`", "> What is the origin of the phrase Hello, World?"):
        assert part in written
    assert written.count("- System prompt: Be brief.\n- temperature: `0.5`") == 2
    press(page, "code-0")
    code = "\n".join(str(one.value) for one in page.code)
    assert "Be brief." in code
    assert '"temperature":0.5' in code
