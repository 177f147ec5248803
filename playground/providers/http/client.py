"""An HTTP client for one connection: proxies, certificates, time to connect, and no redirects."""

import contextvars
import ssl
from functools import cache

import anyio
import anyio.lowlevel
import httpx

from playground.errors import NetworkError
from playground.providers.connection import Connection


def open_client(connection: Connection) -> httpx.AsyncClient:
    """A client that honours the environment's proxies, except to reach this machine itself.

    Raises NetworkError where the environment's settings cannot be used.
    """
    _load()
    direct = {f"all://{host}": None for host in ("localhost", "127.0.0.1", "[::1]")}
    try:
        return httpx.AsyncClient(
            verify=_certificates(),
            mounts=direct,
            timeout=httpx.Timeout(None, connect=connection.connect_timeout_s),  # HttpAnswer has the other timeouts
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=16, keepalive_expiry=30),
            follow_redirects=False,
        )
    except (ValueError, ImportError, OSError):  # their texts may quote a proxy's password
        raise NetworkError(
            "The proxy or certificate settings of the environment cannot be used.",
            hint="Check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR.",
            retryable=False,
        ) from None


@cache
def _load() -> None:
    """Import what the first request would import, which would block the loop of all answers."""
    contextvars.Context().run(anyio.run, anyio.lowlevel.checkpoint)


@cache
def _certificates() -> ssl.SSLContext:
    """The TLS context, made once, for that takes tens of milliseconds."""
    return httpx.create_ssl_context()
