"""The transcript in a real browser, fed over a real socket by a server that a test plays."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.stage import Stage, change, slot, turn
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

ALL = ("regenerate", "compare", "inspect", "delete")
Show = Callable[..., Page]


@pytest.fixture
def stage() -> Iterator[Stage]:
    """The server's end."""
    with Stage() as running:
        yield running


@pytest.fixture
def show(browser: Browser, stage: Stage) -> Iterator[Show]:
    """Open the page with what the stage shows; nothing may be wrong on it in the end."""
    faults: list[str] = []
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])

    def open_(query: str = "", *, width: int = 900, height: int = 700) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(stage.url + query)
        stage.hello()
        return page

    yield open_
    context.close()
    assert not faults


def long(count: int) -> str:
    """So many paragraphs."""
    return "\n\n".join(f"Paragraph {number}." for number in range(count))


def test_words_are_added_and_what_is_there_is_not_touched(stage: Stage, show: Show) -> None:
    stage.shown = [slot("a", busy=True), turn("a", keys={"text": 1, "meter": 2}, state="live", text="First.\n\nSec")]
    page = show()
    answer = page.locator("[data-turn=a]")
    expect(answer.locator("[data-part=text]")).to_contain_text("Sec")
    answer.evaluate(
        "turn => globalThis.first = document.createTreeWalker(turn.querySelector('[data-part=text]'), 4).nextNode()"
    )
    page.evaluate("getSelection().selectAllChildren(first.parentNode)")
    stage.tell((1, "ond.\n\nThird"), (2, "~3 out"))
    expect(answer.locator("[data-part=text]")).to_contain_text("Third")
    expect(answer.locator("[data-part=meter]")).to_have_text("~3 out")
    assert page.evaluate("first.isConnected && getSelection().toString()").startswith("First.")
    stage.tell(change("a", state="done", meter="3 out"))
    expect(answer).to_have_attribute("data-state", "done")
    expect(page.get_by_role("status").filter(has_text="Answer complete, 3 words")).to_have_count(1)


def test_an_answer_goes_on_where_the_connection_was_lost(stage: Stage, show: Show) -> None:
    stage.shown = [slot("a", busy=True), turn("a", keys={"text": 1}, state="live", text="One 👋")]
    page = show()
    words = page.locator("[data-part=text]")
    expect(words).to_contain_text("One")
    rest = turn("a", keys={"text": 5}, state="live", text=" two").model_copy(update={"appends": True})
    stage.shown = [slot("a", busy=True), rest]
    stage.lose()
    assert stage.hello()["known"]["a"]["text"] == 5
    stage.tell((5, " three"))
    expect(words).to_have_text("One 👋 two three")


def test_a_page_says_that_it_lost_the_server_and_takes_it_back(stage: Stage, show: Show) -> None:
    page = show()
    stage.away = 1012
    stage.lose()
    expect(page.get_by_text("Connection lost. Trying again…")).to_be_visible()
    stage.away = None
    stage.hello()
    expect(page.get_by_text("Connection lost")).to_have_count(0)


def test_a_token_that_the_server_has_forgotten(stage: Stage, show: Show) -> None:
    stage.shown = [slot("a"), turn("a", text="Kept on screen")]
    page = show()
    expect(page.locator("[data-turn=a]")).to_contain_text("Kept")
    page.evaluate("globalThis.before = document.querySelector('[data-turn=a]')")
    stage.away = 4404
    stage.lose()
    page.wait_for_function("triggers.some(([name]) => name === 'run')")
    stage.away, stage.shown = None, [slot("a")]
    page.evaluate("token = 'two', mount()")
    hello = stage.hello()
    assert (hello["token"], list(hello["known"])) == ("two", ["a"])
    assert page.evaluate("before.isConnected")


def test_a_reader_who_scrolled_up_stays_and_finds_the_way_back(stage: Stage, show: Show) -> None:
    stage.shown = [slot("a", busy=True), turn("a", keys={"text": 1}, state="live", text=long(60))]
    page = show()
    main = page.locator("main")
    _at_end(page)
    main.hover()
    page.mouse.wheel(0, -400)
    expect(page.get_by_role("button", name="To the end")).to_be_visible()
    top = main.evaluate("main => main.scrollTop")
    stage.tell((1, "\n\nMore.\n\n" + long(30)))
    below = page.get_by_role("button", name="New below")
    expect(below).to_be_visible()
    expect(page.locator("[data-part=text]")).to_contain_text("More.")
    page.wait_for_timeout(50)
    assert main.evaluate("main => main.scrollTop") == top
    below.click()
    _at_end(page)
    expect(below).to_be_hidden()
    stage.tell((1, "\n\n" + long(30)))
    page.wait_for_timeout(50)
    _at_end(page)


def test_earlier_turns_come_in_above_and_move_nothing(stage: Stage, show: Show) -> None:
    many = [turn(f"t{number}", "user" if number % 2 == 0 else "assistant", text=long(8)) for number in range(40)]
    ids = [one.view.turn for one in many]
    stage.shown = [slot(*ids[20:], earlier=20), *many[20:]]
    page = show()
    main = page.locator("main")
    expect(page.locator("[data-turn=t39]")).to_be_visible()
    main.hover()
    page.mouse.wheel(0, -100_000)
    note = page.get_by_text("20 earlier messages are coming")
    expect(note).to_be_in_viewport()
    where = page.locator("[data-turn=t20]").bounding_box()
    stage.tell(slot(*ids), *many[:20])
    expect(page.locator("[data-turn=t0]")).to_be_attached()
    expect(note).to_be_hidden()
    page.wait_for_timeout(50)
    now = page.locator("[data-turn=t20]").bounding_box()
    assert where is not None
    assert now is not None
    assert abs(now["y"] - where["y"]) < 2


def test_a_menu_by_keyboard(stage: Stage, show: Show) -> None:
    stage.shown = [slot("a"), turn("a", text="**Bold**", actions=ALL)]
    page = show()
    more = page.get_by_role("button", name="More")
    more.press("Enter")
    items = page.get_by_role("menuitem")
    expect(items).to_have_text(
        ["Copy", "Copy as Markdown", "Show raw text", "Compare this…", "Request and response", "Delete"]
    )
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    page.keyboard.press("s")
    expect(page.get_by_role("menuitem", name="Show raw text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(items).to_have_count(0)
    expect(more).to_be_focused()
    more.press("Enter")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator(".pg-raw")).to_have_text("**Bold**")
    page.get_by_role("button", name="Copy the text").click()
    assert page.evaluate("navigator.clipboard.readText()") == "**Bold**"
    more.press("Enter")
    page.get_by_role("menuitem", name="Show as drawn").click()
    expect(page.locator(".pg-raw")).to_have_count(0)


def test_delete_can_be_undone(stage: Stage, show: Show) -> None:
    stage.shown = [slot("q"), turn("q", "user", text="Hello", actions=("edit", "delete"))]
    page = show()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    assert stage.asked().items() >= {"kind": "delete", "turn": "q", "slot": "main"}.items()
    stage.tell(slot())
    expect(page.locator("[data-turn]")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    assert stage.asked().items() >= {"kind": "restore", "turn": "q"}.items()


@pytest.mark.parametrize("width", [390, 900])
def test_a_notice_covers_nothing(stage: Stage, show: Show, width: int) -> None:
    turns = [turn("q", "user", text="Hello", actions=("delete",)), turn("a", text=long(40), meter="3 out", actions=ALL)]
    stage.shown = [slot("q", "a", "b"), *turns, turn("b", "user", text="Next", actions=("delete",))]
    page = show(width=width)
    page.get_by_role("button", name="More").last.click()
    page.get_by_role("menuitem", name="Delete").click()
    stage.asked()
    stage.tell(slot("q", "a"))
    expect(page.get_by_text("Deleted, with what followed it.")).to_be_visible()
    _at_end(page)
    notice, foot = (page.locator(part).bounding_box() for part in (".pg-notice", "[data-turn=a] .pg-foot"))
    assert notice is not None
    assert foot is not None
    assert foot["y"] + foot["height"] <= notice["y"]


def test_buttons_are_large_enough_for_fingers(stage: Stage, show: Show) -> None:
    versions = ({"turn": "a0"}, {"turn": "a"})
    stage.shown = [slot("a"), turn("a", text="One", meter="3 out", meter_help="By us", versions=versions, actions=ALL)]
    page = show(width=390)
    buttons = page.locator(".pg-foot button")
    expect(buttons).to_have_count(6)
    for button in buttons.all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 40, button


def test_what_a_tool_answered_looks_like_no_question(stage: Stage, show: Show) -> None:
    call = {"id": "c1", "name": "get_weather", "arguments": "{}"}
    answered = turn("t", "tool", text="{}\n" * 40, call_id="c1", actions=("delete",))
    stage.shown = [slot("q", "a", "t"), turn("q", "user", text="Weather?"), turn("a", calls=(call,)), answered]
    page = show()
    result = page.locator("[data-role=tool]")
    expect(result).to_contain_text("Result of get_weather")
    background = "it => getComputedStyle(it.querySelector('[data-part=text]').parentElement).backgroundColor"
    assert result.evaluate(background) == "rgba(0, 0, 0, 0)"
    result.get_by_role("button", name="Show all 120 characters").click()
    expect(result.locator("[data-part=text]")).to_have_text("{}\n" * 40)


def test_a_question_is_worded_differently(stage: Stage, show: Show) -> None:
    stage.shown = [slot("q"), turn("q", "user", text="Hello", actions=("edit", "delete"))]
    page = show()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Edit").click()
    box = page.get_by_role("textbox", name="Edit message")
    expect(box).to_be_focused()
    expect(box).to_have_accessible_description(re.compile("Ctrl.Enter sends"))
    box.fill("Good morning")
    box.press("Control+Enter")
    assert stage.asked().items() >= {"kind": "edit", "turn": "q", "text": "Good morning"}.items()


def test_an_edit_is_in_view_in_a_pane_that_is_scrolled_to_its_end(stage: Stage, show: Show) -> None:
    question = turn("q", "user", text="Hello", actions=("edit",))
    stage.shown = [slot("q", "a", name="pane-0"), question, turn("a", text=long(3))]
    page = show("?slots=pane-0,pane-1", height=400)
    page.get_by_role("button", name="More").first.click()
    page.get_by_role("menuitem", name="Edit").click()
    box = page.get_by_role("textbox", name="Edit message")
    until(
        lambda: (box.bounding_box(), page.locator(".place-pane-0").bounding_box()),
        lambda boxes: boxes[0] and boxes[1] and boxes[0]["y"] >= boxes[1]["y"],
        pause=lambda: page.wait_for_timeout(16),
    )


def test_results_of_tools(stage: Stage, show: Show) -> None:
    call = {"id": "c1", "name": "get_weather", "arguments": '{"city":"Kiel"}'}
    stage.shown = [slot("a"), turn("a", calls=(call,), wants_results=True)]
    page = show()
    page.get_by_role("textbox", name="Result of get_weather").fill("12 degrees")
    stage.tell(change("a", meter="3 out"))
    expect(page.locator("[data-part=meter]")).to_have_text("3 out")
    page.get_by_role("button", name="Send results").click()
    assert stage.asked()["results"] == {"c1": "12 degrees"}


def test_results_survive_a_reload_and_empty_ones_are_asked_about(stage: Stage, show: Show) -> None:
    calls = [{"id": id_, "name": f"tool_{id_}", "arguments": "{}"} for id_ in ("a", "b")]
    stage.shown = [slot("a"), turn("a", calls=tuple(calls), wants_results=True)]
    page = show()
    page.get_by_role("textbox", name="Result of tool_a").fill("12 degrees")
    page.reload()
    stage.hello()
    expect(page.get_by_role("textbox", name="Result of tool_a")).to_have_value("12 degrees")
    page.get_by_role("button", name="Send results").click()
    expect(page.get_by_text("The result of “tool_b” is empty")).to_be_visible()
    expect(page.get_by_role("textbox", name="Result of tool_b")).to_be_focused()
    page.get_by_role("button", name="Send anyway").click()
    assert stage.asked()["results"] == {"a": "12 degrees", "b": ""}


def test_an_error_says_what_to_do_and_asks_again(stage: Stage, show: Show) -> None:
    error = {"message": "The server is busy.", "hint": "Try again.", "details": "code 429"}
    stage.shown = [slot("a"), turn("a", state="failed", error=error, actions=ALL)]
    page = show()
    expect(page.locator("[data-part=error]")).to_contain_text("The server is busy. Try again.")
    page.get_by_role("button", name="Retry").click()
    assert stage.asked().items() >= {"kind": "retry", "turn": "a"}.items()


def test_versions(stage: Stage, show: Show) -> None:
    versions = ({"turn": "a0", "differs": "temperature 0.2"}, {"turn": "a"})
    stage.shown = [slot("a"), turn("a", text="Second", versions=versions)]
    page = show()
    expect(page.get_by_text("2 / 2", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Later version")).to_be_disabled()
    page.get_by_role("button", name="Earlier version").click()
    assert stage.asked().items() >= {"kind": "select", "turn": "a0"}.items()


def test_panes_scroll_by_themselves_and_stop_by_themselves(stage: Stage, show: Show) -> None:
    names = [f"pane-{number}" for number in range(4)]
    live = [turn(name, keys={"text": at}, state="live", text="Go") for at, name in enumerate(names)]
    stage.shown = [*(slot(name, name=name, busy=True) for name in names), *live]
    page = show("?slots=" + ",".join(names), width=1400)
    expect(page.locator("[data-part=text]")).to_have_count(4)
    stage.tell(*((at, "\n\n" + long(80)) for at in range(4)))
    for name in names:
        _at_end(page, f".place-{name}")
    page.locator(".st-key-stop-2 button").click()
    assert stage.asked().items() >= {"kind": "stop", "slot": "pane-2"}.items()
    stage.tell(slot("pane-2", name="pane-2"))
    expect(page.locator(".st-key-stop-2 button")).to_be_disabled()
    expect(page.locator(".st-key-stop-2 button")).to_be_hidden()
    expect(page.locator(".st-key-stop-1 button")).to_be_visible()


def test_nothing_of_an_answer_is_markup_of_ours(stage: Stage, show: Show) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    fields: dict[str, Any] = {
        **{name: hostile for name in ("text", "thoughts", "model", "settings", "meter", "thoughts_label")},
        "notes": (hostile,),
        "error": {"message": hostile, "hint": hostile, "details": hostile},
        "pictures": ({"url": "https://example.org/x.png"}, {"url": "javascript:alert(1)"}),
        "sources": ({"title": hostile, "host": hostile, "link": "javascript:alert(1)"},),
        "choices": ({"label": hostile, "text": hostile},),
        "calls": ({"id": hostile, "name": hostile, "arguments": hostile, "language": ""},),
    }
    stage.shown = [slot("a"), turn("a", **fields)]
    page = show()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator("[data-part=error]")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    assert page.locator("[data-turn] img, [data-turn] a").count() == 0
    assert not [url for url in asked if not url.startswith(stage.url)]


def test_five_hundred_turns_stay_usable(stage: Stage, show: Show) -> None:
    text = "Some **bold** words, and `code`.\n\n- one\n- two\n\n" + long(6)
    many = [turn(f"t{number}", "user" if number % 2 == 0 else "assistant", text=text) for number in range(500)]
    stage.shown = [slot(*(one.view.turn for one in many)), *many]
    page = show()
    last = page.locator("[data-turn=t499]")
    expect(last).to_be_in_viewport(timeout=5_000)
    box = page.get_by_role("textbox", name="Message")
    box.focus()
    took = page.evaluate(
        """async () => {
            const box = document.querySelector("textarea[aria-label=Message]");
            const start = performance.now();
            box.value += "x";
            box.dispatchEvent(new Event("input", {bubbles: true}));
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            return performance.now() - start;
        }"""
    )
    assert took < 500
    expect(page.locator("[data-turn=t1]")).to_contain_text(re.compile("Some.*bold"))


def test_words_far_from_view_are_found_by_the_browsers_search(stage: Stage, show: Show) -> None:
    many = [
        turn(f"t{at}", "user" if at % 2 == 0 else "assistant", text=f"Needle{at} and {long(6)}") for at in range(60)
    ]
    stage.shown = [slot(*(one.view.turn for one in many)), *many]
    page = show()
    expect(page.locator("[data-turn=t59]")).to_be_in_viewport()
    # A search selects what it finds, and scrolls there.
    page.wait_for_function("window.find('Needle7 ', false, true, true)")
    assert page.evaluate("getSelection().toString()") == "Needle7 "
    page.evaluate("getSelection().anchorNode.parentElement.scrollIntoView({block: 'center'})")
    frames = "async () => { for (let left = 8; left > 0; left--) await new Promise(requestAnimationFrame); }"
    page.evaluate(frames)  # what is near is drawn, and has its height
    expect(page.locator("[data-turn=t7]")).to_be_in_viewport()


def _at_end(page: Page, box: str = "main") -> None:
    """Wait until a box has more than it shows, and is scrolled to its end."""
    at_end = "box => box.scrollHeight > box.clientHeight && box.scrollHeight - box.scrollTop - box.clientHeight < 60"
    until(
        lambda: page.locator(box).evaluate(at_end),
        pause=lambda: page.wait_for_timeout(16),
    )
