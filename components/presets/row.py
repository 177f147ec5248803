"""One preset in the library, and everything that is set in it."""

import json

import streamlit as st

from components.frame.page_link import page_link
from components.presets import actions
from components.presets import draft as drafts
from playground.presets import LibraryPreset, Preset, file_name, write_preset
from playground.text.markdown import plain


def preset_row(entry: LibraryPreset) -> None:
    """Its name, what is set, and what can be done with it."""
    preset = entry.preset
    with st.container(border=True, gap="small", key=f"preset-{entry.id}"):
        with st.container(gap=None):
            st.markdown(f"**{plain(preset.name)}**")
            if preset.description:
                st.markdown(plain(preset.description))
            st.caption(plain(" · ".join((preset.model or "any model", *preset.settings_labels))))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            page_link("chat", "Use in chat", ":material/forum:", preset=entry.id)
            with st.popover(
                "Preview",
                type="tertiary",
                icon=":material/visibility:",
                key=f"preset_open-{entry.id}",
                on_change="rerun",
            ) as box:
                if box.open:
                    _everything(preset)
            st.button(
                "Edit" if entry.own else "Edit a copy",
                key=f"preset_edit-{entry.id}",
                icon=":material/edit:",
                type="tertiary",
                on_click=drafts.begin_draft,
                args=(entry,),
            )
            st.download_button(
                "Export",
                write_preset(preset),
                file_name(preset),
                "application/json",
                key=f"preset_export-{entry.id}",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
            )
            if entry.own:
                st.button(
                    "Delete",
                    key=f"preset_delete-{entry.id}",
                    icon=":material/delete:",
                    type="tertiary",
                    on_click=actions.delete_preset,
                    args=(entry.id,),
                )


def _everything(preset: Preset) -> None:
    for label, text in (("System prompt", preset.system_prompt), ("Prompt", preset.prompt)):
        if text:
            st.caption(label)
            st.code(text, language=None, wrap_lines=True)
    initial = {f"{{{{{name}}}}}": value for name, value in preset.variables.items()}
    for label, value in (
        ("Its variables begin with", initial),
        ("Parameters", preset.parameters),
        ("Tools", preset.tools),
        ("Answer as", preset.response_format),
    ):
        if value:
            st.caption(label)
            st.code(json.dumps(value, indent=2, ensure_ascii=False), language="json", wrap_lines=True)
    how = ("Raw prompt, without the chat template" if preset.raw else "Bare prompt") if preset.form == "prompt" else ""
    for note in (how, "Rejected if busy" if preset.reject_if_busy else ""):
        if note:
            st.caption(note)
    if preset == Preset(name=preset.name):
        st.caption("Nothing but the name.")
