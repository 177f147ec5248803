"""Which answer a person likes better."""

from collections.abc import Sequence

import streamlit as st

from components import compare_actions as actions
from components.markdown import plain
from playground.comparison import Comparison


def vote(comparison: Comparison, names: Sequence[str]) -> None:
    """Buttons for the better pane, a tie, or both bad, with a note; then what was voted."""
    shown = comparison.shown()
    with st.container(key="vote", gap="small"):
        note = st.text_input(
            "Note", key="vote_note", placeholder="Why? (kept with the vote)", label_visibility="collapsed"
        )
        with st.container(horizontal=True, gap="small"):
            for pane, name in zip(shown, names, strict=True):
                st.button(
                    f"{plain(name)} is better",
                    key=f"vote-{pane.id}",
                    icon=":material/thumb_up:",
                    on_click=actions.vote,
                    args=("better", pane.id, note),
                )
            for verdict in ("tie", "all bad"):
                st.button(
                    verdict.capitalize(),
                    key=f"vote-{verdict}",
                    on_click=actions.vote,
                    args=(verdict, None, note),
                )
        by_id = {pane.id: name for pane, name in zip(shown, names, strict=True)}
        for cast in comparison.votes:
            which = f"{by_id.get(cast.pane_id, 'a pane that was removed')} is better" if cast.pane_id else cast.verdict
            blind = ", without seeing names" if cast.blind else ""
            st.caption(f":material/how_to_vote: {plain(which)}{blind}{plain(f': {cast.note}' if cast.note else '')}")
