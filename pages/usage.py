"""Usage: what was asked in a time, what it cost, and how long it took."""

from datetime import UTC, datetime

import streamlit as st

from components.frame.frame import lay_out
from components.frame.page_link import page_link
from components.frame.page_title import page_title
from components.frame.process import called, chat, stores
from components.frame.reader_zone import reader_zone
from components.frame.session import session, show_last_error
from components.share.dialog import share_button
from components.usage.budget_rights import may_see_everybody
from components.usage.budgets import people, usage_budgets
from components.usage.called import preset_title
from components.usage.chart import usage_chart
from components.usage.choice import usage_choice
from components.usage.elsewhere import usage_elsewhere
from components.usage.free_neurons import free_neurons_notes
from components.usage.reprice import usage_repriced
from components.usage.stop_of_all import stop_of_all
from components.usage.summary import usage_summary
from components.usage.table import usage_files, usage_table
from playground.money.daily_bars import daily_bars
from playground.money.report import PERIODS, USAGE_GROUPS, dearest_first, group_key, grouped, period, zone_of_days
from playground.money.totals import added_up
from playground.sharing.document import usage_document
from playground.sharing.included import USAGE_PARTS
from playground.text.markdown import plain

session().page = "usage"
lay_out("wide")
store, now = chat().store, datetime.now(UTC)
zone = zone_of_days(reader_zone(), now)

page_title("Usage")
show_last_error()
of_all = may_see_everybody()
name, by = usage_choice({name: label for name, label in USAGE_GROUPS.items() if name != "owner" or of_all})
since, until = period(name, now, zone)
hours = stores().usage_of_all(since, until) if of_all else store.usage(since, until)
key = group_key(by, zone)
named = people() if by == "owner" else preset_title if by == "preset" else str
words = called if by == "model" else named

usage_budgets(now)
stop_of_all()
if not hours:
    st.info("Nothing was asked in this time.", icon=":material/bar_chart:")
    page_link("chat", "Ask something", ":material/edit_square:")
else:
    totals = added_up(hour.totals for hour in hours)
    usage_summary(totals)
    free_neurons_notes(now, zone)
    measure = usage_chart(hours, key, words, zone)
    groups = grouped(hours, key)
    shown = groups if by == "day" else dearest_first(groups)
    usage_table(shown, USAGE_GROUPS[by], words)
    share_button(
        lambda included: usage_document(
            f"Usage by {USAGE_GROUPS[by].lower()}: {PERIODS[name].lower()}",
            shown,
            USAGE_GROUPS[by],
            words,
            included,
            now,
            daily_bars(hours, key, zone, measure if included.costs else "Requests"),
        ),
        key="share_usage",
        most=USAGE_PARTS,
    )
    usage_files(shown, USAGE_GROUPS[by], f"{name}-by-{by}", now.astimezone(zone), named)
    usage_repriced(chat(), dearest_first(grouped(hours, group_key("model", zone))))
    usage_elsewhere(chat(), totals)
st.caption(plain(f"Days are those of {zone}. Chats that were deleted still count: they were paid for."))
