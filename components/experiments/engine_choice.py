"""Where an experiment runs: only what is possible is offered."""

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

from components.experiments import plan_actions
from components.frame.controls import control
from playground.errors import ProviderError
from playground.experiments.candidates import chosen_card
from playground.experiments.checks.judging import ModelChoice, named_model
from playground.experiments.engines import EngineOffer, engine_offers
from playground.experiments.plans import ExperimentPlan
from playground.models.catalog import ModelCard
from playground.models.roster import Roster
from playground.text.markdown import plain


def engine_choice(roster: Roster, plan: ExperimentPlan) -> None:
    """Choose where a plan runs; nothing is drawn where there is no choice."""
    chosen = str(plan.draft.get("engine") or "app")
    offers: dict[str, EngineOffer] = {offer.name: offer for offer in engine_offers(_cards(roster, plan), roster)}
    shown = [name for name, offer in offers.items() if offer.possible or name == chosen]
    if len(shown) < 2:
        return
    offer = offers.get(chosen)
    box = control(f"plan_engine-{plan.name}", chosen, kind=tuple(shown))
    st.selectbox(
        "Run on",
        shown,
        shown.index(chosen) if chosen in shown else None,
        key=box.key,
        format_func=lambda name: offers[name].title,
        width=320,
        on_change=box.changed(lambda name: plan_actions.set_at(plan.name, ("engine",), name, ("app", None))),
    )
    if offer is not None and offer.why_not:
        st.caption(f":material/block: {plain(offer.why_not)} {offer.instead}")
    elif offer is not None:
        st.caption(plain(offer.told))


def _cards(roster: Roster, plan: ExperimentPlan) -> Sequence[ModelCard]:
    """The models of a plan that are there."""
    found = []
    for model in plan.draft.get("models") or ():
        with suppress(ProviderError, ValueError):
            found.append(chosen_card(ModelChoice.model_validate(named_model(model)), roster))
    return found
