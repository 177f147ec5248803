"""Facts on screen: of one model with their sources, or of several side by side."""

import re
from collections.abc import Sequence

import streamlit as st

from playground.models.catalog.facts import Claim, Contrast, Fact
from playground.text.markdown import plain

DIFFERS = "≠"


def fact_table(facts: Sequence[Fact]) -> None:
    """Name, value, source and date of each fact; every value where sources disagree, with a sign."""
    lines = ["| Fact | Value | Source |", "|---|---|---|"]
    for fact in facts:
        for place, claim in enumerate(fact.claims):
            name = plain(fact.name) if place == 0 else "… but also" if fact.disputed else "… also"
            sign = f"{DIFFERS} " if fact.disputed else ""
            lines.append(f"| {name} | {sign}{plain(claim.value)} | {_source(claim)} |")
    st.markdown("\n".join(lines))
    if any(fact.disputed for fact in facts):
        st.caption(f"{DIFFERS} The sources disagree. The first value is the one that is counted with.")


def contrast_table(names: Sequence[str], rows: Sequence[Contrast], first: str) -> None:
    """A column for each model, a row for each fact; rows in which they differ carry a sign."""
    lines = [_row(["", first, *map(plain, names)]), _row(["---"] * (len(names) + 2))]
    for row in rows:
        name = f"**{plain(row.name)}**" if row.differs else plain(row.name)
        lines.append(_row([DIFFERS if row.differs else "", name, *map(plain, row.values)]))
    st.markdown("\n".join(lines))


def linked(source: str) -> str:
    """A source as Markdown: an address as a link that shows where it goes, anything else as it is written."""
    if not re.fullmatch(r"https?://[^\s<>()\[\]|\"'`\\]+", source):
        return plain(source)
    host, _, path = source.partition("://")[2].rstrip("/").partition("/")
    last = path.rpartition("/")[2]
    return f"[{plain(f'{host}/…/{last}' if '/' in path else f'{host}/{path}' if path else host)}]({source})"


def _source(claim: Claim) -> str:
    told = [linked(claim.source)] if claim.source else []
    if claim.as_of:
        told.append(f"read {claim.as_of:%Y-%m-%d}")
    if not claim.official:
        told.append("not the service's own")
    return ", ".join(told)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
