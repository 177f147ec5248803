"""What the page shows in place of an empty conversation: how to begin, or that the conversation was not found."""

from collections.abc import Callable

import streamlit as st

from components.frame.page_link import page_link
from playground.messages import Message
from playground.models.catalog import ModelCard
from playground.models.local import EMBEDDED_ID, assets
from playground.models.roster import Roster
from playground.money import figures
from playground.text.markdown import plain

LOST = "There is no conversation at this address. It may have been deleted. This is a new one."

EXAMPLE_PROMPTS = (
    "Write three sentences about the sea.",
    "Explain what a token is to a ten-year-old.",
    "List five names for a friendly robot.",
)


def welcome(card: ModelCard, roster: Roster, on_send: Callable[[Message], None]) -> None:
    """The empty page: which model listens, and three prompts to try."""
    obstacle = roster.obstacle(card)
    st.markdown(f"## Chat with {plain(roster.called(card))}")
    if obstacle is not None:
        st.markdown(
            f"{plain(obstacle.message)} {plain(obstacle.hint)} The model can be looked at and priced meanwhile."
        )
        page_link("connections", "Add a connection", ":material/hub:")
        return
    if card.traits.here:
        fetched = card.id != EMBEDDED_ID or assets.asset_path(assets.EMBEDDED_MODEL)
        fetch = "" if fetched else " The first answer fetches it (93 MB, once)."
        st.caption(f"It runs on this machine: no account, no key, nothing leaves it.{fetch}")
    else:
        st.caption(plain(f"{figures.short_count(card.context_window)} context · {figures.unit_price(card.price)}"))
    with st.container(horizontal=True, gap="small"):
        for prompt in EXAMPLE_PROMPTS:
            st.button(prompt, key=f"try-{prompt}", on_click=on_send, args=(Message("user", prompt),))
    page_link("present", "Demos for an audience", ":material/slideshow:")
    if all(connection.traits.here for connection in roster.connections.values()):
        page_link("connections", "Connect Cloudflare, OpenAI, Ollama or another server", ":material/hub:")
