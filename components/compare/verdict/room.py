"""The room votes: a code and an address for an audience's phones, and what it says."""

from collections.abc import Sequence

import streamlit as st

from components.compare import actions
from components.compare.pane_view import PaneView
from components.compare.session import compare_session
from components.frame.copy_button import copy_button
from components.frame.process import chat
from playground.money.figures import counted
from playground.store import Ballot
from playground.text.markdown import markdown_table, plain
from playground.voting.address import UNREACHABLE, ballot_address, code_of, is_reached
from playground.voting.page import WHAT_IT_PROVES
from playground.voting.result import preferred_answer, result, share_text

COUNTED_EVERY_S = 1.0


def ask_the_room(views: Sequence[PaneView]) -> None:
    """Ask an audience about the answers on screen, show what it says, and close the vote."""
    here = compare_session()
    ballot = chat().store.newest_ballot(here.comparison_id, here.comparison.round)
    with st.container(key="room", gap="small"):
        if ballot is None or not ballot.is_open:
            if ballot is not None:
                _counts(ballot)
            _opening(views, again=ballot is not None)
        else:
            _open(ballot)


def _opening(views: Sequence[PaneView], *, again: bool) -> None:
    hidden = views[0].hidden
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        blind = st.toggle(
            "Hide names until the result", True, key="room_blind", disabled=hidden, help="The room sees A, B, C"
        )
        counts_hidden = st.toggle("Hide counts until the result", True, key="room_counts_hidden")
        st.button(
            "Ask the room again" if again else "Ask the room",
            key="room_ask",
            icon=":material/qr_code_2:",
            on_click=actions.ask_room,
            args=([(view.pane.id, view.sent_name) for view in views],),
            kwargs={"blind": blind or hidden, "counts_hidden": counts_hidden},
        )
    st.caption(plain(WHAT_IT_PROVES))


def _open(ballot: Ballot) -> None:
    address = ballot_address(st.context.url or "", ballot.id)
    code, said = st.columns([1, 2], vertical_alignment="center")
    with code:
        st.image(code_of(address), width=240)
    with said:
        st.markdown(f"### Which answer is better?\n\n{plain(address)}")
        copy_button(address, key="room_address", label="the address")
        if not is_reached(address):
            st.caption(UNREACHABLE)
        _live(ballot)
        st.button(
            "Close, and show the result",
            key="room_close",
            icon=":material/how_to_vote:",
            type="primary",
            on_click=actions.close_ballot,
            args=(ballot.id,),
        )


@st.fragment(run_every=COUNTED_EVERY_S)
def _live(ballot: Ballot) -> None:
    _counts(ballot)


def _counts(ballot: Ballot) -> None:
    """How many voted; which answers they chose once that may be seen."""
    counts = chat().store.ballot_counts(ballot)
    total = sum(counts.values())
    st.markdown(f"**{counted(total, 'vote')}**{' so far' if ballot.is_open else ', closed'}")
    if ballot.hides_counts:
        return
    rows = result(ballot, counts)
    table = [
        (
            f"{row.label}: {row.name}" if row.name and not ballot.hides_names else row.label,
            f"{row.count:,}",
            share_text(row),
        )
        for row in rows
    ]
    st.markdown(markdown_table(("Choice", "Votes", "Share, 95 % interval"), table, numbers=True))
    if not ballot.is_open:
        st.caption(plain(preferred_answer(rows)))
