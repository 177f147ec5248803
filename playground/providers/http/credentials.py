"""Tokens and account ids for requests, checked before they are used."""

import re
from urllib.parse import urlsplit

from playground.connections.kinds import KINDS
from playground.errors import AuthenticationError
from playground.providers.connection import Connection

_ACCOUNT = re.compile(r"[A-Za-z0-9_-]+\Z")
CLOUDFLARE_CREDENTIALS = (
    "Add Cloudflare with its account id and token under Connections, or set CLOUDFLARE_ACCOUNT_ID and "
    "CLOUDFLARE_API_TOKEN in the environment and restart. The dashboard shows both: AI > Workers AI > Use REST API."
)
"""The hint wherever Cloudflare's account or token is missing."""
SERVER_CREDENTIALS = (
    "This connection has no API token, and the server wants one: set it under Connections, or where the connection is "
    f"set up: {' or '.join(kind.token_variable for kind in KINDS.values() if kind.listed)} in the environment, or "
    "api_token in .streamlit/secrets.toml, then restart."
)
"""The hint where the token of any other server is missing."""


def account_id(connection: Connection) -> str:
    """The account id for a URL. Raises AuthenticationError where it is missing or invalid."""
    account = connection.account_id.strip().strip("\ufeff")
    if not account:
        raise AuthenticationError(
            "No Cloudflare account id is set (CLOUDFLARE_ACCOUNT_ID).", hint=CLOUDFLARE_CREDENTIALS
        )
    if not _ACCOUNT.match(account):
        raise AuthenticationError(
            "The account id holds characters that no account id has.", hint=CLOUDFLARE_CREDENTIALS
        )
    return account


def cloudflare_account(connection: Connection) -> str:
    """The Cloudflare account of a connection, also one that is only in its address; "" for any other server."""
    if connection.traits.cloudflare:
        return connection.account_id.strip()
    try:
        url = urlsplit(connection.base_url.strip())
        host = url.hostname or ""
    except ValueError:  # brackets that do not match
        return ""
    if host != "cloudflare.com" and not host.endswith(".cloudflare.com"):
        return ""
    found = re.search(r"/accounts/([^/]+)|^/v1/([^/]+)", url.path)
    return (found[1] or found[2]) if found else "of the address"


def cloudflare_headers(connection: Connection) -> dict[str, str]:
    """The Authorization header. Raises AuthenticationError where there is no token."""
    headers = token_headers(connection)
    if not headers:
        raise AuthenticationError("No Cloudflare API token is set (CLOUDFLARE_API_TOKEN).", hint=CLOUDFLARE_CREDENTIALS)
    return headers


def secrets_of(connection: Connection) -> tuple[str, ...]:
    """The secrets of a connection, which must never be shown."""
    tokens = (connection.api_token, connection.gateway.token if connection.gateway else None)
    return tuple(secret for token in tokens if token is not None and (secret := token.get_secret_value().strip()))


def token_headers(connection: Connection) -> dict[str, str]:
    """The header with the token; empty where there is no token. Raises AuthenticationError for an invalid token."""
    secret, header = connection.api_token, connection.traits.token_header
    token = "" if secret is None else secret.get_secret_value().strip().strip("\ufeff")
    if not fits_header(token):
        raise AuthenticationError("The API token holds blanks or other characters that no token has.")
    return {header: f"Bearer {token}" if header == "Authorization" else token} if token else {}


def fits_header(text: str) -> bool:
    """Whether a text is valid in a header: visible ASCII, without blanks."""
    return all("!" <= c <= "~" for c in text)
