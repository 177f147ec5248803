"""The composer for a prompt to several panes, with a Stop for all of them."""

from collections.abc import Sequence

import streamlit as st

from components.compare.pane_view import PaneView
from components.compare.requests import ALL
from components.compare.session import CompareSession
from components.frame.channel import composer
from playground.channel.marks import mark_of
from playground.compare.comparison import PROMPT


def shared_composer(views: Sequence[PaneView], here: CompareSession) -> None:
    """The message box of the page. Pictures can be added unless a model that is asked is known not to see them."""
    addressed = [view for view in views if PROMPT not in view.pane.unlinked]
    vision = bool(addressed) and all(view.card is not None and view.card.vision is not False for view in addressed)
    shared = "all panes" if len(addressed) == len(views) else f"{len(addressed)} of {len(views)} panes"
    with st.bottom:
        composer(
            ALL,
            placeholder=f"To {shared}" if addressed else "Every pane has a prompt of its own",
            draft_key=f"compare-{here.comparison_id}",
            mark=mark_of(here.comparison_id),
            context=[view.context for view in addressed],
            disabled=not addressed,
            vision=vision,
            offer=here.offer,
        )
