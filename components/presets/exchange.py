"""Presets in and out: files that can be committed."""

from collections.abc import Sequence

import streamlit as st

from components.presets import actions
from playground.presets import LibraryPreset, pack
from playground.text.markdown import plain


def preset_import() -> None:
    """Import: any number of .json files, and zips of them."""
    with st.popover("Import", icon=":material/upload:", key="preset_import"):
        key = f"preset_files-{st.session_state.get('preset_uploads', 0)}"
        st.file_uploader(
            "Presets, one in each .json file, or a zip of them",
            ["json", "zip"],
            accept_multiple_files=True,
            max_upload_size=50,
            key=key,
            on_change=actions.import_presets,
            args=(key,),
        )


def preset_export(own: Sequence[LibraryPreset]) -> None:
    """Export: all that are shown, as one zip."""
    if own:
        st.download_button(
            f"Export {len(own)}",
            pack(entry.preset for entry in own),
            "presets.zip",
            "application/zip",
            key="preset_export",
            icon=":material/download:",
            help="Your own presets in this list, one file each, in a zip",
            on_click="ignore",
        )


def problems() -> None:
    """What was wrong with the files imported last, once."""
    for problem in st.session_state.pop("preset_problems", ()):
        st.warning(plain(problem), icon=":material/error:")
