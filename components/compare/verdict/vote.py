"""Which answer a person likes better."""

from collections.abc import Sequence

import streamlit as st

from components.compare import actions
from components.compare.pane_view import PaneView
from playground.compare.comparison import VoteKind
from playground.compare.vote import bad_text, vote_text
from playground.text.markdown import plain


def vote_buttons(views: Sequence[PaneView]) -> None:
    """Buttons for the better pane, a tie, or none, with a note; then what was voted."""
    comparison = views[0].comparison
    names = {view.pane.id: view.answer_name for view in views}
    with st.container(key="vote", gap="small"):
        st.text_input(
            "Note", key="vote_note", placeholder="Why? Kept with the vote", label_visibility="collapsed", max_chars=2000
        )
        with st.container(horizontal=True, gap="small"):
            for view in views:
                if view.has_answered:
                    st.button(
                        f"{plain(view.answer_name)} is better",
                        key=f"vote-{view.number}",
                        icon=":material/thumb_up:",
                        on_click=actions.keep_vote,
                        args=("better", view.pane.id, view.kept_name),
                    )
            alike: tuple[tuple[VoteKind, str], ...] = (("tie", "Tie"), ("bad", bad_text(len(views))))
            for kind, words in alike:
                st.button(words, key=f"vote-{kind}", on_click=actions.keep_vote, args=(kind,))
        if not comparison.hidden:
            for cast in comparison.votes:
                prompt = f"Prompt {cast.round}: " if comparison.round > 1 else ""
                st.caption(f":material/how_to_vote: {plain(prompt + vote_text(cast, names, len(views)))}")


def nothing_to_vote_on() -> None:
    """Where nobody has answered names may be seen without a vote."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("No pane has answered: there is nothing to vote on.", width="content")
        st.button("Show names", key="show_names", icon=":material/visibility:", on_click=actions.show_names)
