"""The input of a model as a table: what each property may be, and where the input forms differ."""

import streamlit as st

from components.models.fact_table import DIFFERS
from playground.models.catalog import ModelCard
from playground.parameters.overview import Line, overview
from playground.text.markdown import Markdown, code_span, markdown_table

MEANING = Markdown("Meaning" + "\N{NO-BREAK SPACE}" * 50)
"""As wide as is good to read: on a phone the table scrolls, and the column would be one word wide."""


def parameter_table(card: ModelCard) -> None:
    """A row for each property, one more for each other way in which another input form has it."""
    lines = overview(card.schemas)
    if not lines:
        st.caption("No source says what this model takes.")
        return
    if card.family_inferred:
        st.info(
            "No document shows this model's own schema. Its relatives' stands in.", icon=":material/family_history:"
        )
    rows = []
    for line in lines:
        for number, variant in enumerate(line.variants):
            name = Markdown(code_span(line.name) + (" required" if variant.required else ""))
            meaning = variant.description if number == 0 else ""
            rows.append((name, _forms(line, variant.forms), variant.type, variant.range, variant.default, meaning))
    st.markdown(markdown_table(("Name", "Forms", "Type", "Range", "Default", MEANING), rows))
    if any(line.differs for line in lines):
        st.caption(f"{DIFFERS} The input forms differ in type, range, default, or in whether it is required.")


def _forms(line: Line, forms: tuple[str, ...]) -> str:
    if line.differs:
        return f"{DIFFERS} {', '.join(forms)}"
    return f"only {', '.join(forms)}" if line.missing else "all"
