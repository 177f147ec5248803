"""Who stands where, with the counts behind it."""

from collections.abc import Iterator, Mapping

import streamlit as st

from playground.compare.standings import Contestant, Standing, Standings
from playground.money.figures import counted
from playground.text.markdown import markdown_table, plain

_HEAD = ("Model", "Place", "Score", "Wins", "Ties", "Losses", "All bad", "Prompts")


def standings_summary(found: Standings) -> None:
    """Whose votes these are, how many, and what they cannot tell."""
    if not found.votes and not found.uncounted and not found.without_others:
        return
    votes, people = counted(found.votes, "vote"), "1 person" if found.people == 1 else f"{found.people:,} people"
    st.caption(f"This installation's own: {votes} by {people}. They say how answers were liked here, and no more.")
    for sentence in _limits(found):
        st.caption(sentence)


def _limits(found: Standings) -> Iterator[str]:
    if found.without_others:
        yield "Somebody else has voted too. Votes of others count once at least two others have voted."
    if found.uncounted:
        yield (
            f"{counted(found.uncounted, 'vote')} more: on answers of one model alone, or on answers that failed or are "
            "not known any more."
        )
    if found.left_out:
        yield f"{counted(found.left_out, 'more row')} with fewer prompts are not shown; the filter narrows to models."
    if found.rows and not found.order_is_told:
        yield "Too few votes to tell that any model is better than another: the order says nothing yet."


def standings_table(found: Standings, names: Mapping[Contestant, str]) -> None:
    """A table for each group of models that were compared with each other."""
    groups = found.groups
    if len(groups) > 1:
        named = "; ".join(f"{number}. {_listed(names[one] for one in group)}" for number, group in enumerate(groups, 1))
        st.caption(
            plain(
                f"Models of different groups were never compared, directly or through others. Groups: {named}. "
                "Places and scores are within each group."
            )
        )
    for number in range(len(groups)):
        rows = [_row(row, names) for row in found.rows if row.group == number]
        with st.container(key=f"standings-{number}"):
            if len(groups) > 1:
                st.markdown(f"**Group {number + 1}**")
            st.markdown(markdown_table(_HEAD, rows, numbers=True))
            for row in found.rows:
                if row.group == number and row.score is not None and row.note:
                    st.caption(plain(f"{names[row.contestant]}: {row.note}."))
    if any(row.score is not None for row in found.rows):
        st.caption(
            "Score: how often a model would win against a middling one of its group, with the range that holds the "
            "truth about 95 times in 100. Place: the best and the worst that votes leave open."
        )


def _listed(names: Iterator[str]) -> str:
    return ", ".join(names)


def _row(row: Standing, names: Mapping[Contestant, str]) -> tuple[str, ...]:
    record = row.record
    counts = (record.wins, record.ties, record.losses, record.bad, record.prompts)
    return (names[row.contestant], place_text(row), score_text(row), *(f"{count:,}" for count in counts))


def place_text(row: Standing) -> str:
    """The places that a row may have."""
    if row.score is None:
        return "–"
    return f"{row.best}" if row.best == row.worst else f"{row.best}–{row.worst}"


def score_text(row: Standing) -> str:
    """The score in per cent, with its range."""
    score = row.score
    return row.note if score is None else f"{score.value:.0%} ({score.low:.0%}–{score.high:.0%})"
