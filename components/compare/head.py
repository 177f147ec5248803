"""The controls of a comparison as a whole, and what its panes have spent."""

from collections.abc import Sequence

import streamlit as st

from components.chat.budget_note import budget_left, budget_note, budget_uses_of
from components.chat.meter import session_meter
from components.compare import actions
from components.compare.export import export_buttons_of_comparison, share_comparison
from components.compare.pane_view import PaneView
from components.compare.parameter_ranges import parameter_ranges
from components.compare.recording_dialog import recording_button
from components.compare.session import FEWEST_IN_TWO_ROWS, CompareSession
from components.frame.present_button import present_button
from playground.compare.comparison import MOST_REPETITIONS
from playground.store import Spent
from playground.text.markdown import plain

_CLOSED = "compare_more_closed"


def compare_head(here: CompareSession, views: Sequence[PaneView], spent: Spent) -> None:
    """One row of buttons and switches above the panes."""
    comparison = here.comparison
    budgets = () if comparison.hidden else budget_uses_of([view.pane.model for view in views])
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare_head"):
        st.button(
            "Add pane",
            key="add_pane",
            icon=":material/add_column_right:",
            disabled=comparison.hidden or not comparison.has_room,
            on_click=actions.duplicate,
            args=(views[-1].pane.id,),
        )
        st.button("New", key="new_comparison", icon=":material/edit_square:", on_click=actions.new_comparison)
        if any(view.path for view in views):
            present_button(comparison=here.comparison_id)
        share_comparison(here, views)
        if here.focus:
            st.button("All panes", key="all_panes", icon=":material/view_column:", on_click=actions.focus, args=(None,))
        st.selectbox(
            "Repetitions",
            range(1, MOST_REPETITIONS + 1),
            index=comparison.repetitions - 1,
            key="repetitions",
            width=130,
            format_func=lambda count: "ask once" if count == 1 else f"ask {count} times",
            label_visibility="collapsed",
            on_change=lambda: actions.set_repetitions(st.session_state.repetitions),
        )
        st.toggle(
            "Blind",
            comparison.blind,
            key="blind",
            help="Hides names and meters from the next prompt until you vote, and shuffles the panes",
            on_change=lambda: actions.set_blind(st.session_state.blind),
        )
        if not comparison.hidden:
            parameter_ranges(views)
        with (
            st.container(key="compare_more", width="content"),
            # Another one is closed.
            st.popover("More", icon=":material/more_horiz:", key=f"compare_more_{st.session_state.get(_CLOSED, 0)}"),
        ):
            _more(here, views)
        if not comparison.hidden:
            budget_left(budgets)
            if spent.is_known:
                session_meter(spent, scope="Every pane")
    budget_note(budgets)
    if here.was_copied and here.copied is not None:
        before, after = here.copied
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="copied"):
            st.caption(f"Settings copied to all panes. {plain(after.changes_from(before))}", width="content")
            st.button("Undo", key="undo_copy", icon=":material/undo:", type="tertiary", on_click=actions.undo_copy)


def _close_more() -> None:
    """Close what is needed less often: a dialog comes in its place."""
    st.session_state[_CLOSED] = st.session_state.get(_CLOSED, 0) + 1


def _more(here: CompareSession, views: Sequence[PaneView]) -> None:
    """What is needed less often, so that the row stays one line on a projector."""
    st.button(
        "Run again",
        key="run_again",
        icon=":material/replay:",
        disabled=not any(view.path for view in views),
        help="A new comparison with the same panes and settings, asked the same prompts",
        on_click=actions.run_again,
        width="stretch",
    )
    export_buttons_of_comparison(here, views)
    recording_button(views, on_click=_close_more)
    st.toggle(
        "Full width",
        here.full_width,
        key="full_width",
        on_change=lambda: actions.set_full_width(st.session_state.full_width),
    )
    if len(here.comparison.panes) >= FEWEST_IN_TWO_ROWS:
        st.toggle(
            "Two rows",
            here.two_rows,
            key="two_rows",
            help="Otherwise panes for which there is no room are reached by scrolling sideways",
            on_change=lambda: actions.set_two_rows(st.session_state.two_rows),
        )
