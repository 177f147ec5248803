"""Markdown on a page: what is loaded when, what stays selected, and what a hostile text cannot do."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from playground.markdown import to_html
from tests.browser.markdown_page import MarkdownPage, markdown_page

PYTHON = '```python\ndef f(x):\n    return "text"  # why\n```\n'


@pytest.fixture
def page(browser: Browser) -> Iterator[MarkdownPage]:
    with markdown_page(browser) as opened:
        yield opened
        assert not opened.faults


def test_code_gets_its_colours_where_it_stands(page: MarkdownPage) -> None:
    page.draw(f"Before\n\n{PYTHON}")
    code = page.page.locator("pre > code")
    expect(code.locator(".hljs-keyword").first).to_have_text("def")
    assert code.text_content() == 'def f(x):\n    return "text"  # why\n'
    expect(page.page.locator(".pg-code-language")).to_have_text("python")


def test_what_is_selected_in_code_stays_selected_when_the_colours_come(page: MarkdownPage) -> None:
    page.page.evaluate(
        """async text => {
            const { growing } = await import("/main.js");
            const words = growing();
            document.body.replaceChildren(words.element);
            words.add(text);
            const line = words.element.querySelector("code").firstChild.firstChild;
            getSelection().setBaseAndExtent(line, 4, line, 20);
        }""",
        PYTHON,
    )
    expect(page.page.locator(".hljs-keyword").first).to_be_visible()
    assert page.page.evaluate("getSelection().toString()") == "f(x):\n    return"


def test_what_is_selected_in_finished_words_stays_selected_while_more_comes(page: MarkdownPage) -> None:
    selected = page.page.evaluate(
        """async () => {
            const { growing } = await import("/main.js");
            const words = growing();
            document.body.replaceChildren(words.element);
            words.add("Some words.\\n\\n- one\\n- two\\n- three\\n- fo");
            const item = words.element.querySelectorAll("li p")[1].firstChild;
            getSelection().setBaseAndExtent(words.element.querySelector("p").firstChild, 5, item, 2);
            for (let count = 0; count < 100; count++) words.add(`\\n\\n- **item** ${count}\\n\\nParagraph`);
            words.end();
            return getSelection().toString();
        }"""
    )
    assert selected.split() == ["words.", "one", "tw"]


def test_a_text_in_groups_stands_as_high_as_one_without_and_nothing_of_it_moves_as_it_grows(page: MarkdownPage) -> None:
    kinds = ("## Heading {}\n\n", "Paragraph {}.\n\n", "- item {}\n- more\n\n", "Paragraph {}.\n\n")
    blocks = [kinds[at % 4].format(at) for at in range(164)]
    found = page.page.evaluate(
        """async ([blocks, html]) => {
            const { growing } = await import("/main.js");
            const words = growing();
            document.body.replaceChildren(words.element);
            const tops = new Map();
            let moved = 0;
            for (const block of blocks) {
                words.add(block);
                for (const element of words.element.querySelectorAll(".pg-blocks > *")) {
                    const top = element.getBoundingClientRect().top;
                    if (tops.has(element) && Math.abs(tops.get(element) - top) > 0.5) moved++;
                    tops.set(element, top);
                }
            }
            words.end();
            const groups = [...words.element.children];
            for (const group of groups) group.style.contentVisibility = "visible";
            const high = words.element.offsetHeight;
            document.body.innerHTML = `<div class="pg-markdown">${html}</div>`;
            return { groups: groups.length, moved, more: high - document.body.firstChild.offsetHeight };
        }""",
        [blocks, to_html("".join(blocks))],
    )
    assert found == {"groups": 5, "moved": 0, "more": 0}


def test_formulas_are_typeset_and_bounded(page: MarkdownPage) -> None:
    hostile = (
        r"\href{javascript:alert(1)}{x} \url{http://evil.example} \includegraphics{http://evil.example/x.png} "
        r"\htmlStyle{background:url(http://evil.example)}{x} \rule{9999em}{9999em}"
    )
    deep = r"\frac{" * 400 + "x" + "}{y}" * 400
    page.draw(f"${{x^2}}$ and \\({hostile}\\)\n\n$$\n{deep}\n$$\n\n\\[ \\def\\a{{\\a\\a}}\\a \\]\n\n\\( \\frac{{ \\)")
    formulas = page.page.locator(".pg-math")
    expect(formulas.first.locator(".katex")).to_have_count(1)
    assert page.page.locator("a, img").count() == 0
    assert formulas.nth(2).text_content() == deep
    assert page.page.evaluate("document.body.scrollHeight") < 20_000
    assert page.page.evaluate(
        "document.fonts.ready.then(() => [...document.fonts].some(font => font.status === 'loaded'))"
    )


def test_equations_have_no_numbers_that_nobody_wrote(page: MarkdownPage) -> None:
    page.draw("\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}")
    numbers = page.page.locator(".eqn-num")
    expect(numbers).to_have_count(2)
    assert numbers.evaluate_all("them => them.map(it => getComputedStyle(it, '::before').content)") == ["none"] * 2


def test_code_is_copied_as_it_was_written(page: MarkdownPage) -> None:
    page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.draw("```\n" + "a line\n" * 500 + "```\n")
    page.page.get_by_role("button", name="Copy").click()
    expect(page.page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.page.evaluate("navigator.clipboard.readText()") == "a line\n" * 499 + "a line"


ENDLESS = {
    "words": "word " * 20_000,
    "emphasis": "*" * 20_000 + "a" + "*" * 20_000,
    "quotes": "> " * 1_000 + "x",
    "lists": "- " * 1_000 + "x",
    "brackets": "[" * 20_000,
    "pictures": "![" * 10_000,
    "brackets and code": "[`" * 5_000,
    "addresses": "https://a.b/c " * 7_000,
    "formulas": "$$a" * 7_000,
    "dollars": "$$\n" * 5_000,
    "environments": "\\begin{align}\n" * 7_000,
    "openings": "\\[\n" * 5_000,
    "lines": "a\n" * 10_000,
    "columns": "|" * 20_000,
    "backticks": "".join("`" * length + " " for length in range(200)),
    "code": "```\n" + "x = 1\n" * 20_000,
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_an_endless_text_leaves_the_page_usable(page: MarkdownPage, text: str) -> None:
    page.page.set_default_timeout(60_000)
    size = len(text) // 20 + 1
    assert page.draw(*(text[at : at + size] for at in range(0, len(text), size)))["same"]
