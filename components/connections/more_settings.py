"""Timeouts, limits, endpoint and AI Gateway of a connection, as fields of its form."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.connections.connection_draft import ConnectionDraft
from components.connections.settings import GATEWAY, PATIENCE
from playground.connections.kinds import KINDS
from playground.connections.own_connection import LIMITS
from playground.providers import Connection

FIELD_WIDTH = 230
_UNSET = "as the gateway says"


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
            st.caption("Timeouts and limits of the playground itself.")
        _limits(draft)


def _gateway(draft: ConnectionDraft) -> None:
    st.caption("AI Gateway: its name, or its own address. Leave both empty to go straight to Workers AI.")
    with st.container(horizontal=True, gap="small"):
        _text(draft, "id", placeholder="none", max_chars=200)
        _text(draft, "base_url", placeholder="none", max_chars=2000)
        st.text_input(
            "Gateway key",
            key=draft.field("gateway-token"),
            type="password",
            max_chars=10_000,
            placeholder="As it is" if draft.gateway else "where the gateway wants one",
            autocomplete="new-password",
            width=FIELD_WIDTH,
        )
        _text(draft, "cache_ttl_s")
        _text(draft, "cache_key", max_chars=1000)
        _text(draft, "request_timeout_ms")
        _text(draft, "max_attempts")
        _text(draft, "retry_delay_ms")
        _choice(
            draft, "backoff", {"": _UNSET, "constant": "constant", "linear": "linear", "exponential": "exponential"}
        )
        _choice(draft, "collect_log", {"": _UNSET, True: "yes", False: "no"})
        _text(draft, "metadata", placeholder='none, or {"team": "docs"}', max_chars=5000)
    skips = bool(draft.gateway.get("skip_cache"))
    st.checkbox("Skip the gateway's cache", skips, key=draft.field("gateway-skip_cache"))


def _text(draft: ConnectionDraft, name: str, *, placeholder: str = _UNSET, max_chars: int = 20) -> None:
    """A field of the gateway; what stands in it is what was typed, or what is kept."""
    value = draft.gateway.get(name)
    unit = ", seconds" if name.endswith("_s") else ", milliseconds" if name.endswith("_ms") else ""
    label = {"base_url": "Gateway address", "metadata": "Metadata, JSON"}.get(name, f"{GATEWAY[name]}{unit}")
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False) if value else None
    st.text_input(
        label,
        "" if value is None else str(value),
        key=draft.field(f"gateway-{name}"),
        placeholder=placeholder,
        max_chars=max_chars,
        width=FIELD_WIDTH,
    )


def _choice(draft: ConnectionDraft, name: str, options: Mapping[Any, str]) -> None:
    chosen = draft.gateway.get(name)
    st.selectbox(
        GATEWAY[name],
        tuple(options),
        index=0 if chosen is None else tuple(options).index(chosen),
        format_func=options.__getitem__,
        key=draft.field(f"gateway-{name}"),
        width=FIELD_WIDTH,
    )


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
