"""Who has signed in: what they may do, and what they spent."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from components.admin import actions
from components.frame.process import admission, visitor
from components.frame.reader_zone import reader_zone
from playground.access.rules import ACCESS_ROLES
from playground.money import figures
from playground.money.totals import Totals
from playground.store import User
from playground.text.markdown import plain

SHOWN_AT_FIRST = 50
ROLE_CHOICES = (actions.AS_LISTED, *ACCESS_ROLES, "none")


def user_list(users: list[User], spent: Callable[[User], tuple[Totals, Totals]]) -> None:
    """A row for each; `spent` tells the sums of today and of this month."""
    shown = users if st.session_state.get("all_users") else users[:SHOWN_AT_FIRST]
    for user in shown:
        _row(user, *spent(user))
    if len(users) > len(shown):
        st.checkbox(f"Show all {len(users)}", key="all_users")


def _row(user: User, today: Totals, month: Totals) -> None:
    me, role, listed = visitor(), admission().role_of(user), admission().listed_role(user)
    key = f"user-{user.owner.id}"
    with st.container(border=True, key=f"{key}-row"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch", gap=None):
                st.text(user.email or user.name or user.owner.id)
                facts = (user.name, role or "kept out", f"seen {_when(user.seen_at)}")
                st.caption(plain(" · ".join(fact for fact in facts if fact)))
            with st.container(width=260, gap=None):
                st.markdown(f"{_money(month)} this month")
                st.caption(f"{_money(today)} today (UTC) · {figures.counted(month.requests, 'request')} this month")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if user.owner == me.owner:
                st.caption("That is you: another administrator can change your role.")
            else:
                st.selectbox(
                    "Role",
                    ROLE_CHOICES,
                    index=ROLE_CHOICES.index(user.given_role or actions.AS_LISTED),
                    format_func=lambda given: _role_words(given, listed),
                    key=f"{key}-role",
                    width=300,
                    on_change=actions.give_role,
                    args=(user.owner, f"{key}-role"),
                )
            st.button(
                "Sign out everywhere",
                key=f"{key}-out",
                icon=":material/logout:",
                on_click=actions.sign_out_everywhere,
                args=(user.owner,),
            )


def _role_words(given: str, listed: str | None) -> str:
    if given == actions.AS_LISTED:
        return f"As secrets.toml says: {listed or 'nobody'}"
    return "Kept out" if given == "none" else f"{given.capitalize()}"


def _money(totals: Totals) -> str:
    unpriced = f" + {totals.unpriced} unpriced" if totals.unpriced else ""
    return f"{figures.usd(totals.known_cost, estimated=bool(totals.estimated))}{unpriced}"


def _when(at: datetime) -> str:
    return f"{at.astimezone(reader_zone()):%Y-%m-%d %H:%M}"
