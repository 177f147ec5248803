"""Admin: the stop of all requests, who has signed in and what they spent, and what administrators did."""

from datetime import UTC, datetime

import streamlit as st

from components.admin.record import record
from components.admin.switch import switch
from components.admin.users import user_list
from components.frame.frame import lay_out
from components.frame.page_title import page_title
from components.frame.process import stores, visitor
from components.frame.session import session, show_last_error
from playground.money.report import period
from playground.money.totals import Totals
from playground.store import User

session().page = "admin"
lay_out("wide")
page_title("Admin")
show_last_error()
if not visitor().may_administer:
    st.error("This page is for administrators.", icon=":material/block:")
    st.stop()

now, users = datetime.now(UTC), list(stores().users())
since, until = period("month", now, UTC)
midnight = period("today", now, UTC)[0]


def spent(user: User) -> tuple[Totals, Totals]:
    """What a user spent today, and this month."""
    hours = stores().of(user.owner).usage(since, until)
    today = sum((hour.totals for hour in hours if hour.hour >= midnight), Totals())
    return today, sum((hour.totals for hour in hours), Totals())


st.markdown("## All requests")
switch()
st.markdown("## Users")
user_list(users, spent)
st.markdown("## Record")
record(list(stores().audit_entries()), users)
