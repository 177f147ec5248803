"""What one browser session holds of a comparison; what must survive a reload is in the store and the URL."""

from dataclasses import dataclass, field, replace

import streamlit as st

from components.compare_link import follow_models_link
from components.session import chat, session
from playground.comparing import Comparing
from playground.comparison import Comparison

MODELS_AT_FIRST = 2


@dataclass(slots=True)
class CompareSession:
    """The comparison on the page, and how it is looked at."""

    comparison_id: str
    comparison: Comparison
    lost: bool = False
    focus: str | None = None
    raw: set[str] = field(default_factory=set)
    drawn: dict[str, int] = field(default_factory=dict)
    """How many turns the last run drew in each pane."""
    url: str | None = None

    def change(self, comparison: Comparison, *, said: str | None = None) -> None:
        """Take a changed comparison and keep it. Raises StoreError."""
        comparing().save(self.comparison_id, comparison, said=said)
        self.comparison = comparison

    def open(self, comparison_id: str | None) -> None:
        """Turn to a comparison, or to a fresh one."""
        found = comparing().read(comparison_id) if comparison_id else None
        self.lost = comparison_id is not None and found is None
        self.focus, self.raw, self.drawn = None, set(), {}
        if found is not None and comparison_id is not None:
            self.comparison_id, self.comparison = comparison_id, found
        else:
            self.comparison_id, self.comparison = begun()

    def follow_url(self) -> None:
        """Open what the URL asks for, and write the address where it is out of date."""
        asked = st.query_params.get("id")
        came_from, session().page = session().page, "compare"
        if asked != self.url and (asked or came_from == "compare"):
            self.open(asked)
        self.url = self.comparison_id
        if asked != self.url:
            st.query_params["id"] = self.comparison_id


def comparing() -> Comparing:
    """Comparisons on the chat that all sessions share."""
    return Comparing(chat())


def begun() -> tuple[str, Comparison]:
    """A fresh comparison of the chat's model with itself, at two temperatures."""
    model = session().setup.model
    comparison_id, comparison = comparing().begin([model] * MODELS_AT_FIRST)
    panes = tuple(
        replace(pane, unlinked=frozenset({"temperature"}), parameters={"temperature": temperature})
        for pane, temperature in zip(comparison.panes, (0.2, 1.0), strict=True)
    )
    comparison = replace(comparison, panes=panes, system_prompt=session().setup.system_prompt)
    comparing().save(comparison_id, comparison)
    return comparison_id, comparison


def compare_session() -> CompareSession:
    """This browser session's comparison, made on first use."""
    session()
    follow_models_link()
    if "compare" not in st.session_state:
        asked = st.query_params.get("id")
        found = comparing().read(asked) if asked else None
        st.session_state.compare = (
            CompareSession(asked, found, url=asked)
            if asked and found
            else CompareSession(*begun(), lost=asked is not None, url=asked)
        )
    here: CompareSession = st.session_state.compare
    return here
