"""The state of a comparison in one browser session; what must survive a reload is in the store and the URL."""

from dataclasses import dataclass, field, replace

import streamlit as st

from components.compare.link import follow_models_link
from components.frame.found_turn import MISSING_TURN, FoundTurn, put_on_screen
from components.frame.late_address import LateAddress
from components.frame.process import chat, chat_of, visitor
from components.frame.session import Offer, session
from playground.compare.comparing import Comparing
from playground.compare.comparison import Comparison
from playground.conversation.chat import Chat
from playground.conversation.setup import Setup, form_specs
from playground.owner import Owner
from playground.store import Vote

PANES_AT_FIRST = 2
CAREFUL, BOLD = 0.2, 1.0
FEWEST_IN_TWO_ROWS = 4


@dataclass(slots=True)
class CompareSession:
    """The comparison on the page, and how it is looked at."""

    comparison_id: str
    comparison: Comparison
    owner: Owner = field(kw_only=True)
    """Whose comparisons are shown and changed here, by page runs as by the channel, which knows no visitor."""
    lost: bool = False
    focus: str | None = None
    full_width: bool = True
    two_rows: bool = False
    """Whether many panes lie in two rows; otherwise they scroll sideways."""
    offer: Offer | None = None
    found: FoundTurn | None = None
    """The turn that the address led to last."""
    not_found: str = ""
    """Why that turn is not on screen."""
    drawn: object = None
    """What the last run of the whole page has drawn outside the folds of settings."""
    unfolded: dict[str, Setup] = field(default_factory=dict)
    """The settings that unfolded panes show, by pane."""
    copied: tuple[Comparison, Comparison] | None = None
    """Before and after the settings of a pane were copied to all."""
    url: str | None = None
    late: LateAddress[str | None] = field(default_factory=LateAddress)
    read_only: bool = False
    """Whether nothing may be asked or changed here."""

    @property
    def chat(self) -> Chat:
        """The chat of the owner."""
        return chat_of(self.owner, read_only=self.read_only)

    @property
    def comparing(self) -> Comparing:
        """Comparisons on that chat."""
        return Comparing(self.chat)

    def refresh(self) -> None:
        """Take the comparison as it is in the store. Raises StoreError."""
        self.comparison = self.comparing.read(self.comparison_id) or self.comparison

    @property
    def in_two_rows(self) -> bool:
        """Whether the panes are so many that they can lie in two rows, and do."""
        return self.two_rows and len(self.comparison.panes) >= FEWEST_IN_TWO_ROWS

    @property
    def was_copied(self) -> bool:
        """Whether settings were copied, and nothing has changed since."""
        return self.copied is not None and self.copied[1] == self.comparison

    def change(self, comparison: Comparison, *, prompt: str | None = None) -> None:
        """Replace the comparison and save it. Raises StoreError."""
        self.comparing.save(self.comparison_id, comparison, prompt=prompt)
        self.comparison = comparison

    def keep_vote(self, vote: Vote) -> None:
        """Save a vote on the answers on screen, and show their names. Raises StoreError."""
        named = self.comparison.with_names()
        self.chat.store.cast_vote(vote, named.as_json())
        self.comparison = named

    def open(self, comparison_id: str | None) -> None:
        """Turn to a comparison, or to a fresh one."""
        found = self.comparing.read(comparison_id) if comparison_id else None
        self.lost = comparison_id is not None and found is None
        self.focus = self.offer = self.found = None
        self.not_found = ""
        if found is not None and comparison_id is not None:
            self.comparison_id, self.comparison = comparison_id, found
        else:
            self.comparison_id, self.comparison = fresh_comparison(self.comparing)

    def settle_models(self) -> None:
        """Give each pane with a model's name the model that it means, as soon as that is certain."""
        comparison = self.comparison
        for pane in comparison.panes:
            card = self.chat.roster.card(pane.model)
            if card is not None and card.id != pane.model:
                comparison = comparison.with_pane(replace(pane, model=card.id))
        if comparison != self.comparison:
            self.change(comparison)

    def follow_url(self) -> None:
        """Open what the URL asks for, and write the address where it is out of date."""
        requested = st.query_params.get("id")
        came_from, session().page = session().page, "compare"
        late = came_from == "compare" and self.late.is_late(requested)
        if requested != self.url and not late and (requested or came_from == "compare"):
            self.open(requested)
        self.url = self.comparison_id
        self.late.note(requested, self.url)
        turn_id = st.query_params.get("turn")
        if turn_id and (came_from != "compare" or self.found is None or self.found.turn != turn_id):
            self._lead_to(turn_id)
        if requested != self.url or turn_id:
            st.query_params.from_dict({"id": self.comparison_id})

    def _lead_to(self, turn_id: str) -> None:
        """Put a turn on screen in the pane that it is of, and the pane, where another one has the page for itself."""
        self.found, self.not_found = FoundTurn(turn_id), MISSING_TURN
        for pane in self.comparison.panes:
            if turn_id in self.chat.store.turns(pane.conversation_id, [turn_id]):
                self.focus = self.focus if self.focus == pane.id else None
                trouble = put_on_screen(self.chat, pane.conversation_id, turn_id, may_move=not self.read_only)
                self.not_found = trouble or ""


def comparing() -> Comparing:
    """Comparisons on the chat of whoever looks at this page; for page runs alone."""
    return Comparing(chat())


def fresh_comparison(comparisons: Comparing) -> tuple[str, Comparison]:
    """A new comparison of the chat's model with itself, at two temperatures where it has one, otherwise as in chat."""
    setup = session().setup
    comparison_id, comparison = comparisons.begin([setup.model] * PANES_AT_FIRST)
    card = comparisons.chat.roster.card(setup.model)
    panes = comparison.panes
    if card is not None and any(spec.name == "temperature" for spec in form_specs(card, "messages")):
        panes = tuple(
            replace(pane, unlinked=frozenset({"temperature"}), parameters={"temperature": temperature})
            for pane, temperature in zip(panes, (CAREFUL, BOLD), strict=True)
        )
    comparison = replace(comparison, panes=panes, system_prompt=setup.system_prompt, parameters=setup.parameters)
    comparisons.save(comparison_id, comparison)
    return comparison_id, comparison


def compare_session() -> CompareSession:
    """This browser session's comparison as it is in the store, made on first use."""
    session()
    follow_models_link()
    if "compare" not in st.session_state:
        requested = st.query_params.get("id")
        found = comparing().read(requested) if requested else None
        st.session_state.compare = (
            CompareSession(requested, found, owner=visitor().owner, url=requested)
            if requested and found
            else CompareSession(
                *fresh_comparison(comparing()), owner=visitor().owner, lost=requested is not None, url=requested
            )
        )
    here: CompareSession = st.session_state.compare
    here.read_only = not visitor().may_ask
    here.refresh()
    return here


def open_in_compare(comparison_id: str, offer: Offer) -> None:
    """Have the compare page of this session show a comparison, and offer a question there."""
    found = comparing().read(comparison_id)
    if found is not None:
        st.session_state.compare = CompareSession(
            comparison_id, found, owner=visitor().owner, offer=offer, url=comparison_id
        )


def open_comparison() -> str | None:
    """The comparison that the compare page of this session shows, if it was opened."""
    here: CompareSession | None = st.session_state.get("compare")
    return here.comparison_id if here is not None else None
