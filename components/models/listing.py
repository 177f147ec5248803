"""All models: what is looked for, what was found, and what is chosen of it."""

import streamlit as st

from components.frame.page_title import page_title
from components.models import actions
from components.models.choice import model_choice
from components.models.scatter import model_scatter
from components.models.search import model_search, nothing_found
from components.models.table import column_picker, columns, model_table
from playground.models.catalog.filtering import Wanted, find
from playground.models.roster import Roster, today


def model_list(roster: Roster) -> None:
    """Search, table and chart as the address asks for them; what is changed goes into the address."""
    actions.keep_list_query()
    catalog = roster.catalog
    ready = {card.id for card in catalog if roster.obstacle(card) is None}
    wanted = Wanted.from_query(st.query_params)
    found = find(wanted, catalog, today(), lambda card: card.id in ready)
    known = columns(wanted.mix, lambda card: card.id in ready)
    shown = actions.columns_asked(list(known))
    chosen = actions.chosen(catalog)

    def look_for(changed: Wanted) -> None:
        actions.look_for(changed, shown)

    page_title("Models")
    model_search(wanted, look_for)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="models_found"):
        st.markdown(f"**{len(found)}** of {len(catalog)} models", width="content")
        column_picker(known, shown, lambda picked: actions.look_for(wanted, picked))
        if wanted.lifecycle == "current":
            left_out = sum(card.retired(today()) for card in catalog)
            st.caption(f"{left_out} retired models are left out · – is not known", width="content")
    model_choice(found, chosen, roster, actions.choose)
    if found:
        model_table(found, roster.called, {name: known[name] for name in shown}, chosen, actions.choose)
    else:
        nothing_found(wanted, look_for)
    with st.expander("Price against context", icon=":material/scatter_plot:", on_change="rerun", key="scatter") as box:
        if box.open:
            model_scatter(tuple(catalog), roster.called, {card.id for card in found}, wanted.mix)
