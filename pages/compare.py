"""Compare: one prompt, several models or settings side by side, and a verdict."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.chat.exchange_dialog import inspected
from components.compare.head import compare_head
from components.compare.link import follow_models_link
from components.compare.pane import pane_column
from components.compare.pane_fold import beside_folds
from components.compare.pane_view import pane_views
from components.compare.session import compare_session
from components.compare.shared_composer import shared_composer
from components.compare.verdict.results import results
from components.frame.channel import show_panes
from components.frame.frame import lay_out
from components.frame.page_title import page_title
from components.frame.session import chat, session, show_last_error
from components.frame.viewport import viewport
from components.settings.model_question import await_lists
from playground.compare.comparison import PROMPT

ABOVE_AND_BELOW, LOWEST, HIGHEST = 330, 250, 800
OWN_PROMPT = 100
"""The message box of a pane; those without one are as high, so that answers stand side by side."""

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
    places: Sequence[DeltaGenerator]
    verdict: DeltaGenerator | None = None
    height = None
    if alone:
        places = [st.container()]
    elif window.narrow:
        *places, verdict = st.tabs([*(view.name for view in views), "Verdict"])
    else:
        places, verdict = st.columns(len(views), gap="small"), st.container()
        own = OWN_PROMPT if any(PROMPT in view.pane.unlinked for view in views) else 0
        height = min(max(window.height - ABOVE_AND_BELOW - own, LOWEST), HIGHEST)
    for space, view in zip(places, alone or views, strict=True):
        with space:
            pane_column(view, height=height)

with head:
    compare_head(here, views)
    show_last_error()
    if here.lost:
        st.warning("There is no comparison at this address. This is a new one.", icon=":material/link_off:")
if verdict is not None:
    with verdict:
        results(views)

shared_composer(views, here)

await_lists([view.pane.model for view in views], chat().roster)
inspected()
