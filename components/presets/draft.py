"""The preset that is being written in the library, before it is saved."""

import re
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.frame.process import chat
from components.frame.session import session, shows_errors
from components.presets import actions
from components.settings.json_box import forget, unread_reason
from components.settings.parameter_values import with_parameter
from playground.conversation.setup import Setup, fit
from playground.presets import LibraryPreset, Preset, PresetError, TemplateError, prompt_variables, template_of

BOXES = {"preset_tools": "tools", "preset_schema": "schema"}
"""The boxes for JSON, and what to call them."""


@dataclass(slots=True)
class PresetDraft:
    """The fields of a preset, not validated yet; `id` is that of the preset that is changed, None for a new one."""

    id: str | None
    fields: dict[str, Any]

    @property
    def setup(self) -> Setup:
        """What a chat would be set to."""
        fields = self.fields
        return Setup(fields["model"], fields["system_prompt"], fields["parameters"]).with_options(fields)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables, those of the system prompt first. Raises TemplateError."""
        return prompt_variables(template_of(self.fields["system_prompt"]), self.fields["prompt"])

    def read(self) -> Preset:
        """The preset. Raises PresetError."""
        for box, label in BOXES.items():
            if (reason := unread_reason(box)) is not None:
                raise PresetError(f"The {label} cannot be read: {reason}", "Nothing is lost: mend it, then save.")
        try:
            names = self.variables
        except TemplateError as error:
            raise PresetError(f"The prompt cannot be read: {error}") from None
        values = {name: value for name, value in self.fields["variables"].items() if name in names}
        return Preset.read({**self.fields, "variables": values})


def preset_draft() -> PresetDraft | None:
    """The preset that is being written; also the one that `/presets?edit=ID` asks for."""
    draft: PresetDraft | None = st.session_state.get("preset_draft")
    preset_id = st.query_params.get("edit")
    if draft is not None or preset_id is None:
        return draft
    entry = actions.preset_library().find(preset_id)
    if entry is None:
        if preset_id != "new":
            actions.report_done("There is no preset at this address. It may have been deleted.")
            del st.query_params["edit"]
            return None
        begin_draft()
    else:
        begin_draft(entry)
    return preset_draft()


def begin_draft(entry: LibraryPreset | None = None) -> None:
    """Write a new preset, change one of one's own, or change a copy of an example."""
    fields = (Preset(name="x") if entry is None else entry.preset).model_dump()
    if entry is None:
        fields["name"] = ""
    _forget_invalid()
    st.session_state.preset_done = None
    st.session_state.preset_draft = PresetDraft(entry.id if entry is not None and entry.own else None, fields)
    st.query_params["edit"] = "new" if entry is None else entry.id


def begin_with_chat() -> None:
    """Write a new preset that begins with what the chat is set to."""
    begin_draft()
    draft = preset_draft()
    if draft is not None:
        draft.fields = Preset.of(session().setup, "x").model_dump() | {"name": ""}


def end() -> None:
    """Close the draft without saving it."""
    st.session_state.pop("preset_draft", None)
    _forget_invalid()
    st.query_params.pop("edit", None)


def _forget_invalid() -> None:
    for name in [name for name in st.session_state if re.match(r"preset_draft-.*-wrong$", str(name))]:
        del st.session_state[name]
    for box in BOXES:
        forget(box)


def change_draft(**fields: Any) -> None:
    """Change fields of the draft."""
    draft = preset_draft()
    if draft is not None:
        draft.fields |= fields


def take(field: str, value: Any) -> None:
    """Change one field of the draft."""
    change_draft(**{field: value})


def take_value(name: str, value: str) -> None:
    """Set the initial value of a variable."""
    draft = preset_draft()
    if draft is not None:
        draft.fields["variables"] = {**draft.fields["variables"], name: value}


def set_parameter(name: str, value: Any) -> None:
    """Set a parameter, or unset it with UNSET."""
    draft = preset_draft()
    if draft is not None:
        draft.fields["parameters"] = with_parameter(draft.fields["parameters"], name, value)


def reset_parameters() -> None:
    """Unset all parameters."""
    change_draft(parameters={})


def keep_what_fits(model: str) -> None:
    """Remove settings that a model does not take."""
    draft, card = preset_draft(), chat().roster.card(model)
    if draft is not None and card is not None:
        setup, _ = fit(draft.setup, card)
        draft.fields |= {
            "parameters": dict(setup.parameters),
            "tools": setup.tools,
            "response_format": setup.response_format,
            "form": setup.form,
            "raw": setup.raw,
        }


@shows_errors
def save() -> None:
    """Save the draft as a preset; where it is not valid, the page says why and the draft stays."""
    draft = preset_draft()
    if draft is None:
        return
    preset = draft.read()
    if draft.id is None:
        name = actions.preset_library().add(preset).preset.name
    else:
        actions.preset_library().save(draft.id, preset)
        name = preset.name
    end()
    actions.report_done(f"{name} saved.")
