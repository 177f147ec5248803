"""A preset being written: every field, tools and schema in boxes that check them, the prompt with its variables."""

from functools import partial
from typing import Any

import streamlit as st

from components.frame.controls import control
from components.frame.page_title import page_title
from components.frame.process import chat
from components.frame.session import session
from components.presets import draft as drafts
from components.presets.draft import PresetDraft
from components.presets.prompt import prompt_preview
from components.settings.json_box import json_box
from components.settings.model_picker import found_by_id
from components.settings.model_question import model_question
from components.settings.parameter_panel import parameter_panel
from components.settings.request_options import FORMATS, FORMS
from playground.conversation.format_examples import SCHEMAS, TOOLS
from playground.conversation.formats import read_format_schema, read_tools
from playground.conversation.setup import fit, form_specs
from playground.models.catalog import ModelCard
from playground.presets import LONGEST_PRESET_NAME, Preset, PresetError, TemplateError, prompt_variables
from playground.text.labels import labels, visible
from playground.text.markdown import plain

ANY = ""
HOW = (
    "`{{name}}` is response_format for when the preset is used, or takes what it begins with. "
    r"Write `\{{` for two braces that are meant."
)


def preset_editor(draft: PresetDraft) -> None:
    """The fields of a draft, with Save and Cancel; nothing is kept before Save."""
    chosen = chat().roster.card(draft.fields["model"] or session().setup.model)
    page_title("Change a preset" if draft.id else "New preset")
    texts, settings = st.columns([3, 2], gap="large")
    with texts:
        _text("Name", "name", max_chars=LONGEST_PRESET_NAME)
        _text("Description", "description", height=68)
        _model(draft)
        _text("System prompt", "system_prompt", height=120, help=HOW)
        _text("Prompt", "prompt", height=140, help=HOW, placeholder="Summarise {{text}} in three sentences.")
        _variables(draft, chosen)
    with settings:
        # Places of their own, as on the page: a note that comes or goes moves no box.
        with st.container():
            _fit(draft, chosen)
        _form(draft)
        with st.container():
            json_box(
                "Tools",
                "preset_tools",
                draft.fields["tools"],
                lambda text: drafts.change_draft(tools=read_tools(text) if text else ()),
                TOOLS,
                height=200,
            )
        with st.container():
            _format(draft)
        if chosen is not None:
            parameter_panel(
                form_specs(chosen, draft.fields["form"]),
                draft.fields["parameters"],
                drafts.set_parameter,
                drafts.reset_parameters,
                key="preset_draft-parameters",
            )
    with st.bottom, st.container(horizontal=True, gap="small"):
        st.button("Save", key="preset_save", type="primary", icon=":material/check:", on_click=drafts.save)
        st.button("Cancel", key="preset_cancel", on_click=drafts.end)


def _text(label: str, field: str, *, height: int = 0, **more: Any) -> None:
    draft = drafts.preset_draft()
    text = "" if draft is None else draft.fields[field]
    box = control(f"preset_draft-{field}", text)
    on_change = box.changed(partial(drafts.take, field))
    if height:
        st.text_area(label, text, key=box.key, height=height, on_change=on_change, **more)
    else:
        st.text_input(label, text, key=box.key, on_change=on_change, **more)


def _model(draft: PresetDraft) -> None:
    roster = chat().roster
    model = draft.fields["model"]
    names = {card.id: found_by_id(card, roster) for card in roster.catalog}
    more = {} if model in (ANY, *names) else {model: (model, "not in the list")}
    shown = labels({ANY: ("Whichever is chosen",), **more, **names})
    choice = control("preset_draft-model", model)
    st.selectbox(
        "Model",
        list(shown),
        list(shown).index(model),
        key=choice.key,
        format_func=lambda id_: shown.get(id_, visible(str(id_))),
        on_change=choice.changed(partial(drafts.take, "model")),
    )
    with st.container():
        if model:
            model_question(
                roster.find(model),
                roster,
                lambda card: drafts.change_draft(model=card.id),
                key="preset_draft-model_question",
            )


def _variables(draft: PresetDraft, card: ModelCard | None) -> None:
    try:
        names = draft.variables
    except TemplateError as error:
        st.caption(f":orange[:material/warning: {plain(str(error))}]")
        return
    try:
        prompt_variables(draft.fields["system_prompt"])
    except TemplateError as error:
        st.caption(f":orange[:material/warning: {plain(f'The system prompt is sent as it is written. {error}')}]")
    for name in names:
        value = draft.fields["variables"].get(name, "")
        box = control(f"preset_draft-value-{name}", value)
        st.text_area(
            f"{name} begins with",
            value,
            key=box.key,
            height="content",
            placeholder="Nothing: it is response_format for",
            on_change=box.changed(partial(drafts.take_value, name)),
        )
    if names or draft.fields["prompt"]:
        try:
            preset = Preset.read({"name": "x", **{field: draft.fields[field] for field in ("system_prompt", "prompt")}})
        except PresetError as error:
            st.caption(f":orange[:material/warning: {plain(error.message)}]")
            return
        prompt_preview(preset, {name: draft.fields["variables"].get(name, "") for name in names}, card)


def _fit(draft: PresetDraft, card: ModelCard | None) -> None:
    """Settings of the draft that the model does not take."""
    notes = fit(draft.setup, card)[1] if card is not None else ()
    if card is None or not notes:
        return
    st.info(plain(f"When used: {'; '.join(notes)}."), icon=":material/tune:")
    st.button("Keep only what it takes", key="preset_fit", on_click=drafts.keep_what_fits, args=(card.id,))


def _form(draft: PresetDraft) -> None:
    shown = "raw" if draft.fields["raw"] else draft.fields["form"]
    choice = control("preset_draft-form", shown)

    def chosen(form: str | None) -> None:
        drafts.change_draft(form="messages" if form in (None, "messages") else "prompt", raw=form == "raw")

    st.segmented_control(
        "Input",
        list(FORMS),
        default=shown,
        format_func=FORMS.__getitem__,
        key=choice.key,
        on_change=choice.changed(chosen),
    )


def _format(draft: PresetDraft) -> None:
    response_format = draft.fields["response_format"]
    kind = response_format["type"] if response_format else "text"
    choice = control("preset_draft-format", kind)

    def chosen(kind: str) -> None:
        formats = {"json_object": {"type": kind}, "json_schema": {"type": kind, "json_schema": {}}}
        drafts.change_draft(response_format=formats.get(kind))

    st.selectbox(
        "Answer as",
        FORMATS,
        list(FORMATS).index(kind),
        format_func=FORMATS.__getitem__,
        key=choice.key,
        on_change=choice.changed(chosen),
    )
    if response_format and kind == "json_schema":
        json_box(
            "JSON schema",
            "preset_schema",
            response_format["json_schema"],
            lambda text: drafts.change_draft(
                response_format={"type": "json_schema", "json_schema": read_format_schema(text) if text else {}}
            ),
            SCHEMAS,
            height=200,
        )
