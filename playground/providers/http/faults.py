"""Errors of httpx as ProviderErrors: the server could not be reached, was too slow, or broke off."""

import socket
import ssl
from collections.abc import Iterator

import httpx

from playground.errors import (
    BadRequestError,
    ModelTimeoutError,
    NetworkError,
    OversizedError,
    ProtocolError,
    ProviderError,
)
from playground.providers.connection import Connection
from playground.providers.http.retrying import UnansweredError

_DISCONNECTED = ("Server disconnected", "peer closed", "peer unexpectedly closed")
"""How messages of httpcore and h11 about a connection that closed too early begin."""


def unanswered(error: httpx.TransportError, host: str, connection: Connection) -> UnansweredError:
    """The error of a request without an answer; only refused and reset connections are retryable."""
    match error:
        case httpx.ConnectTimeout():
            return UnansweredError(_connect_timeout(host, connection), retryable=False)
        case httpx.TimeoutException():
            return UnansweredError(silent_before_answer(host, connection), retryable=False)
        case httpx.ProxyError():
            message = f"The proxy did not open a way to {host}."
            hint = "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY in the environment."
            return UnansweredError(NetworkError(message, hint=hint), retryable=False)
        case httpx.ConnectError():
            return _unreachable(error, host)
        case httpx.UnsupportedProtocol():
            message = "The address of the connection does not begin with http:// or https://."
            hint = "Write the whole address, such as http://localhost:11434/v1."
            return UnansweredError(BadRequestError(message, hint=hint), retryable=False)
        case httpx.LocalProtocolError():
            message = "The request cannot be written as HTTP."
            hint = "Look for line breaks or other unusual characters in the token and the settings of the connection."
            return UnansweredError(BadRequestError(message, hint=hint), retryable=False)
        case httpx.RemoteProtocolError() if not str(error).startswith(_DISCONNECTED):
            return UnansweredError(ProtocolError(f"{host} does not answer in HTTP."), retryable=False)
        case _:
            return UnansweredError(NetworkError(f"{host} closed the connection without an answer."), retryable=True)


def broken_off(error: httpx.HTTPError, host: str) -> ProviderError:
    """The error of an answer that broke off."""
    hint = "The text so far is kept. Send again for a whole answer."
    return NetworkError(f"The connection to {host} was cut in the middle of the answer.", hint=hint)


def too_large(subject: str, limit: int) -> OversizedError:
    """The error of a body, or of one event of a stream, that exceeds its bound in bytes."""
    return OversizedError(
        f"The server sent {subject} of more than {limit:,} bytes, which is not read.",
        hint="If that is meant, raise max_body_bytes of the connection.",
    )


def silent_before_answer(host: str, connection: Connection) -> ProviderError:
    """The error of a server that sent nothing before the first-byte timeout."""
    seconds = connection.first_byte_timeout_s
    return ModelTimeoutError(
        f"{host} did not begin to answer within {seconds:g} s.",
        hint=f"Try again, choose a smaller model, or raise the connection's first_byte_timeout_s (now {seconds:g} s).",
    )


def silent_in_answer(host: str, connection: Connection) -> ProviderError:
    """The error of a server that sent nothing for the idle timeout."""
    seconds = connection.idle_timeout_s
    return ModelTimeoutError(
        f"{host} went silent in the middle of the answer: nothing came for {seconds:g} s.",
        hint=f"The text so far is kept. Send again, or raise the connection's idle_timeout_s (now {seconds:g} s).",
    )


def _connect_timeout(host: str, connection: Connection) -> ProviderError:
    seconds = connection.connect_timeout_s
    return ModelTimeoutError(
        f"No connection to {host} within {seconds:g} s.",
        hint=f"Check the network and the address, or raise the connection's connect_timeout_s (now {seconds:g} s).",
    )


def _unreachable(error: httpx.ConnectError, host: str) -> UnansweredError:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            message = f"The certificate of {host} is not trusted: {cause.verify_message}."
            hint = "If a proxy or a company's own authority signs it, name its file in SSL_CERT_FILE."
            return UnansweredError(NetworkError(message, hint=hint, retryable=False), retryable=False)
        if isinstance(cause, ssl.SSLError):
            message = f"{host} does not speak TLS the way https:// needs it."
            hint = "Check the address; a server on this machine often wants http://."
            return UnansweredError(NetworkError(message, hint=hint, retryable=False), retryable=False)
        if isinstance(cause, socket.gaierror):
            return UnansweredError(NetworkError(f"There is no address for the name {host}."), retryable=False)
    hint = "Check that the server is running and that the connection's address and port are right."
    return UnansweredError(
        NetworkError(f"{host} cannot be reached: the connection was refused.", hint=hint), retryable=True
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and its chain of causes."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
