"""The ways from a cell to Chat, Compare and the presenter, with its row."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

import streamlit as st

from components.compare.session import open_in_compare
from components.frame.page_link import page_link
from components.frame.same_page import go_to_address
from components.frame.session import Offer, session, shows_errors
from playground.compare.comparing import Comparing
from playground.compare.comparison import MOST_PANES
from playground.experiments.named_columns import NamedColumn
from playground.experiments.row_elsewhere import RowQuestion, compared_row, demo_of_row, left_out_of_demo
from playground.presenting.demo_file import write_demo
from playground.presenting.demo_library import DemoLibrary
from playground.sharing.setup_link import LONGEST_VALUE, link_of
from playground.store import StoredExperiment

_GONE = "row_gone_to"
"""In the session: the page to show next, its query, and the experiment that is left for it."""
_WAYS_BACK = "row_ways_back"
"""In the session: for what was gone to, the experiment that it was made of."""


def go_elsewhere() -> None:
    """Show the page that was asked for in a dialog, if one was; and what was left by it, where Back leads here again.

    Streamlit leaves this page behind with the query of the next one.
    """
    ways: dict[str, str] = st.session_state.setdefault(_WAYS_BACK, {})
    if (gone := st.session_state.pop(_GONE, None)) is not None:
        page, query, experiment_id = gone
        ways.update(dict.fromkeys(query.values(), experiment_id))
        st.switch_page(f"pages/{page}.py", query_params=query)
    left = next((ways[value] for value in st.query_params.to_dict().values() if value in ways), None)
    if left is not None:
        go_to_address(id=left)


def row_elsewhere(
    experiment: StoredExperiment,
    columns: Sequence[NamedColumn],
    questions: Mapping[int, RowQuestion],
    column: int,
    row: int,
) -> None:
    """Offer what a cell's row can be taken to, with the columns that are chosen."""
    if _GONE in st.session_state:
        st.rerun()  # out of the dialog: `go_elsewhere` leads on
    mine = questions.get(column)
    if mine is None:
        return
    link = link_of(mine.setup)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if link is not None and len(mine.question) <= LONGEST_VALUE:
            page_link("chat", "Open in Chat", ":material/chat:", **dict(parse_qsl(link)), prompt=mine.question)
        with st.popover("Compare or present", icon=":material/view_column:"):
            same = [number for number, one in questions.items() if one.question == mine.question]
            chosen = st.multiselect(
                "Columns",
                list(questions),
                default=[column, *(one for one in same if one != column)][:MOST_PANES],
                key=f"cell_columns-{column}",
                format_func=lambda number: columns[number].title,
                max_selections=MOST_PANES,
            )
            picked = [questions[number] for number in chosen]
            alike = len({one.question for one in picked}) == 1
            st.button(
                "Open in Compare",
                key="cell_compare",
                icon=":material/view_column:",
                disabled=not alike,
                on_click=_compare,
                args=(experiment.id, picked),
            )
            if picked and not alike:
                st.caption("Panes are asked the same question, and these columns ask different ones.")
            st.button(
                "Make a demo",
                key="cell_demo",
                icon=":material/slideshow:",
                help="To be presented: a step for each question, with its columns beside each other.",
                disabled=not picked,
                on_click=_present,
                args=(experiment, row, picked),
            )
            for told in left_out_of_demo(picked):
                st.caption(told)


@shows_errors
def _compare(experiment_id: str, chosen: Sequence[RowQuestion]) -> None:
    comparison_id = compared_row(Comparing(session().chat), chosen)
    open_in_compare(comparison_id, Offer(chosen[0].question))
    st.session_state[_GONE] = ("compare", {"id": comparison_id}, experiment_id)


@shows_errors
def _present(experiment: StoredExperiment, row: int, chosen: Sequence[RowQuestion]) -> None:
    demo = demo_of_row(f"{experiment.title[:180]}, row {row + 1}", chosen)
    name = DemoLibrary(session().chat.store).keep(write_demo(demo))
    st.session_state[_GONE] = ("present", {"edit": name}, experiment.id)
