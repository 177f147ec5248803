"""Where conversations are kept, and the copies that there are of them."""

from datetime import UTC, datetime

import streamlit as st

from playground.store import Stores
from playground.text.markdown import plain


def database_facts(stores: Stores) -> None:
    """Show the location of the database, the migration at the start, and the backups from before."""
    st.caption(plain(f"Conversations and answers are kept in {stores.location}."))
    migration, copies = stores.migration, stores.backups()
    if migration is not None:
        was = (
            f"As it was before: {migration.backup}"
            if migration.backup in copies
            else "Copies of a PostgreSQL database are made with pg_dump, before the playground is updated."
        )
        st.info(
            plain(f"The database was updated from schema {migration.before} to {migration.after} at the start. {was}"),
            icon=":material/database:",
        )
    for copy in copies:
        made = copy.stat()
        when = f"{datetime.fromtimestamp(made.st_mtime, UTC):%Y-%m-%d %H:%M} UTC"
        st.caption(plain(f"A copy from before an update, {when}, {made.st_size / 1e6:.1f} MB: {copy}"))
