"""Tokens and account ids on their way into a request, checked before they get there."""

import re
from urllib.parse import urlsplit

from playground.connections.kinds import KINDS
from playground.errors import AuthenticationError
from playground.providers.connection import Connection

_ACCOUNT = re.compile(r"[A-Za-z0-9_-]+\Z")
CLOUDFLARE_CREDENTIALS = (
    "Set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN in the environment, or account_id and api_token in "
    ".streamlit/secrets.toml, then restart. The dashboard shows both under AI > Workers AI > Use REST API."
)
"""What to do where Cloudflare's account or token is missing: the one text for it, wherever that is found."""
SERVER_CREDENTIALS = (
    "This connection has no API token, and the server wants one: set "
    f"{' or '.join(kind.token_variable for kind in KINDS.values() if kind.listed)} in the environment, or api_token "
    "of the connection in .streamlit/secrets.toml, then restart."
)
"""The same for any other server."""


def account_id(connection: Connection) -> str:
    """The account id as it goes into an address. Raises AuthenticationError where there is none."""
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
    """The Cloudflare account that a connection asks, also by the address alone; "" for any other server."""
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
    """What must never be shown of a connection."""
    tokens = (connection.api_token, connection.gateway.token if connection.gateway else None)
    return tuple(secret for token in tokens if token is not None and (secret := token.get_secret_value().strip()))


def token_headers(connection: Connection) -> dict[str, str]:
    """The header with the token; none where there is no token. Raises AuthenticationError for a mangled token."""
    given, header = connection.api_token, connection.traits.token_header
    token = "" if given is None else given.get_secret_value().strip().strip("\ufeff")
    if not fits_header(token):
        raise AuthenticationError("The API token holds blanks or other characters that no token has.")
    return {header: f"Bearer {token}" if header == "Authorization" else token} if token else {}


def fits_header(text: str) -> bool:
    """Whether a header can carry it: visible ASCII, without a blank."""
    return all("!" <= c <= "~" for c in text)
