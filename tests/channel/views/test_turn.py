"""What a person sees of a turn."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from playground.answers.extras import Citation, Extras, Logprob
from playground.channel.messages import Badge, Problem, TurnView
from playground.channel.views.format import check_reply_format, needs_format_check
from playground.channel.views.turn import TurnPresenter, turn_view
from playground.errors import RateLimitedError
from playground.messages import Message, ToolCall
from playground.metering import Timings, Usage
from playground.models.catalog import shipped
from playground.store import Failure, StoredReply, Turn
from tests.answers.test_pictures import PNG, uri
from tests.compare.test_verdict import GOOD, NOW

CHAT, PANE = TurnPresenter(), TurnPresenter(compact=True)
LLAMA = next(card for card in shipped() if "llama-3.3" in card.id)
BLIND = TurnPresenter(compact=True, hidden=True, card=LLAMA)
ASKED = {"model": "m", "name": "maker/small-8b", "connection": "home", "parameters": {"temperature": 0.2}}
SCHEMA = {"type": "json_schema", "json_schema": {"type": "object", "required": ["tide"]}}
HOSTILE = "a\u202eb\u200b\x1bc\nd"


def said(message: Message, *siblings: str) -> Turn:
    return Turn("t", "c", None, message, NOW, siblings or ("t",))


def answered(id_: str = "r", siblings: tuple[str, ...] = (), **changes: Any) -> Turn:
    reply: StoredReply = replace(GOOD, id=id_, **changes)
    return Turn(id_, "c", "t", reply.message, NOW, siblings or (id_,), reply)


def seen(presenter: TurnPresenter = CHAT, *, last: bool = True, **changes: Any) -> TurnView:
    return turn_view(answered(**changes), presenter, last=last)


def test_a_question_can_be_edited() -> None:
    view = turn_view(said(Message("user", "When is *high* water?")), CHAT, last=False)
    assert (view.role, view.state, view.text) == ("user", "done", "When is *high* water?")
    assert view.actions == ("edit", "delete")
    assert turn_view(said(Message("user", "When?")), PANE, last=False).actions == ("edit", "delete")


def test_a_result_of_a_tool_is_a_turn_of_its_own() -> None:
    view = turn_view(said(Message("tool", '{"m": 3}', tool_call_id="c1")), CHAT, last=False)
    assert (view.role, view.text, view.actions) == ("tool", '{"m": 3}', ("delete",))
    assert view.call_id == "c1"


def test_a_picture_of_a_question_is_what_its_bytes_are() -> None:
    parts = ({"type": "text", "text": "This?"}, {"type": "image_url", "image_url": {"url": uri(PNG, "image/svg+xml")}})
    view = turn_view(said(Message("user", parts)), CHAT, last=False)
    assert view.text == "This?"
    assert view.pictures[0].url == uri(PNG)


def test_an_answer_says_what_it_was_asked_with_and_what_it_took() -> None:
    view = seen(setup=ASKED, connection="home")
    assert (view.model, view.settings) == ("maker/small-8b · home", "temperature 0.2")
    assert view.meter == "10 in · 21 out · $0.001 · first token 0.50 s · total 2.50 s · 10 tok/s"
    assert view.meter_help.startswith("Tokens as the server counted them.")
    assert view.actions == ("regenerate", "replay", "compare", "add_row", "inspect", "delete")
    assert (view.ending, view.error, view.proceed, view.code) == (None, None, False, "")


def test_a_pane_asks_again_for_its_last_answer_alone() -> None:
    assert seen(PANE).actions == ("regenerate", "replay", "add_row", "inspect", "delete")
    assert seen(PANE, last=False).actions == ("replay", "add_row", "inspect", "delete")
    assert seen(TurnPresenter(compact=True, hidden=True)).actions == ("regenerate", "replay", "delete")
    cut = seen(TurnPresenter(compact=True, cap=100), state="done", finish_reason="length")
    assert cut.ending is not None
    assert (cut.proceed, cut.raise_to) == (True, None)


def test_an_answer_that_was_cut_can_go_on_or_have_more_room() -> None:
    presenter = TurnPresenter(cap=100)
    cut = seen(presenter, finish_reason="length")
    assert cut.ending == Badge(
        label="cut off after 21 tokens: max_tokens or the model's context is used up", tone="warning"
    )
    assert (cut.proceed, cut.raise_to) == (True, 200)
    earlier = seen(presenter, last=False, finish_reason="length")
    assert (earlier.ending, earlier.proceed, earlier.raise_to) == (cut.ending, False, None)
    assert (seen(presenter, state="stopped").proceed, seen(presenter, state="stopped").raise_to) == (True, None)


def test_an_error_says_what_to_do_next() -> None:
    failure = Failure.of(RateLimitedError("Slow *down*.", code="3040", request_id="ray", retry_after_s=4))
    view = seen(state="failed", text="", error=failure)
    assert view.error == Problem(
        message="Slow *down*.", hint=failure.hint, details="asks to wait 4.00 s · code 3040 · request ray"
    )
    assert view.actions[0] == "retry"
    assert (view.ending, view.proceed) == (None, False)


def test_notes_stand_under_an_answer_and_first_of_all_that_it_is_not_saved() -> None:
    view = seen(unsaved="The disk is full.", notes=("raw dropped",))
    assert view.notes == ("Not saved yet; tried again until it is. The disk is full.", "raw dropped")


def test_thoughts_say_how_long_they_took_but_not_while_names_are_hidden() -> None:
    timings = Timings(0.5, 20.0, {}, 12.3)
    assert seen(reasoning="Low or high?", timings=timings).thoughts_label == "Thought for 12 s"
    assert seen(BLIND, reasoning="Low or high?", timings=timings).thoughts_label == "Thoughts"
    assert seen(reasoning="Low or high?").thoughts_label == "Thoughts"
    assert seen().thoughts_label == ""


def test_calls_of_tools_wait_for_results_at_the_end_of_a_chat() -> None:
    calls = (ToolCall("c1", "tide", ""), ToolCall("c2", "sql", "SELECT 1", "custom"))
    view = seen(tool_calls=calls, finish_reason="tool_calls")
    assert [(call.id, call.name, call.arguments, call.language) for call in view.calls] == [
        ("c1", "tide", "{}", "json"),
        ("c2", "sql", "SELECT 1", ""),
    ]
    assert view.wants_results
    assert not seen(last=False, tool_calls=calls).wants_results
    assert seen(PANE, tool_calls=calls).wants_results
    assert not seen(tool_calls=calls, state="stopped").wants_results


def test_what_stands_beside_the_words() -> None:
    logprobs = (Logprob("Low", -0.105, (("Low", -0.105), ("High", -2.3))), *[Logprob("x", -1.0)] * 2_500)
    held = Extras(
        images=(uri(PNG), "https://a.example/x.png?q=1"),
        citations=(Citation("https://tides.example/low", "Tide *tables*"), Citation("javascript:alert(1)")),
        choices={1: "High"},
        logprobs=logprobs,
    )
    view = seen(extras=held)
    assert [picture.url for picture in view.pictures] == [uri(PNG), ""]
    assert view.pictures[1].caption == "A picture is at an address, and nothing is fetched from there: a.example"
    assert view.pictures[1].link == "https://a.example/x.png?q=1"
    assert [(source.title, source.host, source.link) for source in view.sources] == [
        ("Tide *tables*", "tides.example", "https://tides.example/low"),
        ("", "javascript:alert(1)", ""),
    ]
    assert [(choice.label, choice.text) for choice in view.choices] == [("Answer 2", "High")]
    first = view.probabilities[0]
    assert (first.token, first.share, first.alternatives) == ('"Low"', "90.0%", '"High" 10.0%')
    assert (len(view.probabilities), view.probabilities_count) == (2_000, 2_501)


def test_whether_an_answer_fits_its_format_is_said_once_it_is_known() -> None:
    wrong = answered("wrong", text='{"moon": 1}', response_format=SCHEMA)
    assert wrong.reply is not None
    assert turn_view(wrong, CHAT, last=True).format is None
    assert turn_view(wrong, CHAT, last=True).code == "json"
    assert needs_format_check(wrong.reply)
    check_reply_format(wrong.reply)
    assert not needs_format_check(wrong.reply)
    badge = turn_view(wrong, CHAT, last=True).format
    assert badge is not None
    assert badge.label.startswith("does not fit its format: ")
    assert badge.tone == "warning"
    assert not needs_format_check(GOOD)
    assert not needs_format_check(replace(wrong.reply, id="other", state="failed"))


def test_other_versions_say_how_they_differ_from_the_one_on_screen() -> None:
    ids = ("a", "b", "c")
    shown = answered("a", ids, setup=ASKED, connection="home")
    hotter = answered("b", ids, setup={**ASKED, "parameters": {"temperature": 0.9}}, connection="home")
    larger = answered("c", ids, setup={**ASKED, "name": "maker/big-70b", "system_prompt": "Hm."}, connection="work")
    view = turn_view(shown, CHAT, last=True, versions={"b": hotter, "c": larger})
    assert [(version.turn, version.differs) for version in view.versions] == [
        ("a", ""),
        ("b", "temperature 0.2 → 0.9"),
        ("c", "small-8b → big-70b · home → work · system prompt"),
    ]
    assert seen().versions == ()


def test_other_wordings_of_a_question_say_how_they_differ() -> None:
    shown = said(Message("user", "When is high water in Brest?"), "t", "u")
    other = replace(shown, id="u", message=Message("user", "When is low water in Brest, please?"))
    view = turn_view(shown, CHAT, last=False, versions={"u": other})
    assert [version.differs for version in view.versions] == ["", "“high” → “low” and 1 more change"]


def test_a_look_finds_out_what_a_view_needs() -> None:
    first = answered("first", ("first", "second"), text="{}", response_format=SCHEMA, setup=ASKED)
    second = answered("second", first.siblings, setup={**ASKED, "parameters": {}})

    def find(conversation: str, ids: Sequence[str]) -> dict[str, Turn]:
        assert (conversation, ids) == ("c", ["second"])
        return {"second": second}

    view = TurnPresenter(find=find).view(first, None, last=True)
    assert view.versions[1].differs == "temperature 0.2 → unset"
    assert view.format is not None
    assert TurnPresenter(find=find) == TurnPresenter()
    assert TurnPresenter().scrub is None
    assert BLIND.scrub is not None
    assert BLIND.scrub("I am Llama", False) == "I am ▒▒▒"


def test_while_names_are_hidden_nothing_tells_the_model() -> None:
    ids = ("a", "b")
    held = Extras(citations=(Citation("https://ai.meta.example/llama/"),), logprobs=(Logprob("Low", -0.1),))
    turn = answered(
        "a",
        ids,
        text="I am Llama by Meta.",
        reasoning="As Llama I say so.",
        notes=("Llama 3.3 70B reads text only",),
        error=Failure("server", "Llama is gone.", "Ask Meta."),
        extras=held,
        setup=ASKED,
    )
    other = answered("b", ids, setup={**ASKED, "name": "maker/other"})
    view = turn_view(turn, BLIND, last=True, versions={"b": other})
    assert view.text == "I am ▒▒▒ by ▒▒▒."
    assert view.error == Problem(message="No answer came.", hint="The reason is shown after the vote.")
    assert (view.model, view.settings, view.meter, view.meter_help, view.notes) == ("", "", "", "", ())
    assert (view.sources, view.probabilities, view.probabilities_count) == ((), (), 0)
    assert [version.differs for version in view.versions] == ["", ""]
    told = view.model_dump_json().lower()
    assert not [name for name in ("llama", "meta ", "maker", "small") if name in told]


def test_while_names_are_hidden_nothing_tells_a_model_that_nobody_knows() -> None:
    presenter = TurnPresenter(compact=True, hidden=True, model="home/thinker-3")
    used = Usage(100, 1_234)
    view = seen(presenter, text="I am Thinker.", finish_reason="length", usage=used)
    assert view.text == "I am ▒▒▒."
    for hidden in (presenter, BLIND, replace(presenter, model="")):
        ending = seen(hidden, finish_reason="length", usage=used).ending
        assert ending is not None
        assert "1,234" not in ending.label


def test_names_from_elsewhere_are_lines_that_run_one_way() -> None:
    view = seen(
        tool_calls=(ToolCall("c", HOSTILE, "{}"),),
        extras=Extras(citations=(Citation("https://a.example/", HOSTILE), Citation(f"odd:{HOSTILE}"))),
        error=Failure("server", HOSTILE, HOSTILE),
        notes=(HOSTILE,),
        state="failed",
    )
    assert view.error is not None
    lines = [view.calls[0].name, view.sources[0].title, view.error.message, view.error.hint, *view.notes]
    assert lines == ["abc d"] * 5
    assert view.sources[1].host == "odd:abc d"


def test_a_recording_in_place_of_an_answer_says_so_also_while_names_are_hidden() -> None:
    sign = "Recorded on 2026-11-29 at 16:51 UTC from maker/small-8b."
    view = seen(notes=(f"{sign} The model's answer is not shown. It fell silent for 10 s.", "Another note."))
    assert view.recorded == f"{sign} The model's answer is not shown. It fell silent for 10 s."
    assert view.notes == ("Another note.",)
    hidden = seen(TurnPresenter(compact=True, hidden=True), notes=(sign, "Another note."))
    assert hidden.recorded == "Recorded on 2026-11-29 at 16:51 UTC from a model whose name is hidden."
    assert seen(notes=("Another note.",)).recorded == ""


def test_five_hundred_turns_take_no_time() -> None:
    ids = tuple(f"r{number}" for number in range(500))
    turns = [answered(id_, setup=ASKED, usage=Usage(10, 21), reasoning="Hm. " * 50) for id_ in ids]
    began = time.process_time()
    for turn in turns:
        turn_view(turn, CHAT, last=False)
    assert time.process_time() - began < 0.2  # 0.02 on a quiet machine


@pytest.mark.parametrize("state", ["done", "stopped", "failed", "interrupted", "live"])
def test_the_state_is_that_of_the_answer(state: str) -> None:
    assert seen(state=state).state == state
