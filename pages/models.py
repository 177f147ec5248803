"""Models: every model of the catalogue, to search, to read about, to compare, and to choose."""

import streamlit as st

from components import model_actions as actions
from components.markdown import plain
from components.model_card import model_card
from components.model_comparison import model_comparison
from components.model_list import model_list
from components.session import chat, session, trouble

session().page = "models"
actions.follow_address()
roster = chat().roster
asked = actions.asked(roster.card)

trouble()
for name in asked.unknown:
    st.warning(f"No model is called {plain(name)}.", icon=":material/link_off:")
# Not by st.stop(): widgets that it leaves out keep values here that the browser has forgotten.
match asked.cards:
    case ():
        model_list(roster)
    case (card,):
        model_card(card, roster.obstacle(card), roster.catalog, actions.way_back())
    case cards:
        model_comparison(cards, actions.way_back())
