"""Tokens and account ids on their way into a request, checked before they get there."""

import re

from pydantic import SecretStr

from playground.errors import AuthenticationError
from playground.providers.connection import Connection

_ACCOUNT = re.compile(r"[A-Za-z0-9_-]+\Z")
_HINT = (
    "Set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN in the environment or in .streamlit/secrets.toml; "
    "the dashboard shows both under AI > Workers AI > Use REST API."
)


def account_id(connection: Connection) -> str:
    """The account id as it goes into an address. Raises AuthenticationError where there is none."""
    account = connection.account_id.strip().strip("\ufeff")
    if not account:
        raise AuthenticationError("No Cloudflare account id is set (CLOUDFLARE_ACCOUNT_ID).", hint=_HINT)
    if not _ACCOUNT.match(account):
        raise AuthenticationError("The account id holds characters that no account id has.", hint=_HINT)
    return account


def cloudflare_headers(connection: Connection) -> dict[str, str]:
    """The Authorization header. Raises AuthenticationError where there is no token."""
    headers = bearer(connection.api_token)
    if not headers:
        raise AuthenticationError("No Cloudflare API token is set (CLOUDFLARE_API_TOKEN).", hint=_HINT)
    return headers


def secrets_of(connection: Connection) -> tuple[str, ...]:
    """What must never be shown of a connection."""
    tokens = (connection.api_token, connection.gateway.token if connection.gateway else None)
    return tuple(secret for token in tokens if token is not None and (secret := token.get_secret_value().strip()))


def bearer(token: SecretStr | None) -> dict[str, str]:
    """The Authorization header; none where there is no token. Raises AuthenticationError for a mangled token."""
    secret = "" if token is None else token.get_secret_value().strip().strip("\ufeff")
    if not secret:
        return {}
    if not (secret.isascii() and secret.isprintable()):
        raise AuthenticationError("The API token holds characters that no token has, such as a line break.")
    return {"Authorization": f"Bearer {secret}"}
