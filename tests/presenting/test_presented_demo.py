"""A demo on the stage: each key asks what is on screen, or leads on."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.answers.live_replies import live_replies
from playground.channel.asking import RefusedError
from playground.channel.feed import Feed
from playground.channel.messages import Direct
from playground.conversation.chat import Chat
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.presenting.demo_file import DemoFileError, read_demo
from playground.presenting.demo_library import DemoLibrary, shipped_demos
from playground.presenting.demo_of import demo_of_chat, demo_of_comparison
from playground.presenting.kept_stage import kept_stage
from playground.presenting.presented_demo import PresentedDemo
from playground.presenting.recordings import sign_of
from playground.presenting.show import Show, open_show
from playground.providers import Connection
from playground.store import StoredReply, open_stores
from tests.browser.waiting import until
from tests.databases import new_database
from tests.presenting.answered import GEMMA, LLAMA, answer, compared
from tests.presenting.test_show import direct, on, restarted, texts, window
from tests.upstream import ACCOUNT, TOKEN, Upstream

DEMO = f"""
title: Salt
hide: [names, costs]
steps:
  - title: Two of them
    prompts: ["Why is the sea salty? upstream: tokens=5", "And how salty? upstream: tokens=5"]
    parameters: {{max_tokens: 20}}
    panes:
      - model: "{LLAMA}"
      - model: "{GEMMA}"
        parameters: {{temperature: 0.5}}
    notes: Ask the room first.
  - title: One of them
    prompt: "What else is salty? upstream: tokens=5"
    model: "{LLAMA}"
    hide: []
"""


@pytest.fixture
def chat(upstream: Upstream, tmp_path: Path) -> Iterator[Chat]:
    connection = Connection(
        kind="workers_ai",
        name="cloudflare",
        base_url=upstream.base_url,
        account_id=ACCOUNT,
        api_token=TOKEN,
        max_retries=0,
    )
    with open_stores(new_database(tmp_path)) as stores:
        yield Chat(stores.of(DEFAULT_OWNER), Roster({"cloudflare": connection}), Feed(DEFAULT_OWNER))
        ended()


def ended() -> None:
    """Wait until nothing is on its way."""
    until(lambda: all(reply.ended.is_set() for reply in [*live_replies._replies.values()]))


def demo_show(text: str = DEMO) -> Show:
    return Show(DEFAULT_OWNER, PresentedDemo("salt", read_demo(text)))


def test_next_asks_what_is_on_screen_and_then_leads_on(chat: Chat, upstream: Upstream) -> None:
    page = window(demo_show(), chat)
    view = on(page)
    assert (view.step, view.steps, view.title, view.unasked) == (1, 3, "Two of them", True)
    assert view.prompt.startswith("Why is the sea salty?")
    assert [pane.name for pane in view.panes] == ["A", "B"]

    asked = direct(page, "next")
    assert (asked.step, asked.unasked) == (1, False)
    ended()
    assert (direct(page, "next").step, on(page).unasked) == (2, True)
    direct(page, "next")
    ended()
    last = direct(page, "next")
    assert (last.step, last.title) == (3, "One of them")
    assert [pane.slot for pane in last.panes] == ["main"]
    assert [pane.name for pane in last.panes] == ["llama-3.3-70b-instruct-fp8-fast"]
    direct(page, "next")
    ended()
    bodies = [json.loads(request.body) for request in upstream.requests if request.body]
    assert len(bodies) == 5
    assert sorted(str(body.get("temperature")) for body in bodies) == ["0.5", "0.5", "None", "None", "None"]
    assert all(body["max_tokens"] == 20 for body in bodies[:4])


def test_after_a_restart_it_goes_on_with_what_it_had_asked(chat: Chat) -> None:
    subject = PresentedDemo("salt", read_demo(DEMO))
    show = open_show(chat.store, subject)
    page = window(show, chat)
    direct(page, "next")
    ended()
    direct(page, "next")
    until(lambda: (kept := kept_stage(chat.store, show.id, subject.kept_as)) is not None and kept.position.step == 1)
    restarted()
    again = window(open_show(chat.store, PresentedDemo("salt", read_demo(DEMO)), show.id), chat)
    assert (on(again).step, on(again).unasked) == (2, True)
    assert direct(again, "previous").unasked is False
    restarted()
    other = PresentedDemo("salt", read_demo(DEMO.replace("Ask the room", "Ask nobody")))
    assert open_show(chat.store, other, show.id).position.step == 0, "another script begins anew"


def test_a_prompt_in_the_middle_is_not_asked_before_the_one_before_it(chat: Chat) -> None:
    show = demo_show()
    page = window(show, chat)
    show.position = show.subject.arrived(show.position.next(3), show.position)
    with pytest.raises(RefusedError):
        direct(page, "run")


def test_run_asks_again_beside_the_answers_before(chat: Chat) -> None:
    page = window(demo_show(), chat)
    direct(page, "run")
    ended()
    direct(page, "run")
    ended()
    assert on(page).step == 1
    direct(page, "verdict")
    direct(page, "names")
    assert "temperature 0.5" in repr(on(page).panes) or "gemma" in repr(on(page).panes)


def test_a_model_that_is_not_there_is_told_when_it_is_asked(chat: Chat) -> None:
    page = window(demo_show("title: x\nsteps: [{prompt: a, model: nobody/nothing}]"), chat)
    with pytest.raises(RefusedError) as refused:
        direct(page, "run")
    assert "nobody/nothing" in refused.value.problem.message
    assert on(page).unasked


def test_notes_and_what_comes_next_are_for_the_presenters_window_alone(chat: Chat) -> None:
    show = demo_show()
    audience, presenter = window(show, chat), window(show, chat)
    show.join(presenter, lambda: chat, may_ask=True, presenter=True)
    assert on(presenter).notes == "Ask the room first."
    assert on(presenter).following.startswith("Two of them · And how salty?")
    assert "Ask the room first." not in repr(on(audience))
    assert on(audience).following == ""
    direct(presenter, "blank")
    assert on(audience).blank


def test_a_step_with_a_pause_goes_on_by_itself(chat: Chat) -> None:
    first = f"{{prompt: 'a upstream: tokens=3', pause: 0, model: '{LLAMA}'}}"
    text = f"title: x\nsteps:\n  - {first}\n  - prompt: b\n"
    show = demo_show(text)
    page = window(show, chat)
    direct(page, "run")
    ended()
    until(lambda: show.join(page, lambda: chat, may_ask=True) and on(page).step == 2)
    assert on(page).unasked


def test_a_demo_of_a_chat_asks_what_the_chat_asked(chat: Chat) -> None:
    conversation = chat.store.create_conversation(model=LLAMA, parameters={"temperature": 0.5}).id
    assert demo_of_chat(chat, conversation) is None
    answer(chat.store, conversation, "Why?", "So.")
    answer(chat.store, conversation, "How?", "Thus.")
    demo = demo_of_chat(chat, conversation)
    assert demo is not None
    assert demo.steps[0].questions == ("Why?", "How?")
    assert demo.steps[0].all_panes[0].model == LLAMA
    assert demo.steps[0].parameters == {"temperature": 0.5}


def test_a_demo_of_a_comparison_has_its_panes_and_its_blindness(chat: Chat) -> None:
    comparison_id, _ = compared(chat.store, ("Why?",), {LLAMA: "a", GEMMA: "b"}, blind=True)
    demo = demo_of_comparison(chat, comparison_id)
    assert demo is not None
    assert [pane.model for pane in demo.steps[0].all_panes] == [LLAMA, GEMMA]
    assert demo.hide == ("names", "costs")
    assert demo_of_comparison(chat, "nothing") is None


def test_own_demos_are_kept_changed_and_deleted(chat: Chat) -> None:
    library = DemoLibrary(chat.store)
    assert library.find("temperature") == next(known for known in shipped_demos() if known.name == "temperature")
    name = library.keep(DEMO)
    assert [known.title for known in library.own()] == ["Salt"]
    assert library.keep(DEMO.replace("Salt", "Sugar"), name) == name
    with pytest.raises(DemoFileError):
        library.keep("title: x", name)
    found = library.find(name)
    assert found is not None
    assert found.title == "Sugar"
    library.delete(name)
    assert library.own() == ()
    assert library.find(name) is None


def test_the_stage_of_a_demo_holds_no_server(chat: Chat) -> None:
    page = window(demo_show(), chat)
    assert page.handler is not None
    page.handler(page, Direct(number=1, slot="stage", do="next"))
    ended()
    assert "127.0.0.1" not in texts(page)


RECORDED = f"""
title: Salt
steps:
  - prompt: "Why is the sea salty? upstream: tokens=5"
    play: PLAY
    patience: 0.5
    model: "{LLAMA}"
"""


def rehearsed(chat: Chat, play: str) -> tuple[Show, list[str]]:
    """A demo after its rehearsal, and the turns that it has windows play."""
    demo = read_demo(RECORDED.replace("PLAY", play))
    rehearsal = PresentedDemo("salt", demo).rehearsal(chat).start()
    assert rehearsal.ended.wait(30)
    assert [step.recorded for step in rehearsal.took] == [1], rehearsal.took
    show = Show(DEFAULT_OWNER, PresentedDemo("salt", demo))
    played: list[str] = []
    show.subject.follow(lambda chat, slot, turn: played.append(turn))
    return show, played


def test_a_recorded_step_asks_no_model(chat: Chat, upstream: Upstream) -> None:
    show, played = rehearsed(chat, "recorded")
    asked = len(upstream.requests)
    page = window(show, chat)
    direct(page, "next")
    assert not on(page).unasked
    assert len(upstream.requests) == asked
    assert len(played) == 1
    assert "tok" in texts(page)


def test_a_recorded_step_without_a_recording_says_so(chat: Chat) -> None:
    page = window(demo_show(RECORDED.replace("PLAY", "recorded")), chat)
    with pytest.raises(RefusedError) as refused:
        direct(page, "run")
    assert "no recording" in refused.value.problem.message


def test_a_step_whose_model_fails_gives_way_to_its_recording_within_a_second(chat: Chat, upstream: Upstream) -> None:
    show, played = rehearsed(chat, "live, else recorded")
    page = window(show, chat)
    upstream.script_json({"success": False, "errors": [{"code": 3040, "message": "Capacity"}]}, status=500)
    began = time.monotonic()
    direct(page, "next")
    until(lambda: played)
    assert time.monotonic() - began < 1
    upstream.reset()
    assert "tok" in texts(page)


def test_panes_that_are_asked_the_same_have_recordings_of_their_own_also_when_the_model_is_gone(chat: Chat) -> None:
    pane = f'{{model: "{LLAMA}"}}'
    demo = read_demo(
        f"title: x\nsteps: [{{prompt: 'a upstream: tokens=5', play: 'live, else recorded', panes: [{pane}, {pane}]}}]"
    )
    rehearsal = PresentedDemo("twice", demo).rehearsal(chat).start()
    assert rehearsal.ended.wait(30)
    gone = Chat(chat.store, Roster({}), chat.screens)
    show = Show(DEFAULT_OWNER, PresentedDemo("twice", demo))
    page = window(show, gone)
    direct(page, "next")

    def shown() -> list[StoredReply]:
        """The recordings on screen."""
        last = [chat.store.path(conversation.id)[-1].reply for conversation in page._conversations.values()]
        return [reply for reply in last if reply is not None and sign_of(reply)]

    until(lambda: len(shown()) == 2)
    assert len({reply.started_at for reply in shown()}) == 2
