"""What a budget has left, where there is one; and a note where most of it is used, until it is dismissed."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from components.frame.page_link import page_link
from components.frame.process import chat
from components.frame.session import shows_errors
from playground.money.budget import NOTED_SHARE, BudgetUse, day_in_utc, left_label, tightest, use_label
from playground.text.markdown import plain

_DISMISSED = "budget notes dismissed"
_MOST_DISMISSED = 50


def budget_uses_of(models: Sequence[str]) -> tuple[BudgetUse, ...]:
    """The limits on days and months that hold for the visitor on the connections of models."""
    now = datetime.now(UTC)
    found: dict[str, BudgetUse] = {}
    connections = {connection.name: connection for connection in map(chat().connection_for, models)}
    for name, connection in connections.items():
        uses = chat().store.budget_uses(name, now, own=connection.paid_by_owner)
        found |= {use.key: use for use in uses}
    return tuple(found.values())


def budget_left(uses: Sequence[BudgetUse]) -> None:
    """The least that a budget has left, beside the meter."""
    least = tightest(uses)
    if least is not None:
        text = "\n\n".join(f"{use.budget.title}: {use_label(use)}" for use in uses)
        with st.container(key="budget_left", width="content"):
            st.caption(plain(left_label(least)), help=plain(f"Budgets. {text}"), width="content")


def budget_note(uses: Sequence[BudgetUse]) -> None:
    """A note for each budget of which four fifths are used, once a day or month."""
    used = [use for use in uses if use.share >= NOTED_SHARE]
    if not used:
        return
    dismissed = chat().store.preference(_DISMISSED) or []
    for use in used:
        if (key := _key(use)) in dismissed:
            continue
        with st.container(key="budget_note", horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(
                plain(f"{use.share:.0%} of the budget of {use.budget.title} is used: {use_label(use)}."),
                width="content",
            )
            page_link("usage", "Usage", ":material/savings:")
            st.button(
                "",
                key="budget_note_dismiss",
                icon=":material/close:",
                type="tertiary",
                help="Dismiss this note",
                on_click=_dismiss,
                args=(key,),
            )
        return


def _key(use: BudgetUse) -> str:
    day = day_in_utc(datetime.now(UTC))
    return f"{use.key} {day if use.span == 'day' else day[:7]}"


@shows_errors
def _dismiss(key: str) -> None:
    store = chat().store
    store.prefer(_DISMISSED, [*(store.preference(_DISMISSED) or []), key][-_MOST_DISMISSED:])
