"""The JSON Schemas of a model, to read and to take away."""

import json

import streamlit as st

from playground.models.catalog import ModelCard
from playground.models.catalog.documents import SchemaDocument, documents
from playground.text.markdown import plain


def schema_view(card: ModelCard) -> None:
    """One schema at a time, with a button to download it; what is not documented is said to be so."""
    found = documents(card)
    chosen = st.selectbox("Schema", found, format_func=_title, key="models_schema", width=320)
    if chosen.note:
        st.caption(plain(chosen.note))
    if chosen.schema is None:
        return
    text = json.dumps(chosen.schema, indent=2, ensure_ascii=False)
    st.download_button(
        "Download",
        text,
        f"{card.name}-{chosen.stem}.json",
        "application/json",
        icon=":material/download:",
        key="models_schema_download",
        on_click="ignore",
    )
    st.code(text, language="json", height=420)


def _title(document: SchemaDocument) -> str:
    return document.title if document.schema is not None else f"{document.title} – not documented"
