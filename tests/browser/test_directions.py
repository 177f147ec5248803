"""Words that run from right to left: where they stand in lists, and in text that is shown as it was written."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.markdown_page import MarkdownPage, markdown_page
from tests.browser.stage import Stage, slot, turn

pytestmark = pytest.mark.browser

WORDS = {
    "ltr": "An item that is long enough for a second line on a phone",
    "rtl": "פריט ארוך מספיק לשורה שנייה על טלפון קטן " * 2,
}
INDENT = 1.6 * 16
ITEMS = """items => items.map(item => {
    const around = item.closest(".pg-markdown").getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(item.querySelector("p"));
    const lines = [...range.getClientRects()];
    const left = Math.min(...lines.map(line => line.left)) - around.left;
    const right = around.right - Math.max(...lines.map(line => line.right));
    const box = item.getBoundingClientRect();
    const rtl = getComputedStyle(item).direction === "rtl";
    return {
        direction: rtl ? "rtl" : "ltr",
        indent: rtl ? around.right - box.right : box.left - around.left,
        left,
        right,
    };
})"""


@pytest.fixture
def page(browser: Browser) -> Iterator[MarkdownPage]:
    with markdown_page(browser) as opened:
        opened.page.set_viewport_size({"width": 390, "height": 800})
        yield opened
        assert not opened.faults


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage() as running:
        yield running


def items(page: MarkdownPage) -> list[dict[str, Any]]:
    """Of each item its direction, how far its box is indented where it begins, and the room beside its words."""
    found: list[dict[str, Any]] = page.page.locator("li").evaluate_all(ITEMS)
    return found


def test_each_paragraph_runs_its_own_way(page: MarkdownPage) -> None:
    page.draw("שלום עולם, this is Hebrew.\n\nThis is English, שלום.\n\n- פריט\n- item\n\n```\nקוד\n```\n")
    directions = "elements => elements.map(element => getComputedStyle(element).direction)"
    assert page.page.locator("p[dir]").evaluate_all(directions) == ["rtl", "ltr"]
    assert page.page.locator("li").evaluate_all(directions) == ["rtl", "ltr"]
    assert page.page.locator("pre").evaluate_all(directions) == ["ltr"]


@pytest.mark.parametrize("mark", ["-", "1."])
def test_an_item_is_indented_by_its_level_on_the_side_where_it_begins(page: MarkdownPage, mark: str) -> None:
    for directions in product(WORDS, repeat=3):
        page.draw("\n".join(f"{'    ' * level}{mark} {WORDS[one]}" for level, one in enumerate(directions)))
        found = items(page)
        assert [one["direction"] for one in found] == list(directions)
        assert [one["indent"] for one in found] == pytest.approx([INDENT, 2 * INDENT, 3 * INDENT], abs=0.5), directions
        assert min(min(one["left"], one["right"]) for one in found) >= 0, directions


NUMBERS = [(1, 2), (7, 5), (1, 102), (98, 3), (1984, 1), (123456789, 1)]
WIDTH = """number => {
    const span = document.createElement("span");
    span.style.cssText = "position: absolute; white-space: pre";
    span.textContent = number;
    document.querySelector(".pg-markdown").append(span);
    const { width } = span.getBoundingClientRect();
    span.remove();
    return width;
}"""


@pytest.mark.parametrize("outer", ["", *WORDS])
@pytest.mark.parametrize("inner", WORDS)
def test_there_is_room_for_the_number_of_an_item(page: MarkdownPage, outer: str, inner: str) -> None:
    before, blank = (f"- {WORDS[outer]}\n\n", "  ") if outer else ("", "")
    for first, count in NUMBERS:
        page.draw(before + "".join(f"{blank}{first + at}. {WORDS[inner]}\n" for at in range(count)))
        width = page.page.evaluate(WIDTH, f"{first + count - 1}. ")
        assert items(page)[-1]["indent"] - (INDENT if outer else 0) >= width


@pytest.mark.parametrize("directions", list(product(WORDS, repeat=2)), ids=">".join)
def test_the_box_of_a_task_stands_before_its_words(page: MarkdownPage, directions: tuple[str, ...]) -> None:
    page.draw("\n".join(f"{'    ' * level}- [x] {WORDS[one]}" for level, one in enumerate(directions)))
    boxes = page.page.locator("li").evaluate_all(
        """items => items.map(item => {
            const box = item.querySelector("input").getBoundingClientRect();
            const around = item.getBoundingClientRect();
            const rtl = getComputedStyle(item).direction === "rtl";
            return rtl ? box.left - around.right : around.left - box.right;
        })"""
    )
    assert all(0 <= gap < 12 for gap in boxes)
    assert min(one["indent"] for one in items(page)) >= INDENT - 0.5


MIXED = "What does this mean?\n\nמה שלומך היום?\n\nAnd this?"


def stands(text: Locator) -> dict[str, bool]:
    """Whether the lines of `MIXED` begin on their own sides, and the Hebrew question mark is on its left."""
    found: dict[str, bool] = text.evaluate(
        """box => {
            const node = [...box.childNodes].find(one => one.nodeType === 3);
            const at = (index) => {
                const range = document.createRange();
                range.setStart(node, index);
                range.setEnd(node, index + 1);
                return range.getBoundingClientRect();
            };
            const style = getComputedStyle(box);
            const around = box.getBoundingClientRect();
            const left = around.left + parseFloat(style.paddingLeft) + 1;
            const right = around.right - parseFloat(style.paddingRight) - 1;
            const mark = node.data.indexOf("?", node.data.indexOf("היום"));
            return {
                english: at(0).left <= left && at(node.data.indexOf("And")).left <= left,
                hebrew: at(node.data.indexOf("מה")).right >= right,
                mark: at(mark).right <= at(mark - 1).left + 1,
            };
        }"""
    )
    return found


def test_each_line_that_is_shown_as_it_was_written_runs_its_own_way(browser: Browser, stage: Stage) -> None:
    stage.shown = [
        slot("u", "t", "a"),
        turn("u", "user", text=MIXED),
        turn("t", "tool", text=MIXED),
        turn("a", text=MIXED, actions=["regenerate", "compare", "inspect", "delete"]),
    ]
    page = browser.new_page(viewport={"width": 390, "height": 800})
    try:
        page.goto(stage.url)
        rightly = {"english": True, "hebrew": True, "mark": True}
        expect(page.locator("[data-turn=u] .pg-question")).to_contain_text("And this?")
        assert stands(page.locator("[data-turn=u] .pg-question")) == rightly
        assert stands(page.locator("[data-turn=t] .pg-tool-words")) == rightly
        page.locator("[data-turn=a]").get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Show raw text").click()
        assert stands(page.locator("[data-turn=a] .pg-raw")) == rightly
    finally:
        page.close()


TURNED = """\u202e[ylbatiderc\u202d](https://evil.example/) and

```python
s = '\u202e'; access = True
```

```
\u2067not closed"""
LEFTS = """element => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const lefts = [];
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
        for (let at = 0; at < text.length; at++) {
            const range = document.createRange();
            range.setStart(text, at);
            range.setEnd(text, at + 1);
            lefts.push(range.getBoundingClientRect().left);
        }
    return lefts;
}"""


@pytest.mark.parametrize("size", [1000, 7, 1])
def test_no_sign_turns_what_is_written_after_it(page: MarkdownPage, size: int) -> None:
    page.draw(*(TURNED[at : at + size] for at in range(0, len(TURNED), size)))

    expect(page.page.locator(".hljs-string").first).to_be_visible()
    for part in ("p", "pre >> nth=0", "pre >> nth=1"):
        lefts = page.page.locator(part).evaluate(LEFTS)
        assert lefts == sorted(lefts)
    assert page.page.locator("[title='U+202E']").count() == 2
    assert page.page.locator("[title='U+202E']").first.evaluate("sign => sign.getBoundingClientRect().width") > 20


def test_nothing_else_in_a_conversation_looks_like_such_a_sign(browser: Browser, stage: Stage) -> None:
    stage.shown = [slot("q", "a"), turn("q", "user", text="Hello"), turn("a", text=TURNED)]
    page = browser.new_page()
    try:
        page.goto(stage.url)
        expect(page.locator("[title='U+202E']").first).to_be_visible()
        shows_sign = "them => them.filter(it => getComputedStyle(it, '::before').content.startsWith('\"[')).length"
        assert page.locator("*").evaluate_all(shows_sign) == 4
        size = "question => parseFloat(getComputedStyle(question).fontSize)"
        assert page.locator("[data-turn=q] [data-part=text]").evaluate(size) > 10
    finally:
        page.close()
