"""What is on screen for somebody who is not let in: why, and the way in."""

import streamlit as st

from components.frame.page_title import page_title
from components.frame.secrets_file import providers
from playground.access.admission import NotAdmittedError
from playground.text.markdown import code_span, plain


def sign_in_screen(refusal: NotAdmittedError) -> None:
    """Say why, and offer to sign in, or to sign in as somebody else."""
    page_title("LLM playground")
    with st.container(key="sign_in", width=640):
        who = code_span(refusal.email) if refusal.email else "This account"
        match refusal.reason:
            case "unlisted":
                st.error(
                    f"{who} **may not use this playground.** Whoever runs it decides who may: ask them to add you.",
                    icon=":material/block:",
                )
            case "unverified":
                st.error(
                    f"**The provider has not verified that this address is yours:** {who}. Verify the address there, "
                    "then sign in again.",
                    icon=":material/block:",
                )
            case "ended":
                st.info("You are signed out.", icon=":material/logout:")
            case _:
                st.markdown("Sign in to go on.")
        if refusal.reason in ("unlisted", "unverified"):
            st.button("Use another account", key="other_account", icon=":material/switch_account:", on_click=st.logout)
        else:
            _ways_in()


def _ways_in() -> None:
    ways: list[str | None] = [*providers()]
    for provider in ways or [None]:
        st.button(
            "Sign in" if provider is None else plain(f"Sign in with {provider}"),
            key=f"sign_in-{provider or 'default'}",
            icon=":material/login:",
            type="primary",
            on_click=st.login,
            args=(provider,),
        )
