"""Models: every model of the catalogue, to search, to read about, to compare, and to choose."""

import streamlit as st

from components import model_actions as actions
from components.markdown import plain
from components.model_card import model_card
from components.model_choice import model_choice
from components.model_comparison import model_comparison
from components.model_scatter import model_scatter
from components.model_search import model_search, nothing_found
from components.model_table import column_picker, columns, model_table
from components.session import chat, session, trouble
from playground.catalog.filtering import Wanted, find
from playground.roster import today

session().page = "models"
actions.follow_address()
roster = chat().roster
catalog = roster.catalog
asked = actions.asked(catalog)

trouble()
for name in asked.unknown:
    st.warning(f"No model is called {plain(name)}.", icon=":material/link_off:")
if len(asked.cards) == 1:
    model_card(asked.cards[0], roster.obstacle(asked.cards[0]), catalog, actions.way_back())
    st.stop()
if asked.cards:
    model_comparison(asked.cards, actions.way_back())
    st.stop()

ready = {card.id for card in catalog if roster.obstacle(card) is None}
wanted = Wanted.from_query(st.query_params)
found = find(wanted, catalog, today(), lambda card: card.id in ready)
known = columns(wanted.mix, lambda card: card.id in ready)
shown = actions.columns_asked(list(known))
chosen = actions.chosen(catalog)

st.markdown("### Models")
model_search(wanted, lambda changed: actions.look_for(changed, shown))
with st.container(horizontal=True, vertical_alignment="center", gap="small", key="models_found"):
    st.markdown(f"**{len(found)}** of {len(catalog)} models", width="content")
    column_picker(known, shown, lambda picked: actions.look_for(wanted, picked))
    if wanted.lifecycle == "current":
        left_out = sum(card.retired(today()) for card in catalog)
        st.caption(f"{left_out} retired models are left out · – is not known", width="content")
model_choice(found, chosen, catalog, actions.choose)
if found:
    model_table(found, {name: known[name] for name in shown}, chosen, actions.choose)
else:
    nothing_found(wanted, lambda changed: actions.look_for(changed, shown))
with st.expander("Price against context", icon=":material/scatter_plot:", on_change="rerun", key="scatter") as box:
    if box.open:
        model_scatter(tuple(catalog), {card.id for card in found}, wanted.mix)
