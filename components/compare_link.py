"""A link that says which models to compare: `/compare?models=a,b`."""

import streamlit as st

from components.model_actions import asked
from components.session import chat, session
from playground.comparing import Comparing
from playground.comparison import FEWEST_PANES


def follow_models_link() -> None:
    """Begin the comparison that the address asks for by names of models, and let it name the comparison instead.

    A single model is compared with itself. Names that nobody knows are said to be so.
    """
    if "models" not in st.query_params:
        return
    wanted = asked(chat().roster.card)
    if wanted.unknown:
        names = ", ".join(wanted.unknown)
        st.session_state.trouble = (f"No model is called {names}.", "The Models page lists those there are.")
    models = [card.id for card in wanted.cards] or [session().setup.model]
    models += models[:1] * (FEWEST_PANES - len(models))
    comparison_id, _ = Comparing(chat()).begin(models)
    st.query_params.from_dict({"id": comparison_id})
