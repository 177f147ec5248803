"""What administrators did, the newest first."""

import streamlit as st

from components.frame.reader_zone import reader_zone
from playground.store import AuditEntry, User
from playground.text.labels import visible


def record(entries: list[AuditEntry], users: list[User]) -> None:
    """A table of the last entries."""
    called = {user.owner.id: user.email or user.name or user.owner.id for user in users}
    if not entries:
        st.caption("Nothing was done yet.")
        return
    rows = [
        {
            "When": f"{entry.at.astimezone(reader_zone()):%Y-%m-%d %H:%M:%S}",
            "Who": visible(called.get(entry.by, entry.by)),
            "Did": visible(entry.what),
            "About": visible(called.get(entry.about, entry.about)),
        }
        for entry in entries
    ]
    st.dataframe(rows, hide_index=True, key="record")
