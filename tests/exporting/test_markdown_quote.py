"""A model's text in a file of ours stays in its place, and looks as it was meant."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from playground.exporting.markdown_quote import block_quote

READERS = (MarkdownIt("commonmark"), MarkdownIt("commonmark").enable("table"))
MEANT = MarkdownIt("commonmark").enable("table").disable(["html_block", "html_inline", "autolink", "reference"])

PIECES = [
    *(
        "# Heading\n",
        "Title\n===\n",
        "under\n---\n",
        "```\n",
        "~~~~\n",
        "```python\nx = '<b>'\n```\n",
        "    code <b>\n",
    ),
    *("> quote\n", ">>\n", "- item\n", "1. one\n", "   more\n", "\tcode\n", "-\ttab\n", "1.\t```\n\t<i>\n\t```\n"),
    *("| a | b |\n|---|---|\n| `<x>` | <y> |\n", "| ` | <b> ` |\n", "a | b\n-|-\n", "|\n", "***\n", "---\n", "\n"),
    *("<!-- open\n", "-->\n", "<script>\n", "</blockquote>\n", "<div>\n", "<plaintext>", "<a href='`'>", "<https://h>"),
    *("[a]: http://evil\n", "[a]\n", "[ a\nb ]: <x> 'y'\n", "[^1]: foot\n", "[a][b] [c](d) ", "![p](http://h/p.png)"),
    *("`code <b>` ", "``a ` b`` ", "`open ", "```", "\\`", "\\<", "\\", "!", "*em* ", "**", "<", "&lt;", "\r", "\r\n"),
    *("x\u2028y", "\x0b", "\x85", "\u00a0", "word ", "`\n<div>\n`", "$$", "<details>\n\n", "</details>", "\0", "\n\n"),
    "[x]: y\n    z <b>\n",
]
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text()
FILE = """\
# Ours

{}

*meter*

## Verdict

| a | b |
| --- | ---: |
| 1 | 2 |

## Votes

- [a] [b] [x] [^1]
"""
OURS = ["heading", "blockquote", "paragraph", "heading", "table", "heading", "bullet_list"]


@settings(max_examples=300)
@given(texts)
@example("```\nnever closed")
@example("a\rb\r<script>")
@example("\t<b>")
def test_ours_stays_ours(text: str) -> None:
    env: dict[str, object] = {}
    tokens = READERS[1].parse(FILE.format(block_quote(text)), env)
    assert [token.type for token in tokens if token.level == 0 and token.nesting == 1] == [
        f"{kind}_open" for kind in OURS
    ]
    assert not env.get("references")
    assert "html_block" not in {token.type for token in tokens}
    inline = {child.type for token in tokens for child in token.children or ()}
    assert not inline & {"html_inline", "image"}


@settings(max_examples=300)
@given(texts.filter(lambda text: "![" not in text and "`\n" not in text))
@example("1. a\n\n\t```\n\tcode\n\t```\n")
@example("-\t    code\n")
def test_what_is_quoted_is_what_was_meant(text: str) -> None:
    shown, meant = READERS[1].render(block_quote(text)), f"<blockquote>{MEANT.render(text)}</blockquote>"
    assert re.sub(r"[\s\\]+", "", shown) == re.sub(r"[\s\\]+", "", meant)


@given(texts)
def test_readers_without_tables_see_no_html_either(text: str) -> None:
    tokens = READERS[0].parse(block_quote(text))
    assert [token.type for token in tokens if token.level == 0] == ["blockquote_open", "blockquote_close"]
    assert "html_block" not in {token.type for token in tokens}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# A\n\n- b", "> # A\n>\n> - b"),
        ("`<b>` and <b>", "> `<b>` and \\<b>"),
        ("```html\n<b>\n```", "> ```html\n> <b>\n> ```"),
        ("See [1].\n\n[1]: http://h", "> See [1].\n>\n> \\[1]: http://h"),
        ("![a](http://h)", "> \\![a](http://h)"),
        ("", ">"),
    ],
)
def test_as_it_stands_in_the_file(text: str, shown: str) -> None:
    assert block_quote(text) == shown


@pytest.mark.parametrize(
    "piece", ["`", "` ``", "<", "[", "[a]:", "\\", "- ", "> ", "|", "\t", "```\n", "a\n", "![", "]:\n"]
)
def test_long_texts_take_no_longer_for_what_they_are_made_of(piece: str) -> None:
    began = time.process_time()
    block_quote(piece * (100_000 // len(piece)))
    assert time.process_time() - began < 5


def test_runs_of_every_length_take_no_longer() -> None:
    began = time.process_time()
    block_quote(" ".join("`" * length for length in range(1, 1_000)))
    assert time.process_time() - began < 5
