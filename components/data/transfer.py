"""Taking everything along, and bringing it in."""

from pathlib import Path

import streamlit as st

from components.connections.work import Running
from components.data import actions
from components.data.going_on import finished
from components.data.on_disk import size_in_words
from playground.archive.reading import taken_in_words
from playground.archive.work import data_works
from playground.owner import Owner
from playground.store import Taken
from playground.store.database.database import now
from playground.text.markdown import plain
from playground.web.downloads import downloads


def largest_upload_mb() -> int:
    """As much as the server lets in: what is uploaded is held in memory; larger files are for the command line.

    STREAMLIT_SERVER_MAX_UPLOAD_SIZE in the environment changes it.
    """
    most: int = st.config.get_option("server.maxUploadSize")
    return most


def export_everything(owner: Owner, running: Running) -> None:
    """A button that writes everything to a file, and the file once it is there."""
    st.markdown("## Export")
    st.caption(
        "Chats with all branches, comparisons with votes, experiments with their datasets and answers, batches, "
        "presets, snapshots, prices and settings: a zip of JSON Lines. Keys are not in it."
    )
    going = data_works.get(owner, "export")
    if going is None or not going.running:
        st.button("Export everything", key="export", icon=":material/archive:", on_click=actions.begin_export)
    work = finished(owner, "export", running)
    if work is None or not isinstance(work.result, Path):
        return
    if not work.result.is_file():
        st.caption("The last export is not there any more.")
        return
    token = downloads.offer(work.result, f"llm-playground-{now():%Y-%m-%d}.zip", owner)
    with st.container(horizontal=True, vertical_alignment="center"):
        size = work.result.stat().st_size
        st.link_button(
            f"Download ({size_in_words(size)})",
            f"download/{token}",
            key="download",
            icon=":material/download:",
            type="primary",
        )
        st.button(
            "Remove",
            key="forget_export",
            icon=":material/close:",
            type="tertiary",
            on_click=actions.forget_work,
            args=("export",),
        )


def import_everything(owner: Owner, running: Running) -> None:
    """A place for such a file, and what came of it."""
    st.markdown("## Import")
    st.caption(
        "Adds what is in an export. What is here stays, and nothing is doubled. "
        "One chat, or an export of another program: *Import* at the end of the sidebar of a chat. "
        f"More than {largest_upload_mb()} MB on the command line: python -m playground import FILE"
    )
    going = data_works.get(owner, "import")
    if going is None or not going.running:
        key = "import_file"
        with st.popover("Import…", icon=":material/unarchive:", key="import_popover"):
            chosen = st.file_uploader("An export", "zip", key=key, max_upload_size=largest_upload_mb())
            st.button(
                "Import",
                key="import",
                type="primary",
                disabled=chosen is None,
                on_click=actions.begin_import,
                args=(key,),
            )
    work = finished(owner, "import", running)
    if work is not None and isinstance(work.result, Taken):
        lines = taken_in_words(work.result) or ["There was nothing in it."]
        st.success("  \n".join(map(plain, lines)), icon=":material/check_circle:")
