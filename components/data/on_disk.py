"""How much room everything takes on this disk."""

import streamlit as st

from playground.archive.disk import disk_usage
from playground.connections import settings
from playground.money.figures import counted
from playground.store import Stores


def on_disk(stores: Stores) -> None:
    """A table of sizes by kind."""
    st.markdown("## On disk")
    usage = disk_usage(stores, settings.data_dir())
    rows = [*((kind.capitalize(), size) for kind, size in usage.items()), ("**All**", sum(usage.values()))]
    st.table(
        {"Kind": [kind for kind, _ in rows], "Size": [size_in_words(size) for _, size in rows]}, border="horizontal"
    )


def size_in_words(size: int) -> str:
    """Bytes as a person reads them: "312 bytes", "512 kB", "34.1 MB"."""
    if size < 1_000:
        return counted(size, "byte")
    if size < 1_000_000:
        return f"{size / 1e3:,.0f} kB"
    return f"{size / 1e6:,.1f} MB" if size < 1_000_000_000 else f"{size / 1e9:,.2f} GB"
