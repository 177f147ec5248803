"""Which model answers: a list to search, each row with what decides, and the facts of the chosen one."""

from collections.abc import Callable, Sequence

import streamlit as st

from components.fact_table import fact_table
from components.markdown import plain
from components.page_link import page_link
from playground import figures
from playground.catalog import ModelCard
from playground.catalog.facts import facts
from playground.errors import ProviderError
from playground.roster import today


def model_picker(
    cards: Sequence[ModelCard],
    chosen: str,
    obstacle: Callable[[ModelCard], ProviderError | None],
    on_choose: Callable[[ModelCard], None],
    *,
    key: str,
) -> None:
    """A list of models to search by typing; a choice goes to `on_choose` before the next run draws."""
    by_id = {card.id: card for card in cards}
    ready = {card.id: obstacle(card) is None for card in cards}
    order = sorted(by_id, key=lambda id_: (by_id[id_].retired(today()), not ready[id_]))
    if chosen not in by_id:
        order.insert(0, chosen)
    st.session_state[key] = chosen  # in every run: one that is cut short has told the browser nothing

    def changed() -> None:
        card = by_id.get(st.session_state[key])
        if card is not None:
            on_choose(card)

    st.selectbox(
        "Model",
        order,
        key=key,
        format_func=lambda id_: row(by_id[id_], ready=ready[id_]) if id_ in by_id else f"{id_} · not listed",
        on_change=changed,
        label_visibility="collapsed",
    )


def row(card: ModelCard, *, ready: bool) -> str:
    """One model on one line: name, context, price in and out per million tokens, badges."""
    price = card.price
    money = "unpriced" if price is None else "$0" if price.free else f"${price.input:f}/${price.output:f}"
    return " · ".join((card.name, figures.compact(card.context_window), money, *badges(card, ready=ready)))


def badges(card: ModelCard, *, ready: bool) -> list[str]:
    """What a model can do and what stands in the way, in single words."""
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


def model_facts(card: ModelCard, obstacle: ProviderError | None, on_choose: Callable[[str], None]) -> None:
    """The chosen model in a few lines: facts with their sources, disagreements included, and what it lacks to run."""
    short = f"{figures.compact(card.context_window)} context · {figures.unit_price(card.price)}"
    st.caption(f"**{plain(card.name)}**  \n{plain(short)}  \n{plain(card.description)}")
    if obstacle is not None:
        successor = card.retirement.successor if card.retirement else None
        st.warning(f"{plain(obstacle.message)} {plain(obstacle.hint)}", icon=":material/key:")
        if card.retired(today()) and successor:
            st.button(f"Use {successor.rsplit('/', 1)[-1]}", key="use_successor", on_click=on_choose, args=(successor,))
    with st.popover("All facts", icon=":material/info:", type="tertiary", on_change="rerun", key="facts") as box:
        if box.open:
            st.markdown(f"**{plain(card.name)}** by {plain(card.author or 'nobody named')}  \n`{card.id}`")
            fact_table(facts(card, today()))
            page_link("models", "Its card", ":material/category:", model=card.id)
