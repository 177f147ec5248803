"""A comparison as files: to read as Markdown, to share as a page, its numbers as CSV."""

from collections.abc import Sequence

import streamlit as st

from components.compare.pane_view import PaneView, pane_views
from components.compare.session import CompareSession
from components.frame.process import called, chat
from components.share.dialog import share_button
from playground.exporting.comparison_csv import comparison_csv
from playground.exporting.file_names import dated_name
from playground.exporting.markdown_file import ExportedPane, comparison_as_markdown
from playground.sharing.document import Document, DocumentPane, comparison_document
from playground.sharing.included import HIDDEN_NAMES, Included
from playground.store import StoredReply
from playground.store.database.database import now


def share_comparison(here: CompareSession, views: Sequence[PaneView]) -> None:
    """Share the same as a page; while names are hidden it does not have them."""
    share_button(
        lambda included: comparison_page(here, views, included),
        key="share_comparison",
        most=HIDDEN_NAMES if views[0].hidden else None,
        disabled=not any(view.path for view in views) or any(view.busy for view in views),
    )


def export_buttons_of_comparison(here: CompareSession, views: Sequence[PaneView]) -> None:
    """What was set, asked, answered, measured and voted, to download; not while names are hidden."""
    title = comparison_title(here)
    ready = not any(view.busy or view.hidden for view in views)
    st.download_button(
        "Export",
        (lambda: comparison_file(pane_views(here))) if ready else "",
        dated_name(title or "comparison", now(), "md"),
        "text/markdown",
        key="export_comparison",
        icon=":material/download:",
        disabled=not ready,
        on_click="ignore",
        width="stretch",
    )
    st.download_button(
        "CSV",
        (lambda: comparison_csv(*_numbers(pane_views(here)))) if ready else "",
        dated_name(title or "comparison", now(), "csv"),
        "text/csv",
        key="export_comparison_csv",
        icon=":material/table:",
        disabled=not ready or not any(view.answers for view in views),
        help="Times, speeds, tokens and costs of each answer to the last prompt, with every digit",
        on_click="ignore",
        width="stretch",
    )


def comparison_title(here: CompareSession) -> str:
    """The title of a comparison, "" before anything was said."""
    saved = chat().store.comparison(here.comparison_id) if here.comparison_id else None
    return "" if saved is None else saved.title


def comparison_page(here: CompareSession, views: Sequence[PaneView], included: Included) -> Document:
    """The panes on screen as what a shared page is made of."""
    panes = [
        DocumentPane(
            view.name,
            view.setup,
            tuple(view.path),
            tuple(reply for reply in view.answers if not view.path or reply.id != view.path[-1].id),
            view.pane.id,
        )
        for view in views
    ]
    models = {view.setup.model for view in views} | {
        turn.reply.model for view in views for turn in view.path if turn.reply is not None
    }
    return comparison_document(
        comparison_title(here),
        panes,
        views[0].votes,
        included,
        now(),
        called={model: called(model) for model in models},
        repetitions=here.comparison.repetitions,
        pace_of=chat().store.pace,
    )


def _numbers(views: Sequence[PaneView]) -> tuple[list[str], list[Sequence[StoredReply]]]:
    return [view.answer_name for view in views], [view.answers for view in views]


def comparison_file(views: Sequence[PaneView]) -> str:
    """All panes of a page and the votes, to be saved."""
    panes = [ExportedPane(view.pane.id, view.answer_name, view.setup, view.path, view.answers) for view in views]
    return comparison_as_markdown(panes, views[0].votes)
