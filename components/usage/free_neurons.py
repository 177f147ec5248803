"""Today's free neurons of each account of Workers AI, shared by everybody who uses it, and whether they last."""

from datetime import UTC, datetime, tzinfo

import streamlit as st

from components.frame.process import chat, stores
from playground.money.report import FreeNeurons, NeuronAccount, free_neurons, period
from playground.text.labels import visible
from playground.text.markdown import plain


def free_neurons_notes(now: datetime, zone: tzinfo) -> None:
    """A note for each account that was used today."""
    accounts = _accounts()
    if not accounts:
        return
    today = stores().usage_of_all(*period("today", now, UTC))
    for account in accounts:
        left = free_neurons(account.used_by(chat().store.owner.id, today), now)
        if left is not None:
            _note(left, zone, ", ".join(map(visible, account.names)) if len(accounts) > 1 else "")


def _accounts() -> list[NeuronAccount]:
    own: dict[str, set[str]] = {}
    shared: dict[str, set[str]] = {}
    for name, connection in chat().roster.connections.items():
        if connection.traits.cloudflare:
            group = own if connection.paid_by_owner else shared
            group.setdefault(connection.account_id, set()).add(name)
    return [
        NeuronAccount(id_, frozenset(own.get(id_, ())), frozenset(shared.get(id_, ())))
        for id_ in dict.fromkeys([*shared, *own])
    ]


def _note(left: FreeNeurons, zone: tzinfo, names: str) -> None:
    lasts = (
        "at this pace they last the day."
        if left.until is None
        else f"at this pace they are used up at {left.until.astimezone(zone):%H:%M}."
        if left.left
        else "they are used up: what follows is charged until 00:00 UTC."
    )
    of = f" ({names})" if names else ""
    st.caption(
        plain(f"{left.used:,.0f} of {left.free:,} free neurons of Workers AI{of} are used today (UTC); {lasts}"),
        help="Counted from what answers here report, to everybody who uses the account. Its other apps use them too.",
    )
