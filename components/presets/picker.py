"""Presets on the chat page: one to use, this chat's settings to keep as one."""

from collections.abc import Mapping

import streamlit as st

from components.frame.page_link import page_link
from components.frame.session import Session
from components.presets import actions
from playground.presets import LONGEST_PRESET_NAME, LibraryPreset
from playground.text.labels import labels
from playground.text.markdown import plain


def preset_picker(here: Session) -> None:
    """A button that opens the presets; they are read only once it is open."""
    with st.popover("Presets", icon=":material/bookmarks:", key="presets", width="stretch", on_change="rerun") as box:
        if not box.open:
            return
        entries = {entry.id: entry for entry in actions.preset_library().presets()}
        shown = preset_labels(entries)
        if st.session_state.get("preset_choice") not in entries:
            st.session_state.preset_choice = here.preset if here.preset in entries else None
        chosen = st.selectbox(
            "Preset",
            list(entries),
            index=None,
            key="preset_choice",
            format_func=lambda id_: shown.get(id_, ""),
            placeholder="Choose one",
        )
        with st.container():
            if chosen is not None:
                _chosen(entries[chosen], here)
            last_action()
        st.text_input(
            "Save what this chat is set to",
            key="preset_new_name",
            placeholder="Name of a new preset",
            max_chars=LONGEST_PRESET_NAME,
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                "Save",
                key="preset_save",
                icon=":material/bookmark_add:",
                on_click=actions.save_as,
                args=("preset_new_name",),
            )
            page_link("presets", "Library", ":material/bookmarks:")


def preset_labels(entries: Mapping[str, LibraryPreset]) -> dict[str, str]:
    """A label for each preset by its id, no two alike: its name, and whether it is an example."""
    return labels({id_: (entry.preset.name, "" if entry.own else "example") for id_, entry in entries.items()})


def last_action() -> None:
    """The last action, with Undo where it can be undone."""
    last = actions.done()
    if last is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="preset_done_line"):
            st.caption(plain(last.text), width="content")
            if last.undo is not None:
                st.button("Undo", key="preset_undo", icon=":material/undo:", type="tertiary", on_click=actions.undo)


def _chosen(entry: LibraryPreset, here: Session) -> None:
    preset = entry.preset
    if preset.description:
        st.caption(plain(preset.description))
    model = preset.model or "whichever model is chosen"
    st.caption(plain(" · ".join((model, *preset.settings_labels))))
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Use",
            key="preset_use",
            type="primary",
            icon=":material/check:",
            on_click=actions.use,
            args=(entry.id,),
        )
        if preset.model not in ("", here.setup.model):
            st.button(
                "Use with this model",
                key="preset_use_here",
                help=plain(f"Keep {here.setup.model}"),
                on_click=actions.use,
                args=(entry.id,),
                kwargs={"keep_model": True},
            )
        if entry.own:
            st.button(
                "Overwrite",
                key="preset_overwrite",
                icon=":material/save:",
                help="With what this chat is set to; name and prompt stay",
                on_click=actions.overwrite,
                args=(entry.id,),
            )
            st.button(
                "",
                key="preset_delete",
                icon=":material/delete:",
                type="tertiary",
                help="Delete",
                on_click=actions.delete_preset,
                args=(entry.id,),
            )
    if entry.own:
        key = f"preset_name-{entry.id}"
        if key not in st.session_state:
            st.session_state[key] = preset.name
        st.text_input(
            "Name", key=key, max_chars=LONGEST_PRESET_NAME, on_change=actions.rename_preset, args=(entry.id, key)
        )
