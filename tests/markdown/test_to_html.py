"""Hostile and endless texts as HTML."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.markdown import to_html

TAGS = "p h2 h3 h4 h5 h6 ul ol li blockquote hr div span table thead tbody tr th td pre code a em strong s br img input"
ATTRIBUTES = "class dir tabindex href target rel title src alt start data-tex type disabled checked aria-label"


class Elements(HTMLParser):
    """What a parser of HTML finds that nobody allowed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        self.faults += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS.split():
            self.faults.append(tag)
        if tag not in ("br", "hr", "img", "input"):
            self.open.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES.split():
                self.faults.append(f"{tag} {name}")
            if name == "href" and not re.match(r"https?://|mailto:", value or "", re.I):
                self.faults.append(f"href={value}")
            if name == "src" and not re.match(r"data:image/(png|jpeg|gif|webp);base64,", value or "", re.I):
                self.faults.append(f"src={value}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")


PIECES = [
    *[
        "word",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "> ",
        "# ",
        "    ",
        "\t",
        "```",
        "```\n",
        "~~~",
        "```md\n",
        "---",
        "===",
        "**",
    ],
    *[
        "*",
        "_",
        "~~",
        "`",
        "``",
        "&",
        "<",
        ">",
        '"',
        "'",
        "[a]",
        "[a]: /u\n",
        "[t](",
        ")",
        "![",
        "](",
        "|",
        "<b>",
        "<br>",
    ],
    *["[ ] ", "[x] ", "- [X] a\n"],
    *["| a | `b|` |\n|---|---|\n", "\\begin{align}\n", "\n\\end{align}\n", "th ", "$|", "|$", "\u202e"],
    *["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "data:image/png;base64,AA"],
    *["http://a.b/", "\\", "\\(", "\\)", "\\[", "\\]", "$$", "$", "x^2", "&lt;", "&#x6a;", "א", "中", "「", "“", "\0"],
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_holds_nothing_that_was_not_allowed(text: str) -> None:
    assert not Elements(to_html(text)).faults


@pytest.mark.parametrize(
    "text",
    [
        "word " * 20_000,
        "[" * 20_000,
        "[a](" * 5_000,
        "![" * 10_000,
        "*" * 20_000,
        "*a " * 10_000,
        "*" * 10_000 + "a" + "*" * 10_000,
        "[" * 5_000 + "]" * 5_000,
        "**a*" * 5_000,
        "_a*" * 5_000,
        "~~" * 10_000,
        "<" * 20_000,
        "<a@" * 5_000,
        "".join("`" * length + " " for length in range(200)),
        "$" * 20_000,
        "$a " * 10_000,
        "\\(" * 10_000,
        "\\[a\n" * 5_000,
        "$$\n" * 5_000,
        "> " * 2_000 + "x",
        "- " * 2_000 + "x",
        "```md\n```\nx\n" * 1_000,
        "| a | b |\n|---|---|\n" + "|" * 20_000,
        "&" * 20_000,
        "http://" * 5_000,
        "a:" * 10_000,
    ],
    ids=lambda text: repr(text[:12]),
)
@pytest.mark.timeout(20)
def test_takes_no_time_to_speak_of(text: str) -> None:
    assert to_html(text)
