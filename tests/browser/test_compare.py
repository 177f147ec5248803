"""Panes side by side: truly parallel, never mixed, stopped one by one, there again after a reload."""

import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from playground.compare.comparing import Comparing
from playground.compare.comparison import PROMPT, SYSTEM_PROMPT, Comparison
from playground.compare.verdict import verdict as computed_verdict
from playground.conversation.chat import Chat
from playground.models.local import EMBEDDED_ID
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.store import Store, StoredReply, open_stores, sqlite_url
from tests.browser.app import ROOT, App
from tests.browser.chat_page import LLAMA
from tests.browser.compare_page import ComparePage
from tests.browser.conftest import Visit
from tests.browser.test_screen import fits
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

GEMMA = "@cf/google/gemma-4-26b-a4b-it"
STORY = "Write a very long story about the sea, its ships and all the people who live on them."
PHONE = 390


@pytest.fixture(scope="module")
def whole_app(
    tmp_path_factory: pytest.TempPathFactory, model_data_dir: Path, cloudflare: dict[str, str]
) -> Iterator[App]:
    """An app with the embedded model and with the stand-in."""
    data = tmp_path_factory.mktemp("whole-app") / "data"
    shutil.copytree(model_data_dir, data, copy_function=os.link)
    with App(data, **cloudflare) as running:
        running.lasts = True
        yield running


@contextmanager
def store_of(app: App) -> Iterator[Store]:
    """The store of a running app, from another process."""
    with open_stores(sqlite_url(app.data_dir)) as stores:
        yield stores.of(DEFAULT_OWNER)


def compare(
    app: App, visit: Visit, *models: str, change: Callable[[Comparison], Comparison] = lambda same: same, **tab: Any
) -> ComparePage:
    """The compare page with a pane for each model, set up by `change`; the rest are options of the tab."""
    with store_of(app) as store:
        comparing = Comparing(Chat(store, Roster({})))
        comparison_id, comparison = comparing.begin(models)
        comparing.save(comparison_id, change(comparison))
    return ComparePage(visit(app, f"/compare?id={comparison_id}", **tab))


def with_own(comparison: Comparison, name: str, values: Sequence[Any]) -> Comparison:
    """Give the first panes values of their own."""
    for number, value in enumerate(values):
        comparison = comparison.unlink(comparison.panes[number], name)
        pane = comparison.panes[number]
        if name == SYSTEM_PROMPT:
            comparison = comparison.set_system_prompt(pane, value)
        else:
            comparison = comparison.set_parameters(pane, name, value)
    return comparison


def stored(app: App, page: ComparePage) -> list[StoredReply]:
    """The last answer of each pane as the store has it."""
    with store_of(app) as store:
        saved = store.comparison(page.comparison_id)
        assert saved is not None
        ends = [store.path(pane.conversation_id)[-1].reply for pane in Comparison.from_json(saved.body).panes]
    assert all(ends)
    return [reply for reply in ends if reply is not None]


def test_six_panes_stream_at_once_and_never_mix(app: App, visit: Visit, upstream: Upstream) -> None:
    # The stand-in's words follow from all that it is told, system prompt included.
    page = compare(app, visit, *[LLAMA, GEMMA] * 3, change=lambda six: with_own(six, SYSTEM_PROMPT, "ABCDEF"))

    page.ask("Hello upstream: rate=25 tokens=60")
    halves = page.tab.until(lambda: [page.text(number) for number in range(6)], all)
    page.ended()

    ends = [page.text(number) for number in range(6)]
    assert len(set(ends)) == 6
    assert ends == [reply.text.strip() for reply in stored(app, page)]
    assert all(end.startswith(half) for end, half in zip(ends, halves, strict=True))
    started = [request.at for request in upstream.requests]
    assert max(started) - min(started) < 2


def test_a_pane_that_hangs_delays_no_other_and_is_stopped_alone(app: App, visit: Visit, upstream: Upstream) -> None:
    page = compare(app, visit, LLAMA, GEMMA, LLAMA, change=own_prompts)
    page.ask_alone(0, "Hello upstream: hang=4")
    page.ask_alone(1, "Hello upstream: rate=8 tokens=100")
    page.ask_alone(2, "Hello upstream: tokens=5")

    expect(page.meter(2)).to_contain_text("5 out")
    page.tab.until(lambda: page.text(0))
    page.tab.until(lambda: page.text(1))
    page.stop(0).click()

    expect(page.pane(0)).to_contain_text("stopped")
    assert upstream.requests[0].left_early.wait(5)
    before = page.text(1)
    page.tab.until(lambda: page.text(1), lambda now: len(now) > len(before))
    page.ended()
    assert [reply.state for reply in stored(app, page)] == ["stopped", "done", "done"]
    assert stored(app, page)[1].usage is not None


def own_prompts(comparison: Comparison) -> Comparison:
    panes = tuple(replace(pane, unlinked=frozenset({PROMPT})) for pane in comparison.panes)
    return replace(comparison, panes=panes)


def test_escape_stops_all(app: App, visit: Visit, upstream: Upstream) -> None:
    page = compare(app, visit, LLAMA, GEMMA, LLAMA, GEMMA)
    page.ask("Hello upstream: rate=20 tokens=600")
    page.tab.until(lambda: [page.text(number) for number in range(4)], all)

    page.tab.page.keyboard.press("Escape")

    assert all(request.left_early.wait(5) for request in upstream.requests)
    page.ended()
    assert {reply.state for reply in stored(app, page)} == {"stopped"}
    assert not any(cell.startswith("★") for row in page.verdict.values() for cell in row)


def test_leaving_the_page_loses_nothing(app: App, visit: Visit) -> None:
    page = compare(app, visit, LLAMA, GEMMA, change=lambda two: with_own(two, SYSTEM_PROMPT, "AB"))
    page.ask("Hello upstream: rate=25 tokens=100")
    before = page.tab.until(lambda: [page.text(number) for number in range(2)], all)

    page.tab.go("History")
    expect(page.tab.page.get_by_role("heading", name="History")).to_be_visible()
    page.tab.go("Compare")

    page.tab.until(lambda: page.text(0), lambda text: text.startswith(before[0]))
    page.ended()
    assert [page.text(number) for number in range(2)] == [reply.text.strip() for reply in stored(app, page)]


def test_settings_stay_open_and_streams_go_on_while_they_change(app: App, visit: Visit) -> None:
    page = compare(app, visit, LLAMA, LLAMA)
    page.tab.page.locator(".st-key-parameters-0 summary").click()
    page.ask("Hello upstream: rate=25 tokens=150")
    page.tab.until(lambda: page.text(1))

    chain = page.pane(0).locator("[class*=temperature-link]")
    chain.get_by_role("button").click()
    expect(chain).to_contain_text("link_off")
    slider = page.pane(0).get_by_role("slider", name=re.compile("^temperature"))
    slider.focus()
    slider.press("ArrowRight")

    page.tab.until(lambda: page.name(0), lambda name: name.startswith("temperature "))
    page.tab.until(lambda: page.name(1), lambda name: name == "temperature unset")
    expect(slider).to_be_visible()
    page.ended()
    assert [reply.state for reply in stored(app, page)] == ["done", "done"]


def test_panes_that_change_places_in_mid_answer_keep_their_settings(app: App, visit: Visit) -> None:
    page = compare(
        app, visit, LLAMA, GEMMA, GEMMA, change=lambda comparison: with_own(comparison, "temperature", [0.2, 1.0, 1.0])
    )
    page.ask("Hello upstream: rate=12 tokens=2000")
    for number in (0, 1):
        page.tab.page.locator(f".st-key-parameters-{number} summary").click()
        expect(page.pane(number).get_by_role("slider", name=re.compile("^temperature"))).to_be_visible()
    page.pane(0).get_by_role("slider", name=re.compile("^temperature")).press("ArrowRight")
    page.tab.until(lambda: kept_temperatures(app, page)[0], lambda value: value != 0.2)
    before = kept_temperatures(app, page)

    page.choose(1, "Move left")
    expect(page.pane(0)).to_contain_text("gemma")
    page.tab.choose(page.pane(0).locator("[data-turn]").last, "Show raw text")
    expect(page.tab.raw(page.pane(0))).to_be_visible()
    more = page.more()
    more.locator(".st-key-full_width label").click()
    page.tab.page.keyboard.press("Escape")
    expect(more).to_have_count(0)
    then = page.text(1)
    page.tab.until(lambda: page.text(1), lambda text: text != then)

    assert kept_temperatures(app, page) == [before[1], before[0], before[2]]
    page.tab.page.keyboard.press("Escape")
    page.ended()


def kept_temperatures(app: App, page: ComparePage) -> list[Any]:
    with store_of(app) as store:
        saved = store.comparison(page.comparison_id)
        assert saved is not None
        comparison = Comparison.from_json(saved.body)
        return [comparison.setup(pane).parameters.get("temperature") for pane in comparison.panes]


def test_one_pane_goes_on_as_a_chat(app: App, visit: Visit) -> None:
    page = compare(app, visit, LLAMA, GEMMA)
    page.ask("Hello upstream: tokens=20")
    page.ended()
    answer = page.text(1)

    page.choose(1, "Continue in chat")

    expect(page.tab.page.locator(".st-key-model").get_by_role("combobox")).to_have_value(re.compile("gemma-4"))
    assert page.tab.until(lambda: page.tab.answer_text) == answer
    expect(page.tab.meter).to_contain_text("20 out")
    page.tab.ask("And then? upstream: tokens=5")
    page.tab.idle()
    expect(page.tab.meter).to_contain_text("5 out")


def test_a_comparison_is_exported(app: App, visit: Visit) -> None:
    page = compare(app, visit, LLAMA, GEMMA)
    page.ask("Hello upstream: tokens=20")
    page.ended()
    with page.tab.page.expect_download() as download:
        page.more().get_by_role("button", name="Export").click()
    written = Path(download.value.path()).read_text()
    assert all(reply.text in written for reply in stored(app, page))


def test_blind_panes_tell_nothing_until_the_vote(app: App, visit: Visit) -> None:
    page = compare(app, visit, LLAMA, GEMMA, change=lambda two: replace(two, blind=True))
    expect(page.tab.page.locator(".st-key-model-0")).to_be_visible()
    page.ask("Say: I am Llama, I am Gemma. upstream: echo=1 rate=8")
    seen: list[tuple[str, str]] = []
    while not seen or "echo" not in seen[-1][0]:
        seen.append((page.text(0), page.text(1)))
    page.ended()

    main = page.tab.page.get_by_role("main").inner_text()
    assert not re.search(r"70b|26b|tok/s|\$|first token", main, re.IGNORECASE)
    assert [page.name(number) for number in range(2)] == ["A", "B"]
    assert page.tab.page.locator("[class*=st-key-model-], [class*=st-key-parameters-]").count() == 0
    own = ["Gem" if "Llama" in page.text(number) else "Lla" for number in range(2)]
    assert sorted(own) == ["Gem", "Lla"]
    assert not any(name in text for texts in seen for name, text in zip(own, texts, strict=True))

    page.tab.button("B is better").click()
    expect(page.pane(1)).to_contain_text(re.compile("gemma-4|llama-3.3"))
    expect(page.tab.page.locator(".st-key-vote")).to_contain_text("without seeing names")
    page.tab.go("History")
    page.tab.page.get_by_role("radio", name="Comparisons").or_(page.tab.button("Comparisons")).first.click()
    expect(page.tab.page.get_by_role("main")).to_contain_text("is better, without seeing names")


def test_answers_are_in_view_on_a_projector(app: App, visit: Visit) -> None:
    page = compare(app, visit, LLAMA, LLAMA)
    page.tab.page.set_viewport_size({"width": 1280, "height": 720})
    log = page.tab.page.locator(".st-key-transcript-pane-0")
    page.tab.until(lambda: log.bounding_box(), lambda box: box is not None and box["height"] >= 350)
    page.tab.page.locator(".st-key-parameters-0 summary").first.click()
    expect(page.pane(0).get_by_role("slider", name=re.compile("^temperature"))).to_be_attached()
    places = [log.bounding_box()]  # it moves down while the settings open

    def moved() -> bool:
        places.append(log.bounding_box())
        return places[-1] != places[-2]

    page.tab.until(moved, lambda moving: not moving)
    page.ask("Hello upstream: tokens=20")
    page.ended()

    composer = page.tab.page.locator(".st-key-composer").bounding_box()
    assert composer is not None
    for number in range(2):
        box = page.pane(number).locator("[data-turn]").last.bounding_box()
        assert box is not None
        assert box["y"] > 56
        assert box["y"] + box["height"] < composer["y"]


def test_the_prompt_of_a_pane_stands_below_what_is_said_there(app: App, visit: Visit) -> None:
    page = compare(app, visit, LLAMA, LLAMA, change=lambda two: two.unlink(two.panes[0], PROMPT))
    page.tab.page.set_viewport_size({"width": 1280, "height": 720})
    page.ask_alone(0, "Hello upstream: tokens=5")
    page.ended()

    def tops() -> list[float]:
        parts = (".st-key-parameters-0", ".st-key-transcript-pane-0", ".st-key-composer-0", ".st-key-composer")
        boxes = [page.tab.page.locator(part).bounding_box() for part in parts]
        return [box["y"] for box in boxes if box is not None]

    page.tab.until(tops, lambda found: len(found) == 4 and found == sorted(found))
    own = page.tab.page.locator(".st-key-composer-0").bounding_box()
    assert own is not None
    assert own["y"] + own["height"] <= tops()[-1]


def test_a_phone_has_tabs(app: App, visit: Visit) -> None:
    page = compare(app, visit, LLAMA, GEMMA, width=PHONE, height=844)
    tabs = page.tab.page.get_by_role("tab")
    expect(tabs).to_have_count(3)
    page.ask("Hello upstream: rate=25 tokens=60")
    tabs.nth(1).click()
    expect(page.pane(1)).to_be_visible()
    expect(page.pane(0)).not_to_be_visible()
    page.tab.until(lambda: page.text(1))
    expect(tabs.first).to_contain_text("answering")
    expect(page.tab.page.locator(".st-key-stop button")).to_be_in_viewport()
    page.ended()
    expect(page.pane(1)).to_be_visible()
    expect(tabs.first).not_to_contain_text("answering")
    tabs.nth(2).click()
    expect(page.tab.page.locator(".st-key-verdict")).to_be_visible()
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.tab.page.evaluate(width) == 0


def test_six_panes_are_wide_enough_to_be_read_and_all_are_reached(app: App, visit: Visit) -> None:
    page = compare(app, visit, *[LLAMA, GEMMA] * 3, width=1400)
    tab = page.tab.page
    page.ask("Hello upstream: tokens=30")
    page.ended()
    widths = [page.pane(number).evaluate("it => it.offsetWidth") for number in range(6)]
    assert min(widths) >= 320
    fits(page.tab)
    meter = page.meter(0)
    line = meter.evaluate("it => it.offsetHeight")
    meter.hover()
    page.tab.until(lambda: meter.evaluate("it => it.offsetHeight"), lambda height: height > line)

    last = tab.get_by_role("navigation", name="Panes").get_by_role("button").nth(5)
    expect(last).not_to_have_attribute("aria-current", "true")
    last.click()
    expect(last).to_have_attribute("aria-current", "true")
    expect(page.pane(5).locator("[data-part=text]").last).to_be_in_viewport()

    page.tab.composer.focus()
    tab.keyboard.press("Alt+v")
    expect(tab.locator(".st-key-verdict")).to_be_in_viewport()
    tab.keyboard.press("Alt+v")
    expect(page.tab.composer).to_be_focused()
    tab.keyboard.press("Alt+1")
    expect(page.pane(0)).to_be_focused()

    page.more().locator(".st-key-two_rows label").click()
    page.tab.until(
        lambda: {
            page.pane(number).evaluate("it => it.offsetTop + it.getBoundingClientRect().top") for number in range(6)
        },
        lambda tops: len(tops) == 2,
    )


@pytest.mark.model
def test_an_empty_comparison_offers_one_that_needs_no_key(whole_app: App, visit: Visit) -> None:
    page = visit(whole_app, "/compare")
    page.page.get_by_role("button", name="Careful or bold").click()
    expect(page.composer).to_have_value(re.compile("lighthouse"))
    expect(page.page.locator(".st-key-pane-1 strong")).to_have_text("temperature 1.2")
    page.composer.press("Enter")
    expect(page.page.get_by_role("button", name="Careful or bold")).not_to_be_visible()
    expect(page.page.locator("[data-role=assistant][data-state=done]")).to_have_count(2, timeout=60_000)


@pytest.mark.model
def test_more_panes_than_slots_wait_and_say_so(whole_app: App, visit: Visit) -> None:
    capped = lambda six: replace(six, parameters={"max_tokens": 60})  # noqa: E731
    page = compare(whole_app, visit, *[EMBEDDED_ID] * 6, change=capped)
    page.ask(STORY)
    expect(page.tab.page.locator("body")).to_contain_text("Queued", timeout=60_000)  # which two it is, is by chance
    page.ended()
    replies = stored(whole_app, page)
    assert {reply.state for reply in replies} == {"done"}
    assert sum(reply.timings.waits.get("queued", 0) > 0.2 for reply in replies) == 2


@pytest.mark.model
def test_four_temperatures_one_stopped_one_failing_reloaded_in_mid_stream(whole_app: App, visit: Visit) -> None:
    def five(comparison: Comparison) -> Comparison:
        comparison = replace(comparison, parameters={"max_tokens": 120, "seed": 7})
        return with_own(comparison, "temperature", (0.2, 0.6, 1.0, 1.4))

    page = compare(whole_app, visit, *[EMBEDDED_ID] * 4, LLAMA, change=five)
    assert [page.name(number) for number in range(3)] == [
        f"SmolLM2 135M Instruct · temperature {t}" for t in (0.2, 0.6, 1)
    ]
    page.ask(f"{STORY} upstream: fail=3040")

    expect(page.pane(4).locator("[data-part=error]")).to_be_visible(timeout=60_000)
    page.tab.until(lambda: [page.text(number) for number in range(4)], all, timeout_s=60)
    page.stop(1).click()
    expect(page.pane(1)).to_contain_text("stopped")
    before = page.tab.until(lambda: [page.text(number) for number in range(4)], all)  # between two runs it may be away
    page.tab.reload()
    expect(page.pane(1)).to_contain_text("stopped")
    expect(page.tab.page.locator("[data-testid=stSidebar]:visible")).to_have_count(0)
    page.ended()

    replies = stored(whole_app, page)
    assert [reply.state for reply in replies] == ["done", "stopped", "done", "done", "failed"]
    texts = [page.text(number) for number in range(4)]
    assert texts[1] == before[1]
    for reply, text, half in zip(replies, texts, before, strict=False):
        words, shown = reply.text.split(), text.split()
        assert shown[:5] == words[:5]
        assert shown[: len(half.split()) - 1] == half.split()[:-1]
    assert len({reply.text for reply in replies}) == 5

    verdict = page.verdict
    for number, reply in enumerate(replies):
        assert_row(verdict, number, reply)
    assert not any(row[number].startswith("★") for row in verdict.values() for number in (1, 4))
    cells = next(cells for metric, cells in computed_verdict([[reply] for reply in replies]) if metric.name == "Total")
    starred = [cell.startswith("★") for cell in verdict["Total"]]
    assert starred == [cell.best for cell in cells]
    assert verdict["Finish"][1] == "stopped"
    assert verdict["Finish"][4] == "failed"


def assert_row(verdict: dict[str, list[str]], number: int, reply: StoredReply) -> None:
    """The cells of a pane say what the store has."""
    cells = {name: row[number].removeprefix("★ ") for name, row in verdict.items()}
    usage, timings = reply.usage, reply.timings
    guess = "~" if usage is not None and usage.estimated else ""
    assert cells["First token"] == ("–" if timings.first_token_s is None else seconds(timings.first_token_s))
    assert cells["Total"] == ("–" if timings.total_s is None else seconds(timings.total_s))
    assert cells["Tokens in"] == ("–" if usage is None else f"{guess}{usage.prompt_tokens}")
    assert cells["Tokens out"] == ("–" if usage is None else f"{guess}{usage.completion_tokens}")
    assert cells["Cost"] == ("–" if usage is None else f"{guess}$0")
    assert cells["Length"] == f"{len(reply.text):,} characters"


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


@pytest.mark.model
def test_the_compare_page_as_pictures(whole_app: App, visit: Visit, tmp_path: Path) -> None:
    """With PLAYGROUND_WRITE_SCREENSHOTS=1 they go to docs/images, where the README has them from."""
    folder = ROOT / "docs" / "images" if os.environ.get("PLAYGROUND_WRITE_SCREENSHOTS") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)

    def three(comparison: Comparison) -> Comparison:
        comparison = replace(comparison, parameters={"max_tokens": 90, "seed": 3})
        return with_own(comparison, "temperature", (0.2, 0.7, 1.2))

    short = lambda two: replace(two, parameters={"max_tokens": 4})  # noqa: E731
    warm = compare(whole_app, visit, *[EMBEDDED_ID] * 2, change=short)
    warm.ask("Hello")  # by now the model is loaded
    warm.ended()
    light = compare(whole_app, visit, *[EMBEDDED_ID] * 3, change=three, color_scheme="light", height=1350)
    light.ask("Why is the sea salty?")
    light.ended()
    address = f"/compare?id={light.comparison_id}"
    screens = {
        "compare-light": light,
        "compare-dark": ComparePage(visit(whole_app, address, color_scheme="dark", height=1350)),
        "compare-phone": ComparePage(visit(whole_app, address, color_scheme="light", width=PHONE, height=844)),
    }
    for name, page in screens.items():
        expect(page.pane(0).locator("[data-part=text]").last).to_contain_text(light.text(0)[:20])
        page.ended()
        page.tab.page.screenshot(path=folder / f"{name}.png", animations="disabled")
        assert (folder / f"{name}.png").stat().st_size > 10_000


def test_ranges_of_all_panes_stand_side_by_side_with_what_is_set(app: App, visit: Visit) -> None:
    def warmer(comparison: Comparison) -> Comparison:
        return replace(comparison, parameters={"temperature": 0.3})

    page = compare(app, visit, LLAMA, GEMMA, change=warmer)
    page.tab.page.get_by_role("button", name="Ranges").click()
    box = page.tab.page.get_by_test_id("stPopoverBody")
    expect(box.get_by_role("columnheader")).to_have_text(["", "Parameter", re.compile("llama"), re.compile("gemma")])
    row = box.get_by_role("row").filter(has=box.page.get_by_role("cell", name="temperature", exact=True))
    expect(row).to_contain_text("set to 0.3")
    expect(row.get_by_role("cell").nth(2)).to_contain_text(re.compile(r"number.*0.*5"))
