"""One conversation or comparison in a list."""

from collections.abc import Callable, Sequence

import streamlit as st

from components.frame.page_link import page_link
from components.frame.reader_zone import reader_zone
from components.frame.session import called
from components.history import actions as history_actions
from playground.compare.comparing import opened
from playground.compare.comparison import Comparison, pane_titles
from playground.compare.vote import vote_text
from playground.money import figures
from playground.money.meter import spent_money
from playground.store import SavedComparison, Summary
from playground.text.markdown import plain


def conversation_row(summary: Summary, *, current: bool) -> None:
    """Its title as a link, what it took, and what can be done with it."""
    told = (
        called(summary.model),
        figures.counted(summary.questions, "question"),
        figures.counted(summary.answers, "answer"),
        spent_money(summary.spent),
        figures.when(summary.updated_at, reader_zone()),
    )
    _row(
        summary.id,
        summary.title,
        lambda title: page_link("chat", title, c=summary.id),
        [" · ".join(told)],
        lambda key: history_actions.rename_conversation(summary.id, key),
        lambda: history_actions.delete_conversation(summary.id),
        current=current,
    )


def comparison_row(saved: SavedComparison, *, current: bool) -> None:
    """Its title as a link, what was compared and what it took, the votes, and what can be done with it."""
    comparison = opened(saved)
    if comparison is None:
        return
    money = "" if comparison.hidden else spent_money(saved.spent)
    told = (*_compared(comparison), money, figures.when(saved.updated_at, reader_zone()))
    _row(
        saved.id,
        saved.title,
        lambda title: page_link("compare", title, id=saved.id),
        [" · ".join(filter(None, told)), *_votes(comparison)],
        lambda key: history_actions.rename_comparison(saved.id, key),
        lambda: history_actions.delete_comparison(saved.id),
        current=current,
    )


def _row(
    id_: str,
    title: str,
    link: Callable[[str], None],
    lines: Sequence[str],
    on_rename: Callable[[str], None],
    on_delete: Callable[[], None],
    *,
    current: bool,
) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"entry-{id_}", border=current):
        with st.container(gap=None):
            link(title or "Untitled")
            for line in lines:
                st.caption(plain(line))
        with st.popover("", icon=":material/edit:", type="tertiary", help="Rename"):
            key = f"title-{id_}"
            st.text_input("Title", title, key=key, on_change=on_rename, args=(key,), max_chars=120)
        st.button("", key=f"delete-{id_}", icon=":material/delete:", type="tertiary", help="Delete", on_click=on_delete)


def _compared(comparison: Comparison) -> tuple[str, ...]:
    panes = f"{len(comparison.panes)} panes"
    if comparison.hidden:
        return panes, "not voted on yet"
    return panes, ", ".join(dict.fromkeys(called(pane.model) for pane in comparison.panes))


def _votes(comparison: Comparison) -> list[str]:
    if comparison.hidden or not comparison.votes:
        return []
    short = {pane.model: called(pane.model) for pane in comparison.panes}
    named = pane_titles([comparison.setup(pane) for pane in comparison.panes], short)
    names = {pane.id: name for pane, name in zip(comparison.panes, named, strict=True)}
    return [vote_text(comparison.votes[-1], names, len(names))]
