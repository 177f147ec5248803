"""Compare: one prompt, several models or settings side by side, and a verdict."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.chat.exchange_dialog import inspected
from components.compare.head import compare_head
from components.compare.link import follow_models_link
from components.compare.pane import pane_column
from components.compare.pane_fold import beside_folds
from components.compare.pane_map import pane_map
from components.compare.pane_view import pane_views
from components.compare.ready import ready_comparisons
from components.compare.session import compare_session
from components.compare.shared_composer import shared_composer
from components.compare.verdict.results import results
from components.experiments.add_row import add_row_dialog
from components.frame.channel import show_panes
from components.frame.frame import lay_out
from components.frame.page_title import page_title
from components.frame.process import chat
from components.frame.session import session, show_last_error
from components.frame.viewport import viewport
from components.settings.model_question import await_lists
from playground.compare.comparison import PROMPT

ABOVE_AND_BELOW, LOWEST, HIGHEST = 330, 250, 800
OWN_PROMPT = 100
"""The message box of a pane; those without one are as high, so that answers stand side by side."""
ABOVE_A_ROW = 110
"""What stands above the answers of each of two rows."""

follow_models_link()
with session().lock:
    here = compare_session()
    here.follow_url()
    here.settle_models()
    if st.session_state.pop("promoted", False):
        st.switch_page("pages/chat.py")
    views = pane_views(here)
    here.drawn = beside_folds(here, views)
    show_panes(session(), here, {view.pane.conversation_id: view.path for view in views})
lay_out("wide" if here.full_width else "centered")
alone = [view for view in views if view.alone]
window = viewport()

page_title("Compare", hidden=True)
head = st.container()
with st.container(key="transcript"):
    columns: Sequence[DeltaGenerator]
    height = None
    if alone:
        columns = [st.container()]
    else:
        pane_map(views)
        # Always there: where it came and went, all below it would be made anew, and the page lose its place.
        with st.container():
            if not any(view.path for view in views):
                ready_comparisons(chat().roster)
        if not window.narrow:
            own_composer = OWN_PROMPT if any(PROMPT in view.pane.unlinked for view in views) else 0
            height = min(max(window.height - ABOVE_AND_BELOW - own_composer, LOWEST), HIGHEST)
            if here.in_two_rows:
                height = max((height - ABOVE_A_ROW) // 2, LOWEST)
        with st.container(key="panes_in_two_rows" if here.in_two_rows else "panes"):
            columns = st.columns(len(views), gap="small")
    for space, view in zip(columns, alone or views, strict=True):
        with space:
            pane_column(view, chat(), height=height, found=here.found)
    if not alone:
        with st.container(key="results"):
            results(views)

with head:
    compare_head(here, views, chat().store.comparison_spent(here.comparison_id))
    show_last_error()
    if here.lost:
        st.warning("There is no comparison at this address. This is a new one.", icon=":material/link_off:")
    if here.not_found:
        st.info(here.not_found, icon=":material/link_off:")

shared_composer(views, here)

await_lists([view.pane.model for view in views], chat().roster)
inspected(chat().store)
add_row_dialog(chat().store)
