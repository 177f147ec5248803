"""Compare: one prompt, several models or settings side by side, and a verdict."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import compare_actions as actions
from components.compare_head import compare_head
from components.compare_link import follow_models_link
from components.compare_session import compare_session
from components.frame import lay_out
from components.live_answer import await_quick, lead, watch
from components.model_question import await_lists
from components.pane import Column, unseen
from components.pane_view import pane_views
from components.places import place
from components.preload import preload
from components.results import results
from components.session import chat, trouble
from components.shared_composer import shared_composer
from components.viewport import viewport

ABOVE_AND_BELOW, LOWEST, HIGHEST = 550, 250, 500

follow_models_link()
here = compare_session()
here.follow_url()
here.settle_models()
if st.session_state.pop("promoted", False):
    st.switch_page("pages/chat.py")
lay_out("wide" if here.full_width else "centered")
views = pane_views(here)
await_quick([view.coming for view in views if view.coming is not None])
alone = [view for view in views if view.alone]
window = viewport()

head = st.container()
with st.container(key="transcript"):
    watched = [waiting for view in views if alone and not view.alone for waiting in unseen(view)]
    places: Sequence[DeltaGenerator]
    verdict: DeltaGenerator | None = None
    height = None
    layout = "alone" if alone else "tabs" if window.narrow else "columns"
    area = place("layout", " ".join([layout, *(view.pane.id for view in alone or views)]))
    if alone:
        places = [area.container()]
        st.empty()
    elif window.narrow:
        *places, verdict = area.tabs([*(view.name for view in views), "Verdict"])
        st.empty()
    else:
        places, verdict = area.columns(len(views), gap="small"), st.container()
        height = min(max(window.height - ABOVE_AND_BELOW, LOWEST), HIGHEST)
    columns = []
    for space, view in zip(places, alone or views, strict=True):
        with space:
            columns.append(Column(view, height=height))

lead([answer for column in columns for answer in column.watched])
with head:
    compare_head(here, views)
    trouble()
    if here.lost:
        st.warning("There is no comparison at this address. This is a new one.", icon=":material/link_off:")
for column in columns:
    column.complete()
    watched += column.watched
if verdict is not None:
    with verdict:
        results(views)

shared_composer(views, actions.send, actions.stop_all, follow=window.narrow or bool(alone))

preload()
await_lists([view.pane.model for view in views], chat().roster)
if watch(watched):
    st.rerun()
