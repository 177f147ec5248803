"""The settings in force for a connection, and what to write where to change them."""

import json
import re

import streamlit as st

from playground.connections import settings
from playground.money.own_prices import Prices, prices_as_json
from playground.providers import Connection, Gateway
from playground.text.markdown import Markdown, code_span, markdown_table, plain

PATIENCE = {
    "connect_timeout_s": "Time to connect",
    "first_byte_timeout_s": "Time to the first byte",
    "idle_timeout_s": "Time between bytes",
    "max_retries": "Retries",
    "max_wait_s": "Time for all retries",
    "max_in_flight": "Requests at once",
    "max_in_flight_per_model": "Requests at once to one model",
    "requests_per_minute": "Requests a minute",
    "max_answer_chars": "Longest answer, in characters",
    "max_body_bytes": "Largest document or event that is read, in bytes",
}
"""Fields of Connection that anybody may want to change, in words."""

GATEWAY = {
    "id": "Gateway",
    "base_url": "Address",
    "token": "Key",
    "skip_cache": "Skip the cache",
    "cache_ttl_s": "Keep answers for",
    "cache_key": "Cache key",
    "collect_log": "Collect logs",
    "request_timeout_ms": "Time for a request",
    "max_attempts": "Attempts",
    "retry_delay_ms": "Pause between attempts",
    "backoff": "Growth of the pause",
    "metadata": "Metadata",
}


def settings_in_force(connection: Connection, *, own: bool) -> None:
    """Timeouts, retries, limits and gateway, each by the name that secrets.toml knows it by.

    `own` is one that was added in the page, where they can be changed.
    """
    with st.expander("Settings in force", key=f"settings-{connection.name}"):
        if connection.traits.here:
            _local()
            return
        rows = [(label, name, _value(name, getattr(connection, name))) for name, label in PATIENCE.items()]
        if connection.traits.apis:
            rows.append(("Endpoint", "api", connection.traits.apis[connection.api]))
        _table(rows)
        if connection.traits.cloudflare:
            _gateway(connection.gateway)
        if own:
            st.caption("*Edit* changes them. The same as an entry of .streamlit/secrets.toml:")
        else:
            st.caption(
                f"To change them, write an entry for {plain(connection.name)} into .streamlit/secrets.toml, then "
                "restart. It replaces what the environment says of it."
            )
        st.code(entry(connection), language="toml")


def _gateway(gateway: Gateway | None) -> None:
    st.markdown("**AI Gateway**")
    if gateway is None:
        st.caption(
            "None: requests go straight to Workers AI. Set CLOUDFLARE_GATEWAY_ID or CLOUDFLARE_GATEWAY_BASE_URL "
            "(and CLOUDFLARE_GATEWAY_TOKEN where the gateway wants one), or write the table `gateway` below."
        )
        return
    _table([(label, f"gateway.{name}", _value(name, getattr(gateway, name))) for name, label in GATEWAY.items()])


def _local() -> None:
    try:
        limits = settings.local_limits()
        rows = [
            (
                "Context of a conversation",
                "PLAYGROUND_LOCAL_CONTEXT",
                f"{limits.context:,} tokens" if limits.context else "as the model and the memory allow",
            ),
            ("Answers at once", "PLAYGROUND_LOCAL_SLOTS", str(limits.slots)),
            ("Folder with more models", "PLAYGROUND_MODELS_DIR", str(settings.models_dir() or "none")),
        ]
    except settings.SettingError as error:
        st.error(plain(error.message), icon=":material/error:")
        return
    _table(rows)
    st.caption("Set them in the environment, then restart.")


def entry(connection: Connection) -> str:
    """A table of secrets.toml that says what is in force now, with dots for what is secret or an identity."""
    key = connection.name if re.fullmatch(r"[A-Za-z0-9_-]+", connection.name) else json.dumps(connection.name)
    lines = [f"[connections.{key}]", f'kind = "{connection.kind}"', f"base_url = {json.dumps(connection.base_url)}"]
    if connection.traits.cloudflare:
        lines += ['account_id = "…"', f'api = "{connection.api}"']
    if connection.traits.needs_token or connection.api_token is not None:
        lines.append('api_token = "…"')
    for name in PATIENCE:
        value = getattr(connection, name)
        number = str(value) if isinstance(value, int) else f"{value or 0:g}"
        lines.append(f"# {name} =" if value is None else f"{name} = {number}")
    if connection.traits.cloudflare:
        lines += ["", f"[connections.{key}.gateway]  # leave out for none", *_gateway_lines(connection.gateway)]
    if connection.traits.listed:
        seeing = list(connection.vision) if isinstance(connection.vision, tuple) else connection.vision
        lines.append(
            f"vision = {json.dumps(seeing)}" if seeing is not None else '# vision = ["llava*"]  # true, false, ids'
        )
        lines += ["", f"[connections.{key}.prices]  # USD per million tokens", *_price_lines(connection.prices)]
    return "\n".join(lines)


def _price_lines(prices: Prices) -> list[str]:
    if not prices:
        return ['# "model or beginning*" = { input = "0.15", output = "0.60", as_of = "2026-11-01" }']
    return [
        f"{json.dumps(model)} = {{ {', '.join(f'{part} = {json.dumps(value)}' for part, value in price.items())} }}"
        for model, price in prices_as_json(prices).items()
    ]


def _gateway_lines(gateway: Gateway | None) -> list[str]:
    if gateway is None:
        return ['id = "default"']
    lines = []
    for name in GATEWAY:
        value = getattr(gateway, name)
        if name == "token" and value is not None:
            lines.append('token = "…"')
        elif isinstance(value, dict):
            pairs = ", ".join(f"{json.dumps(part)} = {json.dumps(inner)}" for part, inner in value.items())
            lines.append(f"metadata = {{ {pairs} }}" if pairs else "# metadata =")
        else:
            lines.append(f"# {name} =" if value in (None, "") else f"{name} = {json.dumps(value)}")
    return lines


def _value(name: str, value: object) -> str:
    if name == "token":
        return "not set" if value is None else "set"
    if value is None or value in ("", {}):
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    unit = " s" if name.endswith("_s") else " ms" if name.endswith("_ms") else ""
    if isinstance(value, int):
        return f"{value:,}{unit}"
    return f"{value:g}{unit}" if isinstance(value, float) else str(value)


def _table(rows: list[tuple[str, str, str]]) -> None:
    cells = ((Markdown(f"{plain(label)} {code_span(name)}"), value) for label, name, value in rows)
    st.markdown(markdown_table(("Setting", "Value"), cells))
