"""The settings of a pane as a fragment, which is redrawn alone where a change shows nowhere else on the page."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.compare.pane_view import PaneView, pane_views
from components.compare.session import CompareSession, compare_session
from components.frame.channel import page
from components.frame.session import session


@st.fragment
def in_fold(view: PaneView, draw: Callable[[PaneView], bool]) -> None:
    """Draw the settings of a pane as a fragment, which alone is redrawn when one of its controls is used.

    `draw` returns whether the settings are unfolded.
    """
    with session().lock:
        here = compare_session()
        if _is_alone():
            views = pane_views(here)
            if view.number >= len(views) or views[view.number].pane.id != view.pane.id:
                st.rerun()
            view = views[view.number]
    if draw(view):
        here.unfolded[view.pane.id] = view.setup
    else:
        here.unfolded.pop(view.pane.id, None)


def change_settings(pane_id: str, action: Callable[..., None], *args: object) -> None:
    """Change the settings of a pane, and redraw the whole page where it shows the change elsewhere.

    Where it does not, composers are not redrawn, but measure the context again.
    """
    action(pane_id, *args)
    if not _is_alone():
        return
    with session().lock:
        here = compare_session()
        views = pane_views(here)
        others = (view for view in views if view.pane.id != pane_id)
        is_elsewhere = here.drawn != beside_folds(here, views) or any(
            here.unfolded.get(view.pane.id, view.setup) != view.setup for view in others
        )
    if is_elsewhere or "last_error" in st.session_state:
        st.rerun()
    page().measure()


def beside_folds(here: CompareSession, views: Sequence[PaneView]) -> object:
    """All that the page shows of a comparison outside the folds of settings, to be compared with a later state."""
    comparison = here.comparison
    panes = tuple(replace(pane, system_prompt="", parameters={}) for pane in comparison.panes)
    return (
        replace(comparison, system_prompt="", parameters={}, panes=panes),
        here.was_copied,
        [(view.name, view.sent_name, view.notes) for view in views],
    )


def _is_alone() -> bool:
    """Whether this is not a run of the whole page."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)
