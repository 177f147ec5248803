"""The ids of rows."""

import secrets


def new_id() -> str:
    """An id that cannot be guessed."""
    return secrets.token_urlsafe(16)
