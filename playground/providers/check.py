"""Checks whether a connection works, and which part of it does not, without spending a neuron."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from playground.connections.services import service_at
from playground.errors import AuthenticationError, ModelPermissionError, NotFoundError, ProviderError
from playground.money import figures
from playground.providers.connection import Connection
from playground.providers.http.credentials import account_id, cloudflare_headers, token_headers
from playground.providers.http.server_address import address_notes, cloudflare_api, resolved_address
from playground.providers.http.transport import Transport, address
from playground.providers.opening import open_provider

Part = Literal["token", "account", "permission", "server"]
_TokenOwner = Literal["user", "account"]
_TOKEN_HINT = "Make a token with the permissions Workers AI Read and Workers AI Edit: https://dash.cloudflare.com/profile/api-tokens"
_ACCOUNT_HINT = "Copy the account id from the dashboard: it is 32 characters of 0-9 and a-f."


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One part of a connection: right, wrong, or (None) not known because something before it is wrong."""

    part: Part
    ok: bool | None
    message: str
    hint: str = ""


async def check_connection(connection: Connection) -> tuple[CheckStep, ...]:
    """Ask the service about each part in turn; never raises ProviderError.

    Workers AI: the token is verified as a user's, then as the account's own; then one model is listed, which needs the
    account and the permission. Other servers: their models are listed.
    https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/
    """
    if connection.traits.cloudflare:
        return await _check_cloudflare(connection)
    try:
        async with open_provider(connection) as provider:
            models = await provider.list_models()
    except AuthenticationError as error:
        return (CheckStep("server", True, "The server answers."), _wrong("token", error))
    except ProviderError as error:
        return (_wrong("server", error),)
    offered = f"The server answers and offers {figures.counted(len(models), 'model')}."
    empty = () if models else ("Have the server load a model, or name one by hand.",)
    server = CheckStep("server", True, offered, " ".join((*address_notes(connection), *empty)))
    return (server, *await _check_key(connection))


async def _check_key(connection: Connection) -> tuple[CheckStep, ...]:
    """Whether a key is right, of a service that lists its models for anybody."""
    path = service_at(connection.base_url).key_check
    if not path:
        return ()
    try:
        headers = token_headers(connection)
        if not headers:
            raise AuthenticationError("There is no API key, and the service wants one.")
        async with Transport(connection) as transport:
            await transport.call("GET", address(resolved_address(connection.base_url), path), headers=headers)
    except ProviderError as error:
        return (_wrong("token", error),)
    return (CheckStep("token", True, "The key is right."),)


async def _check_cloudflare(connection: Connection) -> tuple[CheckStep, ...]:
    unknown = CheckStep("account", None, "Not checked."), CheckStep("permission", None, "Not checked.")
    try:
        headers = cloudflare_headers(connection)
    except AuthenticationError as error:
        return (_wrong("token", error), *unknown)
    try:
        account = account_id(connection)
    except AuthenticationError as error:
        return (CheckStep("token", None, "Not checked."), _wrong("account", error), unknown[1])
    base_url = cloudflare_api(connection.base_url)
    try:
        async with Transport(connection) as transport:
            checks = _Checks(transport, headers, base_url, account)
            owner, token = await checks.token()
            if token.ok is False:
                return (token, *unknown)
            return (token, *await checks.account_and_permission(owner))
    except ProviderError as error:
        return (_wrong("server", error),)


@dataclass(frozen=True, slots=True)
class _Checks:
    """The checks of one account and token."""

    transport: Transport
    headers: Mapping[str, str]
    base_url: str
    account: str

    async def token(self) -> tuple[_TokenOwner | None, CheckStep]:
        """The owner of the token, None where that is not known, and whether the token is active."""
        paths: dict[_TokenOwner, str] = {
            "user": "/user/tokens/verify",
            "account": f"/accounts/{self.account}/tokens/verify",
        }
        refused = False
        for owner, path in paths.items():
            try:
                answer = await self._get(path)
            except (AuthenticationError, ModelPermissionError):
                refused = True
            except NotFoundError:
                continue
            else:
                return owner, _token_step(owner, answer)
        if not refused:
            return None, CheckStep("token", None, "This server does not verify tokens.")
        return None, CheckStep("token", False, "The token is not known to Cloudflare, or was revoked.", _TOKEN_HINT)

    async def account_and_permission(self, owner: _TokenOwner | None) -> tuple[CheckStep, CheckStep]:
        """Whether the account exists, and whether the token of `owner` may list its models."""
        good = CheckStep("account", True, "The account id is right.")
        try:
            await self._get(f"/accounts/{self.account}/ai/models/search", per_page=1)
        except NotFoundError as error:
            return CheckStep("account", False, error.message, _ACCOUNT_HINT), CheckStep(
                "permission", None, "Not checked."
            )
        except (AuthenticationError, ModelPermissionError):
            if owner == "account":
                return good, CheckStep("permission", False, "The token may not use Workers AI.", _TOKEN_HINT)
            return (
                CheckStep("account", None, "It cannot be told whether the token belongs to this account."),
                CheckStep("permission", False, "The token may not use Workers AI in this account.", _TOKEN_HINT),
            )
        return good, CheckStep("permission", True, "The token may list the models of Workers AI.")

    async def _get(self, path: str, **params: Any) -> Any:
        return await self.transport.call("GET", address(self.base_url, path), headers=self.headers, params=params)


def _token_step(owner: _TokenOwner, answer: Any) -> CheckStep:
    result = answer.get("result") if isinstance(answer, dict) else None
    status = result.get("status") if isinstance(result, dict) else None
    if status == "active":
        return CheckStep("token", True, f"The {owner} token is active.")
    return CheckStep("token", False, f"The {owner} token is {status or 'not active'}.", _TOKEN_HINT)


def _wrong(part: Part, error: ProviderError) -> CheckStep:
    return CheckStep(part, False, error.message, error.hint)
