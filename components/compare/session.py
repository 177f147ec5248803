"""What one browser session holds of a comparison; what must survive a reload is in the store and the URL."""

from dataclasses import dataclass, field, replace

import streamlit as st

from components.compare.link import follow_models_link
from components.frame.late_address import LateAddress
from components.frame.session import Offer, chat, session
from playground.compare.comparing import Comparing
from playground.compare.comparison import Comparison
from playground.conversation.setup import Setup, form_specs

PANES_AT_FIRST = 2
CAREFUL, BOLD = 0.2, 1.0


@dataclass(slots=True)
class CompareSession:
    """The comparison on the page, and how it is looked at."""

    comparison_id: str
    comparison: Comparison
    lost: bool = False
    focus: str | None = None
    full_width: bool = True
    offer: Offer | None = None
    drawn: object = None
    """What the last run of the whole page had to draw beside the folds of settings."""
    unfolded: dict[str, Setup] = field(default_factory=dict)
    """What the folds that are open show, by pane."""
    copied: tuple[Comparison, Comparison] | None = None
    """Before and after the settings of a pane were copied to all."""
    url: str | None = None
    late: LateAddress[str | None] = field(default_factory=LateAddress)

    def refresh(self) -> None:
        """Take the comparison as it is in the store. Raises StoreError."""
        self.comparison = comparing().read(self.comparison_id) or self.comparison

    @property
    def was_copied(self) -> bool:
        """Whether settings were copied, and nothing has changed since."""
        return self.copied is not None and self.copied[1] == self.comparison

    def change(self, comparison: Comparison, *, said: str | None = None) -> None:
        """Take a changed comparison and keep it. Raises StoreError."""
        comparing().save(self.comparison_id, comparison, said=said)
        self.comparison = comparison

    def open(self, comparison_id: str | None) -> None:
        """Turn to a comparison, or to a fresh one."""
        found = comparing().read(comparison_id) if comparison_id else None
        self.lost = comparison_id is not None and found is None
        self.focus = self.offer = None
        if found is not None and comparison_id is not None:
            self.comparison_id, self.comparison = comparison_id, found
        else:
            self.comparison_id, self.comparison = fresh_comparison()

    def settle_models(self) -> None:
        """Let each pane that was given a name have the model that it means, as soon as that is certain."""
        comparison = self.comparison
        for pane in comparison.panes:
            card = chat().roster.card(pane.model)
            if card is not None and card.id != pane.model:
                comparison = comparison.with_pane(replace(pane, model=card.id))
        if comparison != self.comparison:
            self.change(comparison)

    def follow_url(self) -> None:
        """Open what the URL asks for, and write the address where it is out of date."""
        asked = st.query_params.get("id")
        came_from, session().page = session().page, "compare"
        late = came_from == "compare" and self.late.is_late(asked)
        if asked != self.url and not late and (asked or came_from == "compare"):
            self.open(asked)
        self.url = self.comparison_id
        self.late.note(asked, self.url)
        if asked != self.url:
            st.query_params["id"] = self.comparison_id


def comparing() -> Comparing:
    """Comparisons on the chat that all sessions share."""
    return Comparing(chat())


def fresh_comparison() -> tuple[str, Comparison]:
    """A fresh comparison of the chat's model with itself, at two temperatures where it has one; the rest as in chat."""
    setup = session().setup
    comparison_id, comparison = comparing().begin([setup.model] * PANES_AT_FIRST)
    card = chat().roster.card(setup.model)
    panes = comparison.panes
    if card is not None and any(spec.name == "temperature" for spec in form_specs(card, "messages")):
        panes = tuple(
            replace(pane, unlinked=frozenset({"temperature"}), parameters={"temperature": temperature})
            for pane, temperature in zip(panes, (CAREFUL, BOLD), strict=True)
        )
    comparison = replace(comparison, panes=panes, system_prompt=setup.system_prompt, parameters=setup.parameters)
    comparing().save(comparison_id, comparison)
    return comparison_id, comparison


def compare_session() -> CompareSession:
    """This browser session's comparison as it is in the store, made on first use."""
    session()
    follow_models_link()
    if "compare" not in st.session_state:
        asked = st.query_params.get("id")
        found = comparing().read(asked) if asked else None
        st.session_state.compare = (
            CompareSession(asked, found, url=asked)
            if asked and found
            else CompareSession(*fresh_comparison(), lost=asked is not None, url=asked)
        )
    here: CompareSession = st.session_state.compare
    here.refresh()
    return here


def open_in_compare(comparison_id: str, offer: Offer) -> None:
    """Have the compare page of this session show a comparison, and offer a question there."""
    found = comparing().read(comparison_id)
    if found is not None:
        st.session_state.compare = CompareSession(comparison_id, found, offer=offer)


def open_comparison() -> str | None:
    """The comparison that the compare page of this session shows, if it was opened."""
    here: CompareSession | None = st.session_state.get("compare")
    return here.comparison_id if here is not None else None
