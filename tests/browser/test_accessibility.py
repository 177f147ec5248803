"""Chat and Compare for everybody: axe finds nothing, in either theme; by keyboard, on paper, and on the clipboard."""

import operator
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.app import ROOT, App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.compare_page import ComparePage
from tests.browser.conftest import Visit
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

AXE = ROOT / "browser" / "node_modules" / "axe-core" / "axe.min.js"
GEMMA = "@cf/google/gemma-4-26b-a4b-it"
WRITTEN = r"""# Heading

Words, `code`, a [link](https://example.org/) and \(E = mc^2\).

1. One
2. Two

> Quoted

| Name | Price |
|:--|--:|
| Sea | 12.50 |

```python
# comment
class Thing(Base):
    def method(self, value: int = 42) -> str: return f"{value!r}" or None
```

```diff
- old
+ new
```

```html
<a class="x" href="/y">text</a> <!-- note -->
```

$$\int_0^1 x^2\,dx$$

The end of it.
"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The rules; they come with what builds the browser part."""
    if not AXE.exists():
        pytest.skip("axe-core is not there: run npm ci in browser/.")
    return AXE.read_text()


def found(page: ChatPage, axe: str) -> list[str]:
    """What axe objects to, each with where it is, once no colour is on its way to another one."""
    page.page.wait_for_function(
        """() => document.getAnimations().every(
            one => one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity
        )"""
    )
    page.page.evaluate(axe)
    violations: list[dict[str, Any]] = page.page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}" for rule in violations for node in rule["nodes"]
    ]


DARK = """() => {
    const [red, green, blue] = getComputedStyle(document.querySelector(".stApp")).backgroundColor.match(/\\d+/g);
    return Number(red) + Number(green) + Number(blue) < 384;
}"""


def found_in_each_theme(page: ChatPage, axe: str) -> list[str]:
    """What axe objects to in the light theme and in the dark one, between which the page changes as the system does."""
    objections = []
    for theme in ("light", "dark"):
        page.page.emulate_media(color_scheme=theme)
        page.until(lambda: bool(page.page.evaluate(DARK)), partial(operator.is_, theme == "dark"))
        objections += [f"{theme}: {one}" for one in found(page, axe)]
    return objections


def ended(page: ChatPage) -> None:
    expect(page.answer).not_to_have_attribute("data-state", "live")
    page.idle()


def everything(page: ChatPage, upstream: Upstream) -> None:
    """Have all kinds of turns on the page: Markdown, a call of a tool, an error."""
    page.settled()
    page.page.locator(".st-key-request_options summary").click()
    example = page.page.locator(".st-key-tools-example").get_by_role("button")
    expect(example).to_be_visible()
    page.settled()
    example.click()
    expect(page.textbox("Tools")).to_have_value(re.compile("get_weather"))
    page.settled()
    upstream.script([{"response": WRITTEN[at : at + 40]} for at in range(0, len(WRITTEN), 40)])
    page.ask("Say it all")
    ended(page)
    expect(page.answer.locator(".katex")).to_have_count(2)
    expect(page.answer.locator(".hljs-keyword").first).to_be_attached()
    page.ask("Fails upstream: fail=7000")
    ended(page)
    expect(page.composer).to_have_value("Fails upstream: fail=7000")  # it comes back into its box
    page.ask("Weather in Rome? upstream: tool=get_weather")
    expect(page.answer.get_by_role("button", name="Send results")).to_be_visible()
    page.idle()


def test_axe_finds_nothing_on_the_chat_page(app: App, visit: Visit, upstream: Upstream, axe: str) -> None:
    # So high that every turn is in view, and nothing lies over another.
    page = visit(app, model=LLAMA, height=2600)
    everything(page, upstream)
    assert found_in_each_theme(page, axe) == []

    page.page.set_viewport_size({"width": 390, "height": 2600})
    assert found_in_each_theme(page, axe) == []
    page.page.set_viewport_size({"width": 1280, "height": 2600})

    page.questions.first.get_by_role("button", name="More").click()
    expect(page.page.get_by_role("menu")).to_be_visible()
    assert found_in_each_theme(page, axe) == []
    page.page.get_by_role("menuitem", name="Edit").click()
    page.write("many words " * 14_000)
    expect(page.page.locator(".pg-gauge-full")).to_be_visible()
    assert found_in_each_theme(page, axe) == []


def test_axe_finds_nothing_while_an_answer_comes_nor_on_the_compare_page(app: App, visit: Visit, axe: str) -> None:
    page = visit(app, model=GEMMA)
    page.ask("Think upstream: think=30 rate=20 tokens=4000")
    page.answer.locator("[data-part=thoughts] summary").click()
    page.until(lambda: page.answer_text)
    assert found_in_each_theme(page, axe) == []
    page.stop()
    page.button("Regenerate").click()
    expect(page.answer).to_contain_text("2 / 2")
    page.stop()
    page.answer.get_by_role("button", name="What these figures are").click()
    assert found_in_each_theme(page, axe) == []

    page.open(f"/compare?models={LLAMA},{GEMMA}")
    compare = ComparePage(page)
    compare.ask("Hello upstream: tokens=40")
    compare.ended()
    expect(page.page.locator(".st-key-verdict")).to_be_visible()
    assert found_in_each_theme(page, axe) == []


IS_IN_VIEW = """element => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const at = document.elementFromPoint(left + width / 2, top + Math.min(height, 20) / 2);
    return element.contains(at) || (at?.contains(element) ?? false);
}"""


def focused(page: ChatPage) -> Locator:
    return page.page.locator(":focus")


def test_everything_in_a_conversation_is_reached_and_used_by_keyboard(page: ChatPage, upstream: Upstream) -> None:
    everything(page, upstream)
    controls = page.page.locator(".st-key-transcript").locator("button:enabled, a[href], textarea, summary")
    controls.locator("visible=true").first.focus()
    reached = 0
    for _ in range(100):
        here = focused(page)
        if here.evaluate("element => element.closest('.st-key-transcript') === null"):
            break
        reached += here.evaluate("element => element.matches('button, a[href], textarea, summary')")
        assert here.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
        # It comes into view: neither behind the message box nor beside the screen.
        page.until(partial(here.evaluate, IS_IN_VIEW))
        page.page.keyboard.press("Tab")
    assert reached == controls.locator("visible=true").count()

    page.questions.first.get_by_role("button", name="More").focus()
    page.page.keyboard.press("Enter")
    expect(page.page.get_by_role("menuitem").first).to_be_focused()
    page.page.keyboard.press("Enter")
    expect(page.page.get_by_role("textbox", name="Message").first).to_be_focused()
    page.page.keyboard.press("Escape")
    expect(page.questions.first.get_by_role("button", name="More")).to_be_focused()


@pytest.fixture
def printed(app: App, visit: Visit, upstream: Upstream) -> ChatPage:
    """A conversation in the dark theme as paper gets it."""
    page = visit(app, model=LLAMA, color_scheme="dark", height=600)
    everything(page, upstream)
    page.page.emulate_media(media="print")
    return page


def test_a_conversation_is_printed_whole_and_without_what_is_around_it(printed: ChatPage, tmp_path: Path) -> None:
    for around in ("stSidebar", "stHeader", "stBottom"):
        expect(printed.page.get_by_test_id(around)).to_be_hidden()
    for button in printed.page.locator(".st-key-transcript button").all():
        expect(button).to_be_hidden()
    # Dark on white, and nothing scrolls within the sheet.
    assert printed.page.evaluate("getComputedStyle(document.querySelector('.pg-log')).color") == "rgb(34, 34, 34)"
    assert (
        printed.page.evaluate(
            """() => {
            for (let box = document.querySelector(".pg-log"); box !== null; box = box.parentElement) {
                const { overflowY, backgroundColor } = getComputedStyle(box);
                if (overflowY !== "visible" || backgroundColor !== "rgba(0, 0, 0, 0)") return box.className || "?";
            }
            return "";
        }"""
        )
        == ""
    )
    printed.page.pdf(path=tmp_path / "sheets.pdf")
    assert (tmp_path / "sheets.pdf").stat().st_size > 20_000


def test_a_selection_with_formulas_is_copied_as_it_was_written(app: App, visit: Visit, upstream: Upstream) -> None:
    page = visit(app, model=LLAMA, permissions=["clipboard-read", "clipboard-write"])
    everything(page, upstream)
    answer = page.page.locator("[data-turn][data-role=assistant] [data-part=text]").first
    answer.evaluate("element => getSelection().selectAllChildren(element)")
    page.page.keyboard.press("Control+c")

    copied = page.page.evaluate("navigator.clipboard.readText()")
    assert r"and \(E = mc^2\)." in copied
    assert r"\[\int_0^1 x^2\,dx\]" in copied
    assert "One\n" in copied
    assert "Name\tPrice" in copied
    assert "# comment\nclass Thing(Base):\n    def method" in copied
    assert "Copy" not in copied
    assert answer.locator(".katex").count() == 2


def test_a_screen_reader_hears_an_answer_once_when_it_has_ended(page: ChatPage) -> None:
    page.page.evaluate(
        """() => {
            window.said = [];
            new MutationObserver((records) => {
                for (const { target } of records) {
                    const element = target instanceof Element ? target : target.parentElement;
                    const live = element?.closest("[aria-live], [role=status], [role=alert], [role=log]");
                    if (live?.textContent) window.said.push(live.textContent);
                }
            }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    page.ask("Tell upstream: rate=60 tokens=60")
    ended(page)
    assert page.until(lambda: page.page.evaluate("window.said")) == ["Answer complete, 60 words"]


def test_a_page_at_200_percent_shows_the_answer_and_the_message_box(app: App, visit: Visit) -> None:
    """A window of 1280x720 at 200 % has room for half as many pixels each way."""
    page = visit(app, model=LLAMA, width=640, height=360)
    page.ask("Tell me upstream: rate=60 tokens=400")
    page.until(lambda: len(page.answer_text) > 800)
    expect(page.stop_button).to_be_in_viewport()
    expect(page.composer).to_be_in_viewport()
    page.stop()
    box, field = page.answer.bounding_box(), page.composer.bounding_box()
    assert box is not None
    assert field is not None
    assert field["y"] - max(box["y"], 60) >= 150, "so much of an answer is seen at once"
    assert page.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_nothing_moves_for_who_wants_it_so(app: App, visit: Visit) -> None:
    page = visit(app, model=LLAMA)
    page.page.emulate_media(reduced_motion="reduce")
    page.ask("Tell me upstream: hang=1")
    expect(page.stop_button).to_be_visible()
    moving = page.page.evaluate(
        """() => [...document.querySelectorAll("[class^=pg-], [class*=' pg-']")]
            .filter(element => element.getAnimations().some(({ playState }) => playState === "running"))
            .map(({ className }) => className)"""
    )
    assert moving == []
    page.stop()


def test_axe_finds_nothing_where_a_connection_is_added(app: App, visit: Visit, axe: str) -> None:
    page = visit(app, "/connections")
    page.page.get_by_role("radio", name="OpenAI", exact=True).click()
    form = page.page.locator(".st-key-connection-form")
    form.get_by_role("button", name="Connect").click()
    expect(form).to_contain_text("Enter the key")
    assert found_in_each_theme(page, axe) == []
