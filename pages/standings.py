"""Standings: which model was liked better, by all votes on comparisons here."""

from datetime import UTC, datetime

import streamlit as st

from components.frame.frame import lay_out
from components.frame.page_link import page_link
from components.frame.page_title import page_title
from components.frame.process import stores, visitor
from components.frame.reader_zone import reader_zone
from components.frame.session import session, show_last_error
from components.standings.choice import chosen_since, standings_choice
from components.standings.files import standings_files
from components.standings.names import contestant_names
from components.standings.pairs import pair_comparisons, pair_matrix
from components.standings.table import standings_summary, standings_table
from playground.compare.vote_count import models_voted_on, standings_now, votes_now

session().page = "standings"
lay_out("wide")
now = datetime.now(UTC).astimezone(reader_zone())

page_title("Standings")
show_last_error()
with st.container(horizontal=True, vertical_alignment="bottom"):
    since = chosen_since(now)
    choice = standings_choice(models_voted_on(stores(), visitor().owner, since))
found = standings_now(stores(), visitor().owner, since, choice)

if not found.rows:
    st.info(
        "No votes that count here yet. Compare two models, and say which answer is better.",
        icon=":material/how_to_vote:",
    )
    page_link("compare", "Compare models", ":material/view_column_2:")
names = contestant_names(found)
standings_summary(found)
if found.rows:
    standings_table(found, names)
    standings_files(found, names, now)
    pair_matrix(found, names)
    pair_comparisons(found, names, votes_now(stores(), visitor().owner, since)[0], choice)
