"""Which votes the standings are made of."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

import streamlit as st

from components.frame.address_choice import address_choice
from components.frame.process import called, chat
from components.presets.actions import preset_library
from playground.compare.standings import SettingsChoice, VoteChoice
from playground.compare.vote import settings_fingerprint
from playground.conversation.setup import fit
from playground.presets import LibraryPreset

PERIOD_DAYS: Mapping[str, int | None] = {"all": None, "30d": 30, "7d": 7}
PERIOD_WORDS = {"all": "Always", "30d": "30 days", "7d": "7 days"}
SETTINGS: Mapping[str, str] = {
    "together": "Together",
    "same": "Same only",
    "apart": "Told apart",
}


def chosen_since(now: datetime) -> datetime | None:
    """From when on votes count; None for all. The same all day, so that what was counted can be used again."""
    days = PERIOD_DAYS[address_choice("Time", "period", PERIOD_WORDS, "all", page="standings")]
    return None if days is None else now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)


def standings_choice(models: Sequence[str]) -> VoteChoice:
    """What is chosen; `models` are those that there are votes on, by their ids."""
    settings = address_choice("Settings and prompts", "settings", SETTINGS, "together", page="standings")
    with st.popover("Filter", icon=":material/filter_alt:", key="standings_filter"):
        blind = st.toggle("Blind votes only", key="standings_blind", help="Votes that were given without seeing names")
        narrowed = st.multiselect(
            "Models", models, key="standings_models", format_func=called, placeholder="All models"
        )
        entries = {entry.id: entry for entry in preset_library().presets()}
        preset = st.selectbox(
            "Preset",
            [None, *entries],
            key="standings_preset",
            format_func=lambda id_: "Any settings" if id_ is None else entries[id_].preset.name,
            help="Answers that were asked for with exactly what the preset sets now",
        )
    matching = None if preset is None else frozenset(_settings_by(entries[preset], models))
    return VoteChoice(cast(SettingsChoice, settings), blind, frozenset(narrowed), matching)


def _settings_by(entry: LibraryPreset, models: Sequence[str]) -> list[tuple[str, str]]:
    """What a preset sets for each model, as the fingerprint of it."""
    found, library, roster = [], preset_library(), chat().roster
    for model in models:
        setup, card = library.setup(entry, model, roster.card), roster.card(model)
        if card is not None:
            setup = fit(setup, card)[0]
        found.append((model, settings_fingerprint(setup.system_prompt, setup.parameters, setup.options)))
    return found
