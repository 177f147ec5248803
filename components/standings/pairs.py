"""Who won how often against whom, and the comparisons behind each number."""

from collections.abc import Mapping, Sequence

import streamlit as st

from components.frame.page_link import page_link
from components.frame.process import chat
from playground.compare.comparing import comparison_of
from playground.compare.standings import Contestant, Pair, Standings, VoteChoice, votes_on_pair
from playground.compare.vote import vote_text
from playground.money.figures import counted
from playground.store import Vote
from playground.text.markdown import plain

MOST_COMPARISONS = 20
_KEYS = ("pair_one", "pair_other")


def pair_matrix(found: Standings, names: Mapping[Contestant, str]) -> None:
    """Wins, ties and losses of each row against each column; a cell that is chosen lists its comparisons below."""
    import pandas as pd

    order = [row.contestant for row in found.rows]
    columns = {names[other]: [_cell(found, (one, other)) for one in order] for other in order}
    st.header("Pairs", anchor=False)
    st.caption("Wins – ties – losses of the row against the column. Choose a cell for its comparisons.")
    st.dataframe(
        pd.DataFrame(columns, index=pd.Index([names[one] for one in order], name="Model")),
        key="pair_matrix",
        on_select=lambda: _choose(order),
        selection_mode="single-cell",
        alt="Wins, ties and losses of each model against each other. The boxes below lead to the same comparisons.",
    )


def _cell(found: Standings, pair: Pair) -> str:
    record = found.pairs.get(pair)
    return "" if record is None else f"{record.wins} – {record.ties} – {record.losses}"


def _choose(order: Sequence[Contestant]) -> None:
    names = st.session_state.get("standings_names", {})
    by_name = {name: contestant for contestant, name in names.items()}
    cells = st.session_state.pair_matrix["selection"]["cells"]
    if cells:
        row, column = cells[0]
        other = by_name.get(column)
        if other is not None and row < len(order) and other != order[row]:
            st.session_state.pair_one, st.session_state.pair_other = order[row], other


def pair_comparisons(
    found: Standings, names: Mapping[Contestant, str], own: Sequence[Vote], choice: VoteChoice
) -> None:
    """Two boxes to choose a pair by, and the reader's comparisons with votes on it."""
    st.session_state.standings_names = dict(names)
    for key in _KEYS:
        if st.session_state.get(key) not in names:
            st.session_state[key] = None
    with st.container(horizontal=True, vertical_alignment="bottom", key="pair"):
        one, other = (
            st.selectbox(label, list(names), key=key, format_func=names.__getitem__, placeholder="Choose a model")
            for label, key in zip(("Comparisons of", "with"), _KEYS, strict=True)
        )
    if one is None or other is None or one == other:
        return
    record = found.pairs.get((one, other))
    with st.container(key="pair_comparisons", gap="xsmall"):
        if record is None:
            st.caption(plain(f"{names[one]} and {names[other]} were never compared directly."))
            return
        bad = f", {counted(record.bad, 'prompt')} with bad answers alone" if record.bad else ""
        st.markdown(
            plain(
                f"{names[one]} against {names[other]}: {counted(record.wins, 'win')}, {counted(record.ties, 'tie')}, "
                f"{record.losses} lost{bad}; {counted(record.prompts, 'prompt')} in all."
            )
        )
        votes = votes_on_pair(own, (one, other), choice)
        by_comparison: dict[str, list[Vote]] = {}
        for vote in votes:
            by_comparison.setdefault(vote.comparison_id, []).append(vote)
        for comparison_id in list(by_comparison)[:MOST_COMPARISONS]:
            _comparison(comparison_id, by_comparison[comparison_id])
        if len(by_comparison) > MOST_COMPARISONS:
            st.caption(f"The newest {MOST_COMPARISONS} of {counted(len(by_comparison), 'comparison')}.")
        if len(votes) < record.prompts:
            st.caption("Comparisons of others are theirs to see.")


def _comparison(comparison_id: str, votes: Sequence[Vote]) -> None:
    saved = chat().store.comparison(comparison_id)
    comparison = None if saved is None else comparison_of(saved)
    if saved is None or comparison is None:
        return
    page_link("compare", saved.title or "Untitled", ":material/view_column_2:", id=saved.id)
    if comparison.hidden:
        st.caption("Its names are hidden now; they are shown once its last prompt is voted on.")
        return
    for vote in sorted(votes, key=lambda vote: vote.prompt):
        st.caption(plain(f"Prompt {vote.prompt}: {vote_text(vote, {}, len(vote.answers))}"))
