"""Facts on screen: of one model with their sources, or of several side by side."""

import re
from collections.abc import Sequence

import streamlit as st

from playground.models.catalog.facts import Claim, Contrast, Fact
from playground.text.markdown import Markdown, markdown_table, plain

DIFFERS = "≠"


def fact_table(facts: Sequence[Fact]) -> None:
    """Name, value, source and date of each fact; every value where sources disagree, with a sign."""
    rows = []
    for fact in facts:
        for number, claim in enumerate(fact.claims):
            name = fact.name if number == 0 else "… but also" if fact.disputed else "… also"
            sign = f"{DIFFERS} " if fact.disputed else ""
            rows.append((name, f"{sign}{claim.value}", Markdown(_source(claim))))
    st.markdown(markdown_table(("Fact", "Value", "Source"), rows))
    if any(fact.disputed for fact in facts):
        st.caption(f"{DIFFERS} The sources disagree. The first value is the one that is counted with.")


def contrast_table(names: Sequence[str], rows: Sequence[Contrast], first: str) -> None:
    """A column for each model, a row for each fact; rows in which they differ carry a sign."""
    cells = (
        (DIFFERS, Markdown(f"**{plain(row.name)}**"), *row.values) if row.differs else ("", row.name, *row.values)
        for row in rows
    )
    st.markdown(markdown_table(("", first, *names), cells))


def linked(source: str) -> str:
    """A source as Markdown: an address as a link that shows where it goes, anything else as it is written."""
    if not re.fullmatch(r"https?://[^\s<>()\[\]|\"'`\\]+", source):
        return plain(source)
    host, _, path = source.partition("://")[2].rstrip("/").partition("/")
    last = path.rpartition("/")[2]
    return f"[{plain(f'{host}/…/{last}' if '/' in path else f'{host}/{path}' if path else host)}]({source})"


def _source(claim: Claim) -> str:
    parts = [linked(claim.source)] if claim.source else []
    if claim.as_of:
        parts.append(f"read {claim.as_of:%Y-%m-%d}")
    if not claim.official:
        parts.append("not the service's own")
    return ", ".join(parts)
