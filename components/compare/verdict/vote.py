"""The vote for the better answer."""

from collections.abc import Sequence

import streamlit as st

from components.compare import actions
from components.compare.pane_view import PaneView
from components.frame.page_link import page_link
from playground.compare.vote import bad_text, is_of_room, told_votes, vote_text, why_no_vote
from playground.store import Vote, VoteKind
from playground.text.markdown import plain


def vote_buttons(views: Sequence[PaneView]) -> None:
    """Buttons for the better pane, a tie, or none, with a note; then what was voted."""
    cast = views[0].vote
    shown = {view.pane.id: view.answer.id for view in views if view.answer is not None}
    with st.container(key="vote", gap="small"):
        st.text_input(
            "Note", key="vote_note", placeholder="Why? Kept with the vote", label_visibility="collapsed", max_chars=2000
        )
        with st.container(horizontal=True, gap="small"):
            for view in views:
                refusal = why_no_vote(view.answer)
                st.button(
                    f"{plain(view.answer_name)} is better",
                    key=f"vote-{view.number}",
                    icon=":material/thumb_up:",
                    disabled=bool(refusal),
                    help=refusal or None,
                    type="primary" if cast is not None and cast.pane == view.pane.id else "secondary",
                    on_click=actions.keep_vote,
                    args=("better", shown, view.pane.id, view.sent_name),
                )
            alike: tuple[tuple[VoteKind, str], ...] = (("tie", "Tie"), ("bad", bad_text(len(views))))
            for kind, label in alike:
                st.button(
                    label,
                    key=f"vote-{kind}",
                    type="primary" if cast is not None and cast.kind == kind else "secondary",
                    on_click=actions.keep_vote,
                    args=(kind, shown),
                )
        refusals = [(view.answer_name, refusal) for view in views if (refusal := why_no_vote(view.answer))]
        for name, refusal in refusals:
            st.caption(plain(f"{name}: {refusal} It cannot be voted for."))
        if not views[0].hidden:
            for vote in views[0].votes:
                if not is_of_room(vote):
                    _cast(vote, views)
            _of_room(views)
            if views[0].votes:
                page_link("standings", "Standings over all votes", ":material/leaderboard:")


def _cast(vote: Vote, views: Sequence[PaneView]) -> None:
    """A vote in words, with what takes it back."""
    comparison = views[0].comparison
    names = {view.pane.id: view.answer_name for view in views}
    prompt = f"Prompt {vote.prompt}: " if comparison.round > 1 else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"cast-{vote.id}"):
        said = plain(prompt + vote_text(vote, names, len(views)))
        st.caption(f":material/how_to_vote: {said}{_other_version(vote, views)}", width="content")
        st.button(
            "Take back",
            key=f"take_back-{vote.id}",
            icon=":material/undo:",
            type="tertiary",
            on_click=actions.take_back_vote,
            args=(vote.id,),
        )


def _of_room(views: Sequence[PaneView]) -> None:
    """What audiences have said, a line for each prompt."""
    names = {view.pane.id: view.answer_name for view in views}
    votes = [vote for vote in views[0].votes if is_of_room(vote)]
    for prompt, told in told_votes(votes, names, len(views)):
        st.caption(f":material/groups: {plain(f'Prompt {prompt}: {told}' if views[0].comparison.round > 1 else told)}")


def _other_version(vote: Vote, views: Sequence[PaneView]) -> str:
    """Says so where an answer on screen is not the one that was voted on."""
    voted = {answer.pane: answer.reply for answer in vote.answers}
    others = [
        view.answer_name
        for view in views
        if vote.prompt == view.comparison.round and view.answer and voted.get(view.pane.id, "") != view.answer.id
    ]
    if not others or not voted:
        return ""
    return plain(f", given for another version of {', '.join(others)} than is on screen; vote again to replace it")


def nothing_to_vote_on() -> None:
    """Where nobody has answered names may be seen without a vote."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("No pane has answered: there is nothing to vote on.", width="content")
        st.button("Show names", key="show_names", icon=":material/visibility:", on_click=actions.show_names)
