"""Tables of .streamlit/secrets.toml, and whether people sign in; the server imports this before it starts."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st


def secrets_table(name: str) -> Mapping[str, Any] | None:
    """A table of secrets.toml; None where there is none. Raises SettingError."""
    try:
        table = st.secrets.to_dict().get(name)
    except FileNotFoundError as error:
        if "parsing" in str(error):
            from playground.connections.settings import SettingError  # takes a third of a second to import

            raise SettingError(".streamlit/secrets.toml is not valid TOML. Mend it, then restart.") from None
        return None
    return None if table is None else dict(table)


@cache
def signs_in() -> bool:
    """Whether people sign in: `[auth]` is set. A file that cannot be read lets nobody in, and each page says so."""
    try:
        return secrets_table("auth") is not None
    except Exception:  # SettingError, which is not imported here
        return True


def providers() -> list[str]:
    """The names of the providers to choose from; none where there is one without a name."""
    table = secrets_table("auth") or {}
    named = [name for name, value in table.items() if isinstance(value, dict) and "client_id" in value]
    return [] if "client_id" in table else named
