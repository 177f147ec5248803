"""What an empty comparison offers: comparisons that are ready to be tried."""

import streamlit as st

from components.compare import actions
from components.frame.page_link import page_link
from playground.compare.ready import READY
from playground.models.roster import Roster
from playground.text.markdown import plain


def ready_comparisons(roster: Roster) -> None:
    """A button for each, which sets the panes up and puts the prompt into the message box; nothing is sent yet."""
    needs_connection = False
    with st.container(key="welcome", gap="xsmall"):
        st.caption("Write to all panes, or begin with one of these:")
        with st.container(horizontal=True, gap="small"):
            for number, ready in enumerate(READY):
                obstacle = ready.obstacle(roster)
                needs_connection |= bool(obstacle)
                st.button(
                    f"{ready.name}: {ready.about}",
                    key=f"ready-{number}",
                    help=plain(obstacle or f"Puts into the message box: {ready.prompt}"),
                    disabled=bool(obstacle),
                    on_click=actions.use_ready,
                    args=(ready,),
                )
            if needs_connection:
                page_link("connections", "Add a connection for the others", ":material/hub:")
