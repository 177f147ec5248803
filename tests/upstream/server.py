"""The stand-in on a real socket, in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.upstream.answer import Answer
from tests.upstream.app import Account, Service
from tests.upstream.directives import Directives
from tests.upstream.seen import Seen

ACCOUNT = "0123456789abcdef0123456789abcdef"
TOKEN = "upstream-user-token"
ACCOUNT_TOKEN = "upstream-account-token"
POWERLESS_TOKEN = "upstream-token-without-permission"


def service(default: Directives | None = None) -> Service:
    """A service with one account and a token of each kind."""
    account = Account(ACCOUNT, {TOKEN}, {ACCOUNT_TOKEN}, {POWERLESS_TOKEN})
    return Service(account, default or Directives())


def configured(service: Service, **config: Any) -> uvicorn.Config:
    """How uvicorn runs it, with the transport within reach of answers that break the connection."""
    return uvicorn.Config(
        service.app(),
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        **config,
    )


class Upstream:
    """A running stand-in; a context manager.

    with Upstream() as upstream:
        upstream.script(['{"response": "Hello"}'])
        Connection(kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN)
    """

    def __init__(self, default: Directives | None = None, port: int = 0) -> None:
        self.service = service(default)
        self._socket = socket.create_server(("127.0.0.1", port))
        self._server = _Server(configured(self.service))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="upstream", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server.ready.wait(10)
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(10)
        self._socket.close()

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def base_url(self) -> str:
        """In the place of https://api.cloudflare.com/client/v4."""
        return self.origin + "/client/v4"

    @property
    def openai_url(self) -> str:
        """An OpenAI-compatible server that wants no key."""
        return self.origin + "/v1"

    @property
    def anthropic_url(self) -> str:
        """In the place of https://api.anthropic.com, written as its own programs want it."""
        return self.origin + "/anthropic"

    @property
    def gateway_url(self) -> str:
        """A gateway, in the place of https://gateway.ai.cloudflare.com/v1/{account}/{gateway}."""
        return f"{self.origin}/gateway/v1/{ACCOUNT}/default"

    @property
    def requests(self) -> list[Seen]:
        """All requests so far, in the order they came."""
        return self.service.seen

    def script(self, answer: Answer | Sequence[Any], model: str = "") -> None:
        """Queue an answer, or the frames of a stream, for the next request (of `model`, where it is given)."""
        self.service.scripts[model].append(answer if isinstance(answer, Answer) else Answer.stream(answer))

    def script_json(self, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Queue a whole JSON answer for the next request."""
        self.script(Answer.json(value, status, headers=headers or {}))

    def reset(self) -> None:
        """Forget requests, scripts and batches, and offer the models it began with."""
        fresh = service(self.service.chat.default)
        for name in ("chat", "messages", "batches", "rows", "schemas", "seen", "scripts", "_gateway_cache"):
            setattr(self.service, name, getattr(fresh, name))


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class _Protocol(H11Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)
