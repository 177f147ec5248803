"""The list of models: search, table, chart, and the chosen models."""

import streamlit as st

from components.frame.page_title import page_title
from components.models import actions
from components.models.choice import model_choice
from components.models.scatter import model_scatter
from components.models.search import model_search, nothing_found
from components.models.table import column_picker, columns, model_table
from playground.models.catalog.filtering import ModelFilter, find
from playground.models.roster import Roster, today


def model_list(roster: Roster) -> None:
    """Draw the search, the table and the chart by the filter in the address; changes go into the address."""
    actions.keep_list_query()
    catalog = roster.catalog
    ready = {card.id for card in catalog if roster.obstacle(card) is None}
    model_filter = ModelFilter.from_query(st.query_params)
    found = find(model_filter, catalog, today(), lambda card: card.id in ready)
    known = columns(model_filter.mix, lambda card: card.id in ready)
    shown = actions.columns_in_address(list(known))
    chosen = actions.chosen(catalog)

    def look_for(changed: ModelFilter) -> None:
        actions.look_for(changed, shown)

    page_title("Models")
    model_search(model_filter, look_for)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="models_found"):
        st.markdown(f"**{len(found)}** of {len(catalog)} models", width="content")
        column_picker(known, shown, lambda picked: actions.look_for(model_filter, picked))
        if model_filter.lifecycle == "current":
            left_out = sum(card.retired(today()) for card in catalog)
            st.caption(f"{left_out} retired models are left out · – is not known", width="content")
    model_choice(found, chosen, roster, actions.choose)
    if found:
        model_table(found, roster.called, {name: known[name] for name in shown}, chosen, actions.choose)
    else:
        nothing_found(model_filter, look_for)
    with st.expander("Price against context", icon=":material/scatter_plot:", on_change="rerun", key="scatter") as box:
        if box.open:
            model_scatter(tuple(catalog), roster.called, {card.id for card in found}, model_filter.mix)
