"""Text as Streamlit's Markdown."""

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from playground.text.cleaning import clean
from playground.text.markdown import code_span, fenced, plain


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
