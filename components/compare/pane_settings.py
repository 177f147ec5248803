"""The settings of one pane: its model, a preset, and what it shares with the others or has of its own."""

from functools import partial

import streamlit as st

from components.compare import actions
from components.compare.pane_fold import change_settings, in_fold
from components.compare.pane_view import PaneView
from components.frame.controls import control
from components.frame.process import chat
from components.presets.actions import preset_library
from components.presets.picker import preset_labels
from components.settings.code_panel import code_button
from components.settings.model_picker import model_picker
from components.settings.parameter_panel import Links, link_button, parameter_panel
from components.settings.request_preview import request_preview
from playground.compare.comparison import PROMPT, SYSTEM_PROMPT
from playground.models.roster import Roster


def pane_settings(view: PaneView, roster: Roster) -> None:
    """The model, and behind a fold the rest, each with a chain that says whether it is shared."""
    number, pane_id = view.number, view.pane.id
    with st.container(key=f"pane_settings-{number}", gap="xsmall"):
        model_picker(
            tuple(roster.catalog),
            view.pane.model,
            roster,
            lambda card: actions.choose_model(pane_id, card),
            key=f"model-{number}",
        )
        in_fold(view, _folded)


def _folded(view: PaneView) -> bool:
    number, pane_id = view.number, view.pane.id
    # A label that changed would fold it.
    with st.expander("Settings", icon=":material/tune:", on_change="rerun", key=f"parameters-{number}") as box:
        if not box.open:
            return False
        links = Links(view.pane.unlinked, partial(change_settings, pane_id, actions.toggle_link))
        _presets(view)
        _prompts(view, links)
        if view.card is not None:
            parameter_panel(
                chat().controls(view.card, None, view.setup),
                view.setup.parameters,
                partial(change_settings, pane_id, actions.set_parameter),
                partial(change_settings, pane_id, actions.reset_parameters),
                # By pane and not by number: panes that change places must never get each other's values.
                key=f"settings-{pane_id}",
                links=links,
            )
            request_preview(chat(), view.path, view.setup, key=f"request_preview-{number}")
            code_button(
                chat(),
                chat().last_request(view.path, view.setup),
                view.card,
                has_messages=bool(view.path),
                key=f"code-{number}",
            )
    return True


def _presets(view: PaneView) -> None:
    presets = {preset.id: preset for preset in preset_library().presets()}
    shown = preset_labels(presets)
    choice = control(f"pane_preset-{view.number}", None)

    def use(chosen: str | None) -> None:
        if chosen is not None:
            change_settings(view.pane.id, actions.use_preset, chosen)

    st.selectbox(
        "Preset",
        list(presets),
        index=None,
        key=choice.key,
        format_func=lambda id_: shown.get(id_, ""),
        placeholder="Set this pane as a preset",
        help="Its model, system prompt and parameters become this pane's own. Prompt, tools and format stay behind.",
        on_change=choice.changed(use),
    )


def _prompts(view: PaneView, links: Links) -> None:
    number, pane_id = view.number, view.pane.id
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", wrap=False):
        sharing = "The prompt is this pane's own" if PROMPT in links.unlinked else "The prompt is shared"
        st.caption(sharing, width="stretch")
        link_button(PROMPT, links, key=f"prompt-{number}-link")
    name = f"system_prompt-{number}"
    box = control(name, view.setup.system_prompt)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom", wrap=False):
        st.text_area(
            "System prompt",
            view.setup.system_prompt,
            key=box.key,
            height=80,
            placeholder="None is sent",
            on_change=box.changed(partial(change_settings, pane_id, actions.set_system_prompt)),
        )
        link_button(SYSTEM_PROMPT, links, key=f"{name}-link")
