"""A link that says which models to compare: `/compare?models=a,b`."""

import streamlit as st

from components.frame.process import chat
from components.frame.session import session
from components.models.actions import meanings_in_address
from playground.compare.comparing import Comparing
from playground.compare.comparison import FEWEST_PANES
from playground.models.naming import Found


def follow_models_link() -> None:
    """Begin the comparison that the address asks for by names of models, and let it name the comparison instead.

    A single model is compared with itself, and one that is named twice has two panes. A pane whose name means no
    model for certain asks which is meant.
    """
    if "models" not in st.query_params:
        return
    named = [meaning.card.id if isinstance(meaning, Found) else meaning.name for meaning in meanings_in_address()]
    models = named or [session().setup.model]
    models += models[:1] * (FEWEST_PANES - len(models))
    comparison_id, _ = Comparing(chat()).begin(models)
    st.query_params.from_dict({"id": comparison_id})
