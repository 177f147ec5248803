"""Recordings of answers, played in a real browser: their pace, their controls, and that they need no server."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from playground.channel.messages import Recorded, TurnMessage
from tests.browser.stage import Stage, change, slot, turn

pytestmark = pytest.mark.browser

Show = Callable[..., Page]
STEPS, GAP_MS = 100, 40
PIECE = "salt and water "
TEXT = PIECE * STEPS
ACTIONS = ("regenerate", "replay", "inspect", "delete")
AT = "2026-11-29T16:51:00+00:00"

COUNT = """async () => {
    // What each frame shows of each answer, beside the time in the recording at which it is shown.
    const answers = [...document.querySelectorAll("[data-role=assistant][aria-busy]")]
    const frames = []
    return await new Promise((resolve) => {
        const look = () => {
            const begun = performance.getEntriesByName("pg-replay").at(-1)
            const now = (performance.now() - begun.startTime) * begun.detail
            if (answers.every((answer) => answer.getAttribute("aria-busy") !== "true")) return resolve(frames)
            const words = answers.map((answer) => answer.querySelector("[data-part=text]").textContent)
            frames.push([now, ...words.map((text) => text.replaceAll(/\\s/g, "").length)])
            requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
    })
}"""
"""Goes over a replay to its end."""


@pytest.fixture
def stage() -> Iterator[Stage]:
    """The server's end."""
    with Stage() as running:
        yield running


@pytest.fixture
def show(browser: Browser, stage: Stage) -> Iterator[Show]:
    """Open the page with what the stage shows; nothing may be wrong on it in the end."""
    faults: list[str] = []
    contexts = []

    def open_(query: str = "", **options: Any) -> Page:
        context = browser.new_context(viewport={"width": 900, "height": 700}, timezone_id="UTC", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(stage.url + query)
        stage.hello()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not faults


def recorded(stage: Stage, *slots: str, text: str = TEXT) -> None:
    """An answer in each slot, with a recording: after 400 ms a piece each 40 ms."""
    for name in slots:
        answer = f"{name}-answer"
        fields: dict[str, Any] = {
            "text": text,
            "state": "done",
            "model": "Llama",
            "meter": "300 out",
            "actions": ACTIONS,
        }
        stage.shown += [slot(answer, name=name), turn(answer, **fields)]
        steps = [number for at in range(STEPS) for number in (GAP_MS if at else 400, len(PIECE), 0)]
        stage.recordings[answer] = Recorded(slot=name, turn=answer, at=AT, steps=tuple(steps))


def replay(page: Page, item: str = "Replay") -> Locator:
    """Play an answer by its menu; the controls are there once this returns."""
    page.locator("[data-role=assistant]").get_by_role("button", name="More").first.click()
    page.get_by_role("menuitem", name=item, exact=True).click()
    controls = page.get_by_role("group", name="Replay")
    expect(controls).to_be_visible()
    return controls


def errors(frames: list[list[float]], pane: int = 1) -> list[float]:
    """How far what a frame shows is from what is to be shown at its time, in milliseconds, for each frame."""
    piece = len(PIECE.replace(" ", ""))
    found = []
    for now, *shown in frames:
        count = shown[pane - 1] / piece
        assert count == int(count), "a frame shows whole pieces"
        came = 400 + (count - 1) * GAP_MS if count else 0
        goes = 400 + count * GAP_MS if count < STEPS else float("inf")
        found.append(max(0.0, came - now, now - goes))
    return sorted(found)


def test_an_answer_plays_at_its_pace_under_a_sign(stage: Stage, show: Show) -> None:
    recorded(stage, "main")
    page = show()
    answer = page.locator("[data-turn=main-answer]")
    controls = replay(page)
    sign = answer.locator("[data-part=recorded]")
    expect(sign).to_have_text("Recorded on Nov 29, 2026, 4:51 PM from Llama")
    expect(answer.locator("[data-part=meter]")).to_have_text("")
    frames = page.evaluate(COUNT)
    late = errors(frames)
    assert len(frames) >= 20
    assert late[int(len(late) * 0.95)] <= 20
    assert {int(shown) for _, shown in frames} >= {0} or len(frames) < 40
    expect(sign).to_be_visible()
    expect(answer.locator("[data-part=text]")).to_have_text(TEXT.strip())
    expect(answer.locator("[data-part=meter]")).to_have_text("300 out")
    expect(controls.get_by_role("status")).to_have_text("The replay has ended.")
    controls.get_by_role("button", name="Live again").click()
    expect(sign).to_have_count(0)
    expect(controls).to_have_count(0)
    expect(answer.locator("[data-part=text]")).to_have_text(TEXT.strip())
    assert stage.asked()["kind"] == "play"


def test_four_panes_play_by_one_clock_when_the_server_is_gone(stage: Stage, show: Show) -> None:
    recorded(stage, *(names := [f"pane-{number}" for number in range(4)]))
    page = show(f"?slots={','.join(names)}")
    controls = replay(page, "Replay all")
    expect(page.locator("[data-part=recorded]")).to_have_count(4)
    stage.away = 1012
    stage.lose()
    controls.get_by_role("slider").press("Home")
    controls.get_by_role("button", name="Speed 2×").click()
    frames = page.evaluate(COUNT)
    assert all(len(set(shown)) == 1 for _, *shown in frames), "four are in step in every frame"
    late = errors(frames, pane=4)
    assert late[int(len(late) * 0.95)] <= 20
    for answer in page.locator("[data-role=assistant] [data-part=text]").all():
        expect(answer).to_have_text(TEXT.strip())


def test_a_replay_is_paused_sought_and_played_by_keys(stage: Stage, show: Show) -> None:
    recorded(stage, "main")
    page = show()
    controls = replay(page)
    words = page.locator("[data-turn=main-answer] [data-part=text]")
    expect(controls.get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("Enter")
    expect(controls.get_by_role("button", name="Play", exact=True)).to_be_focused()
    page.keyboard.press("Home")
    expect(words).to_have_text("")
    slider = controls.get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuetext", "0.0 of 4.4 s")
    page.keyboard.press("ArrowRight")
    expect(words).to_have_text((PIECE * 16).strip())
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(words).to_have_text((PIECE * 16).strip())
    slider.fill("2000")
    expect(words).to_have_text((PIECE * 41).strip())
    controls.get_by_role("button", name="At once").click()
    expect(words).to_have_text(TEXT.strip())
    expect(controls.get_by_role("button", name="Play again")).to_be_visible()
    page.keyboard.press("Escape")
    expect(controls).to_have_count(0)
    expect(page.locator("[data-turn=main-answer]").locator(":focus")).to_have_count(1)


OVERLAP = """() => {
    const [bar, box] = [".pg-replay", ".st-key-composer"].map((name) => document.querySelector(name))
    const [one, other] = [bar, box].map((element) => element.getBoundingClientRect())
    return Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
}"""
"""Pixels of height that the controls and the message box share."""


@pytest.mark.parametrize("width", [900, 390])
def test_the_controls_never_cover_the_message_box(stage: Stage, show: Show, width: int) -> None:
    recorded(stage, "main")
    page = show()
    page.set_viewport_size({"width": width, "height": 700})
    replay(page)
    assert page.evaluate(OVERLAP) <= 0
    page.get_by_role("textbox").evaluate("box => { box.style.height = '200px' }")
    page.get_by_role("textbox").fill("More\n" * 9)
    page.wait_for_function(f"({OVERLAP})() <= 0")
    bar = page.get_by_role("group", name="Replay").bounding_box()
    assert bar is not None
    assert bar["y"] >= 0
    page.set_viewport_size({"width": width, "height": 500})
    page.wait_for_function(f"({OVERLAP})() <= 0")


def test_a_chat_plays_all_that_was_said_in_order(stage: Stage, show: Show) -> None:
    recorded(stage, "main")
    fields: dict[str, Any] = {"text": TEXT, "state": "done", "model": "Llama", "actions": ACTIONS}
    stage.shown = [
        slot("q1", "main-answer", "q2", "later"),
        turn("q1", role="user", text="Why?"),
        turn("main-answer", **fields),
        turn("q2", role="user", text="And how?"),
        turn("later", **fields),
    ]
    stage.recordings["later"] = stage.recordings["main-answer"].model_copy(update={"turn": "later"})
    page = show()
    controls = replay(page, "Replay all")
    expect(controls).to_contain_text("2 recordings")
    expect(controls.get_by_role("slider")).to_have_attribute("max", str(2 * 4_360 + 1_000))
    asked, answer = page.locator("[data-turn=q2]"), page.locator("[data-turn=later]")
    expect(page.locator("[data-turn=q1]")).to_be_visible()
    expect(asked).to_be_hidden()
    expect(answer).to_be_hidden()
    slider = controls.get_by_role("slider")
    slider.fill("5400")
    expect(asked).to_be_visible()
    expect(page.locator("[data-turn=main-answer] [data-part=text]")).to_have_text(TEXT.strip())
    expect(answer.locator("[data-part=recorded]")).to_be_visible()
    slider.fill("1000")
    expect(asked).to_be_hidden()
    controls.get_by_role("button", name="Live again").click()
    for shown in (asked, answer):
        expect(shown).to_be_visible()
    expect(answer.locator("[data-part=text]")).to_have_text(TEXT.strip())


@pytest.mark.parametrize("at_once", [False, True])
def test_what_is_hidden_meanwhile_is_gone_from_what_is_played(stage: Stage, show: Show, at_once: bool) -> None:
    recorded(stage, "main")
    view = stage.shown[1]
    assert isinstance(view, TurnMessage)
    stage.shown[1] = turn(
        **{"id_": "main-answer", **view.view.model_dump(exclude={"turn"}), "recorded": "Recorded from Llama."}
    )
    page = show()
    controls = replay(page)
    controls.get_by_role("button", name="Pause").click()
    if at_once:
        controls.get_by_role("button", name="At once").click()
    else:
        controls.get_by_role("slider").fill("2000")
    answer = page.locator("[data-turn=main-answer]")
    expect(answer).to_contain_text("salt and water")
    stage.tell(change("main-answer", recorded="Recorded from a model.", text=TEXT.replace("salt", "mask"), model=""))
    expect(answer.locator("[data-part=recorded]")).to_have_text("Recorded from a model.")
    expect(answer.locator("[data-part=text]")).to_contain_text("mask and water")
    expect(answer).not_to_contain_text("salt")
    expect(answer).not_to_contain_text("Llama")
    shown = answer.locator("[data-part=text]").inner_text()
    assert (len(shown) > len(TEXT) - 20) == at_once, "it is where it was"


def test_who_wants_no_motion_sees_the_answer_at_once(stage: Stage, show: Show) -> None:
    recorded(stage, "main")
    page = show(reduced_motion="reduce")
    controls = replay(page)
    expect(page.locator("[data-part=text]")).to_have_text(TEXT.strip())
    expect(page.locator("[data-part=recorded]")).to_be_visible()
    expect(controls.get_by_role("button", name="Play again")).to_be_visible()


def test_what_the_server_has_played_begins_by_itself_and_joins_what_plays(stage: Stage, show: Show) -> None:
    recorded(stage, "pane-0", "pane-1")
    page = show("?slots=pane-0,pane-1")
    expect(page.locator("[data-turn=pane-1-answer]")).to_be_visible()
    first, second = (stage.recordings[f"pane-{pane}-answer"].model_copy(update={"play": True}) for pane in range(2))
    controls = page.get_by_role("group", name="Replay")
    page.get_by_role("textbox").focus()
    stage.tell(first)
    expect(page.locator("[data-turn=pane-0-answer] [data-part=recorded]")).to_be_visible()
    expect(page.locator("[data-turn=pane-1-answer] [data-part=recorded]")).to_have_count(0)
    expect(page.locator("[data-turn=pane-0-answer] [data-part=text]")).to_contain_text("salt")
    stage.tell(second)
    expect(controls).to_contain_text("2 recordings")
    expect(page.get_by_role("textbox")).to_be_focused()  # keys are for who presents
    expect(page.locator("[data-turn=pane-1-answer] [data-part=recorded]")).to_be_visible()
    for pane in range(2):
        expect(page.locator(f"[data-turn=pane-{pane}-answer] [data-part=text]")).to_have_text(TEXT.strip())
    expect(controls.get_by_role("status")).to_have_text("The replay has ended.")
    assert float(controls.get_by_role("slider").get_attribute("max") or 0) > 4_400
