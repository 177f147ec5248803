"""Which model answers: a list to search, each row with what decides, and the facts of the chosen one."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import streamlit as st

from components.frame.controls import control
from components.frame.page_link import page_link
from components.models.fact_table import fact_table
from playground.models.catalog import Catalog, ModelCard
from playground.models.catalog.facts import facts
from playground.models.catalog.short_names import where_it_runs
from playground.models.naming import Found, NameMeaning, Waiting
from playground.models.roster import Roster, today
from playground.money import figures
from playground.text.labels import labels, visible
from playground.text.markdown import code_span, plain


def model_picker(
    cards: Sequence[ModelCard], chosen: str, roster: Roster, on_choose: Callable[[ModelCard], None], *, key: str
) -> None:
    """A list of models to search by typing; a choice goes to `on_choose` before the next run draws.

    A chosen name that means no model, or may mean several, is listed first, and says so.
    """
    by_id = {card.id: card for card in cards}
    shown = _of_all(roster, roster.catalog)
    usable_first = sorted(cards, key=lambda card: (card.retired(today()), roster.obstacle(card) is not None))
    order = [card.id for card in usable_first if card.id in shown]
    if chosen not in order:
        rows = {id_: row(by_id[id_], roster) for id_ in order}
        shown = labels({chosen: _unlisted(chosen, roster.find(chosen), roster), **rows})
        order = [chosen, *order]
    picker = control(key, chosen)

    def changed(id_: str) -> None:
        card = by_id.get(id_)
        if card is not None:
            on_choose(card)

    st.selectbox(
        "Model",
        order,
        order.index(chosen),
        key=picker.key,
        format_func=lambda id_: shown.get(id_, visible(str(id_))),
        on_change=picker.changed(changed),
        label_visibility="collapsed",
    )


@lru_cache(maxsize=16)
def _of_all(roster: Roster, catalog: Catalog) -> dict[str, str]:
    """A label for each model of a catalogue by its id; kept, for every run of a page needs some."""
    return labels({card.id: row(card, roster) for card in catalog})


def row(card: ModelCard, roster: Roster) -> tuple[str, ...]:
    """One model on one line: name, context, price in and out per million tokens, badges; then what else it is found by.

    That is its author and connection, where its id does not say so, and its id.
    """
    price = card.price
    exact = figures.usd_exactly
    money = "unpriced" if price is None else "$0" if price.free else f"{exact(price.input)}/{exact(price.output)}"
    details = (figures.short_count(card.context_window), money, *badges(card, ready=roster.obstacle(card) is None))
    called = roster.called(card)
    return (called, *details, *(found_by(card, roster) if called != card.id else ()))


def found_by(card: ModelCard, roster: Roster) -> tuple[str, ...]:
    """What people type to find a model, beside its name: its author and connection where its id lacks them, its id."""
    terms = (card.author, roster.where(card) or where_it_runs(card))
    return (*(term for term in terms if term.casefold() not in card.id.casefold()), card.id)


def found_by_id(card: ModelCard, roster: Roster) -> tuple[str, ...]:
    """A model where there is room for little more than its id, which is what it is found by."""
    *terms, id_ = found_by(card, roster)
    return (id_, *(() if card.name.casefold() in id_.casefold() else (card.name,)), *terms)


def _unlisted(name: str, meaning: NameMeaning, roster: Roster) -> tuple[str, ...]:
    if isinstance(meaning, Found):
        return (*row(meaning.card, roster), "not in the list")
    return (name, "not listed yet" if isinstance(meaning, Waiting) else "choose a model")


def badges(card: ModelCard, *, ready: bool) -> list[str]:
    """The abilities of a model, and why it cannot be used, in a few words each."""
    able = [
        name
        for name, can in (("tools", card.function_calling), ("reasoning", card.reasoning), ("vision", card.vision))
        if can
    ]
    if card.since_shipped is not None:
        able.append(card.since_shipped)
    if card.retirement is not None:
        verb = "retired" if card.retired(today()) else "retires"
        return [*able, f"{verb} {card.retirement.on:%Y-%m-%d}"]
    return able if ready else [*able, "needs a key"]


def model_facts(card: ModelCard, roster: Roster, on_choose: Callable[[str], None]) -> None:
    """The chosen model in a few lines: facts with their sources, disagreements included, and what it lacks to run."""
    obstacle, called = roster.obstacle(card), plain(roster.called(card))
    short = f"{figures.short_count(card.context_window)} context · {figures.unit_price(card.price)}"
    st.caption(f"**{called}**  \n{plain(short)}  \n{plain(card.description)}")
    if obstacle is not None:
        successor = card.retirement.successor if card.retirement else None
        st.warning(f"{plain(obstacle.message)} {plain(obstacle.hint)}", icon=":material/key:")
        if card.retired(today()) and successor:
            st.button(f"Use {successor.rsplit('/', 1)[-1]}", key="use_successor", on_click=on_choose, args=(successor,))
    with st.popover("All facts", icon=":material/info:", type="tertiary", on_change="rerun", key="facts") as box:
        if box.open:
            by = plain(card.author or "nobody named")
            st.markdown(f"**{called}** by {by}  \n{code_span(visible(card.id))}")
            fact_table(facts(card, today()))
            page_link("models", "Its card", ":material/category:", model=card.id)
