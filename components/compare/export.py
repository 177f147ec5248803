"""A comparison as one Markdown file."""

from collections.abc import Sequence

import streamlit as st

from components.compare.pane_view import PaneView, pane_views
from components.compare.session import CompareSession
from playground.exporting.chat_markdown import ExportedPane, comparison_as_markdown


def export_button(here: CompareSession, views: Sequence[PaneView]) -> None:
    """A download of what was set, asked, answered, measured and voted; while names are hidden there is none."""
    ready = not any(view.busy or view.hidden for view in views)
    st.download_button(
        "Export",
        (lambda: comparison_file(pane_views(here))) if ready else "",
        "comparison.md",
        "text/markdown",
        key="export_comparison",
        icon=":material/download:",
        disabled=not ready,
        on_click="ignore",
    )


def comparison_file(views: Sequence[PaneView]) -> str:
    """All panes of a page and the votes, to be saved."""
    panes = [ExportedPane(view.pane.id, view.answer_name, view.setup, view.path, view.answers) for view in views]
    return comparison_as_markdown(panes, views[0].comparison.votes)
