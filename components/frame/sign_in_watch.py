"""What tells a page without a conversation that its visitor is signed out; the others are told by their transcripts."""

from components.frame.browser_part import mount_part
from components.frame.channel import page

_TOLD_OTHERWISE = ("Chat", "Compare", "Present", "Sign out")
"""Titles of pages."""


def watch_sign_in(title: str) -> None:
    """Have the page of that title run within a second after its visitor is signed out, in whatever tab or process."""
    if title not in _TOLD_OTHERWISE:
        mount_part("watch", "sign_in_watch", {"token": page().token}, on_run_change=_nothing)


def _nothing() -> None:
    """The page is run, that is all."""
