"""Text as Streamlit's Markdown."""

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from playground.text.cleaning import clean
from playground.text.markdown import Markdown, code_span, fenced, markdown_table, plain


def shown(html: str) -> str:
    """What a browser shows of it."""
    return html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")


@given(st.text())
def test_plain_text_is_shown_character_for_character(text: str) -> None:
    assert shown(MarkdownIt("commonmark").renderInline(plain(text))) == " ".join(clean(text).split())


@given(st.text("` a*[", min_size=1))
def test_a_line_of_code_is_shown_character_for_character(text: str) -> None:
    (token,) = MarkdownIt("commonmark").parseInline(code_span(text))[0].children or []
    assert token.type == "code_inline"
    assert token.content.strip() == text.strip()


@given(st.text("`~\n a#"))
def test_no_text_ends_a_block_of_code(text: str) -> None:
    (token,) = MarkdownIt("commonmark").parse(fenced(text, "sh"))
    assert (token.type, token.info) == ("fence", "sh")
    assert token.content == f"{text}\n"


def cells(table: str) -> list[str]:
    """What a browser shows in the cells of a table, without its tags."""
    read = MarkdownIt("commonmark").enable("table")
    first, *rest = read.parse(table)
    assert (first.type, rest[-1].type) == ("table_open", "table_close")
    return [shown(read.renderInline(token.content)) for token in rest if token.type == "inline"]


@given(st.lists(st.lists(st.text() | st.text("a|\\\n`"), min_size=2, max_size=2), min_size=1))
def test_a_table_shows_every_cell_character_for_character(rows: list[list[str]]) -> None:
    written = [" ".join(clean(cell).split()) for row in rows for cell in row]
    assert cells(markdown_table(("Fact", "a|b"), rows)) == ["Fact", "a|b", *written]


def test_a_cell_of_markdown_stays_it_and_stays_in_its_column() -> None:
    table = markdown_table((Markdown("**Fact**"), "Value"), [(Markdown(code_span("a|b")), "*3*")], numbers=True)
    assert table.splitlines()[1] == "| --- | ---: |"
    assert cells(table) == ["<strong>Fact</strong>", "Value", "<code>a|b</code>", "*3*"]
