"""The preset that is being written in the library, before it is saved."""

import re
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.frame.session import chat, session, shows_errors
from components.presets import actions
from components.settings.json_box import forget, unread_reason
from components.settings.parameter_panel import with_parameter
from playground.conversation.setup import Setup, fit
from playground.presets import LibraryPreset, Preset, PresetError, TemplateError, prompt_variables, template_of

BOXES = {"preset_tools": "tools", "preset_schema": "schema"}
"""The boxes for JSON, and what to call them."""


@dataclass(slots=True)
class PresetDraft:
    """What a preset will hold, by field, not checked yet; `id` is that of the preset that is changed."""

    id: str | None
    fields: dict[str, Any]

    @property
    def setup(self) -> Setup:
        """What a chat would be set to."""
        held = self.fields
        return Setup(held["model"], held["system_prompt"], held["parameters"]).with_options(held)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables, those of the system prompt first. Raises TemplateError."""
        return prompt_variables(template_of(self.fields["system_prompt"]), self.fields["prompt"])

    def read(self) -> Preset:
        """The preset. Raises PresetError."""
        for box, what in BOXES.items():
            if (wrong := unread_reason(box)) is not None:
                raise PresetError(f"The {what} cannot be read: {wrong}", "Nothing is lost: mend it, then save.")
        try:
            names = self.variables
        except TemplateError as error:
            raise PresetError(f"The prompt cannot be read: {error}") from None
        begun = {name: value for name, value in self.fields["variables"].items() if name in names}
        return Preset.read({**self.fields, "variables": begun})


def preset_draft() -> PresetDraft | None:
    """The preset that is being written; also the one that `/presets?edit=ID` asks for."""
    found: PresetDraft | None = st.session_state.get("preset_draft")
    asked = st.query_params.get("edit")
    if found is not None or asked is None:
        return found
    kept = actions.preset_library().find(asked)
    if kept is None:
        if asked != "new":
            actions.tell_done("There is no preset at this address. It may have been deleted.")
            del st.query_params["edit"]
            return None
        begin_draft()
    else:
        begin_draft(kept)
    return preset_draft()


def begin_draft(kept: LibraryPreset | None = None) -> None:
    """Write a new preset, change one of one's own, or change a copy of an example."""
    fields = (Preset(name="x") if kept is None else kept.preset).model_dump()
    if kept is None:
        fields["name"] = ""
    _let_go()
    st.session_state.preset_done = None
    st.session_state.preset_draft = PresetDraft(kept.id if kept is not None and kept.own else None, fields)
    st.query_params["edit"] = "new" if kept is None else kept.id


def begin_with_chat() -> None:
    """Write a new preset that begins with what the chat is set to."""
    begin_draft()
    found = preset_draft()
    if found is not None:
        found.fields = Preset.of(session().setup, "x").model_dump() | {"name": ""}


def end() -> None:
    """Write no longer; what was not saved is gone."""
    st.session_state.pop("preset_draft", None)
    _let_go()
    st.query_params.pop("edit", None)


def _let_go() -> None:
    for name in [name for name in st.session_state if re.match(r"preset_draft-.*-wrong$", str(name))]:
        del st.session_state[name]
    for box in BOXES:
        forget(box)


def change_draft(**fields: Any) -> None:
    """Change fields of the draft."""
    found = preset_draft()
    if found is not None:
        found.fields |= fields


def take(field: str, value: Any) -> None:
    """Change one field of the draft."""
    change_draft(**{field: value})


def take_value(name: str, value: str) -> None:
    """Have a variable begin with this."""
    found = preset_draft()
    if found is not None:
        found.fields["variables"] = {**found.fields["variables"], name: value}


def set_parameter(name: str, value: Any) -> None:
    """Set a parameter, or take it back."""
    found = preset_draft()
    if found is not None:
        found.fields["parameters"] = with_parameter(found.fields["parameters"], name, value)


def reset_parameters() -> None:
    """Take all parameters back."""
    change_draft(parameters={})


def keep_what_fits(model: str) -> None:
    """Take out what a model does not take."""
    found, card = preset_draft(), chat().roster.card(model)
    if found is not None and card is not None:
        setup, _ = fit(found.setup, card)
        found.fields |= {
            "parameters": dict(setup.parameters),
            "tools": setup.tools,
            "response_format": setup.response_format,
            "form": setup.form,
            "raw": setup.raw,
        }


@shows_errors
def save() -> None:
    """Keep the draft as a preset; where it cannot be one, the page says why and nothing is lost."""
    found = preset_draft()
    if found is None:
        return
    preset = found.read()
    if found.id is None:
        name = actions.preset_library().add(preset).preset.name
    else:
        actions.preset_library().save(found.id, preset)
        name = preset.name
    end()
    actions.tell_done(f"{name} saved.")
