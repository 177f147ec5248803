"""Drawings of mermaid's language under the app's policy: pictures, which the page is not touched by."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.markdown_page import MarkdownPage, markdown_page

pytestmark = pytest.mark.browser

DRAWINGS = {
    "flowchart": 'flowchart TD\n  A["Grüße"] -->|yes| B{{Two}}',
    "sequence": "sequenceDiagram\n  Ann->>Bob: Hello",
    "class": "classDiagram\n  Animal <|-- Duck",
    "state": "stateDiagram-v2\n  [*] --> Still",
    "er": "erDiagram\n  CUSTOMER ||--o{ ORDER : places",
    "pie": 'pie title Pets\n  "Dogs" : 3\n  "Cats" : 2',
    "gantt": "gantt\n  section A\n  One :a1, 2024-01-01, 30d",
    "mindmap": "mindmap\n  root((One))\n    Two",
}
HOSTILE = {
    "themeCSS": '%%{init: {"themeCSS": "* {position: fixed; color: red !important}"}}%%\nflowchart TD\n  A --> B',
    "front matter": '---\nconfig:\n  themeCSS: "body {display: none}"\n  secure: []\n---\nflowchart TD\n  A --> B',
    "font": '%%{init: {"fontFamily": "x;} body {display: none} a {"}}%%\nflowchart TD\n  A --> B',
    "class": "flowchart TD\n  A --> B\n  classDef x fill:red;} body {display:none\n  class A x",
    "loose": '%%{init: {"securityLevel": "loose", "secure": [], "flowchart": {"htmlLabels": true}}}%%\n'
    'flowchart TD\n  A["<img src=https://a.example/1.png onerror=alert(1)>"] --> B["<script>alert(1)</script>"]\n'
    '  click A "javascript:alert(1)"\n  click B call alert()',
    "image": 'flowchart TD\n  A@{ img: "https://a.example/1.png", label: "x" } --> B',
}
FAULTS = """() => {
    const source = document.querySelector(".pg-drawing img")?.src;
    if (source === undefined) return [];
    const svg = decodeURIComponent(source.slice(source.indexOf(",") + 1));
    const all = [...new DOMParser().parseFromString(svg, "image/svg+xml").querySelectorAll("*")];
    const names = ["script", "foreignObject", "image", "use", "a", "iframe", "parsererror"];
    return all.flatMap(one => [
        ...(names.includes(one.localName) ? [one.localName] : []),
        ...(one.localName === "style" && /fixed|a\\.example/.test(one.textContent) ? [one.textContent] : []),
        ...[...one.attributes].filter(({name, value}) => /^on|href/.test(name) || /a\\.example|javascript:/.test(value))
            .map(({name, value}) => `${name}=${value}`),
    ]);
}"""

STYLES = "style, link[rel=stylesheet]:not([href$='main.css'], [href$='/katex.css'])"
"""Those that are not the app's own."""


@pytest.fixture
def markdown(browser: Browser) -> Iterator[MarkdownPage]:
    with markdown_page(browser) as page:
        yield page


def draw(markdown: MarkdownPage, text: str) -> None:
    markdown.draw(f"Words\n\n```mermaid\n{text}\n```\n")
    markdown.page.get_by_role("button", name="Draw").click()
    button = markdown.page.locator(".pg-code-buttons > button").first
    expect(button).not_to_have_text("Drawing…", timeout=20_000)


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_drawing_is_a_picture(markdown: MarkdownPage, kind: str) -> None:
    draw(markdown, DRAWINGS[kind])
    picture = markdown.page.get_by_role("img", name="Drawing of this code")
    expect(picture).to_be_visible()
    assert picture.evaluate("async it => (await it.decode(), it.naturalWidth > 20 && it.naturalHeight > 20)")
    assert markdown.page.locator("svg, iframe, body > div:not(.pg-markdown)").count() == 0
    assert markdown.faults == []


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_drawing_restyles_the_page_or_fetches_anything(markdown: MarkdownPage, kind: str) -> None:
    page = markdown.page
    markdown.draw("Words")
    draw(markdown, HOSTILE[kind])
    words = page.locator(".pg-markdown p").first
    expect(words).to_be_visible()
    assert words.evaluate("it => getComputedStyle(it).position") == "static"
    expect(page.locator(STYLES)).to_have_count(0)
    assert page.locator("svg, iframe, script, foreignObject").count() == 0
    assert page.evaluate(FAULTS) == []
    assert markdown.faults == []
