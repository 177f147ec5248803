"""Timeouts, limits, endpoint and AI Gateway of a connection, as fields of its form."""

import streamlit as st

from components.connections.draft import ConnectionDraft
from components.connections.settings import PATIENCE
from playground.connections.kinds import KINDS
from playground.connections.own_connection import LIMITS
from playground.providers import Connection

FIELD_WIDTH = 230


def more_settings(draft: ConnectionDraft) -> None:
    """The fields; what is left empty is as the playground has it."""
    kind = KINDS[draft.kind]
    changed = bool(draft.limits or draft.gateway or draft.api not in ("", *list(kind.apis)[:1]))
    title = "Endpoint, gateway, timeouts and limits" if kind.cloudflare else "Timeouts and limits"
    with st.expander(f"{title}, changed" if changed else title, key=draft.field("more")):
        if kind.apis:
            names = tuple(kind.apis)
            st.selectbox(
                "Endpoint",
                names,
                index=names.index(draft.api) if draft.api in names else 0,
                format_func=kind.apis.__getitem__,
                key=draft.field("api"),
                width=FIELD_WIDTH,
            )
        if kind.cloudflare:
            _gateway(draft)
        _limits(draft)


def _gateway(draft: ConnectionDraft) -> None:
    given = draft.gateway
    st.caption("AI Gateway: its name, or its own address. Leave both empty to go straight to Workers AI.")
    with st.container(horizontal=True, gap="small"):
        st.text_input("Gateway", given.get("id", ""), key=draft.field("gateway-id"), max_chars=200, width=FIELD_WIDTH)
        address = given.get("base_url") or ""
        st.text_input(
            "Gateway address", address, key=draft.field("gateway-base_url"), max_chars=2000, width=FIELD_WIDTH
        )
        st.text_input(
            "Gateway key",
            key=draft.field("gateway-token"),
            type="password",
            max_chars=10_000,
            placeholder="As it is" if given else "where the gateway wants one",
            autocomplete="new-password",
            width=FIELD_WIDTH,
        )
        ttl = given.get("cache_ttl_s")
        st.text_input(
            "Keep answers for, seconds",
            "" if ttl is None else str(ttl),
            key=draft.field("gateway-cache_ttl_s"),
            placeholder="as the gateway says",
            width=FIELD_WIDTH,
        )
    st.checkbox("Skip the gateway's cache", bool(given.get("skip_cache")), key=draft.field("gateway-skip_cache"))


def _limits(draft: ConnectionDraft) -> None:
    usual = Connection(kind=draft.kind)
    with st.container(horizontal=True, gap="small"):
        for limit in LIMITS:
            unit = ", seconds" if limit.endswith("_s") else ""
            value = getattr(usual, limit)
            st.text_input(
                f"{PATIENCE[limit]}{unit}",
                draft.limits.get(limit, ""),
                key=draft.field(limit),
                placeholder="no limit" if value is None else f"{value:,.10g}",
                width=FIELD_WIDTH,
            )
