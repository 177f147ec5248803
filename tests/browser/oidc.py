"""A real OpenID provider on loopback, in a process of its own, and the secrets of an app that trusts it."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from tests.browser.app import free_port
from tests.browser.waiting import until


class OpenIdProvider:
    """`oidc-provider-mock`: asks for nothing but a subject, and says of it what it was told. A context manager."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "oidc_provider_mock", "--port", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self._answers, timeout_s=60)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(15)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/.well-known/openid-configuration", timeout=1).is_success
        except httpx.HTTPError:
            return False

    def knows(self, subject: str, **claims: Any) -> None:
        """Have it say this of a subject."""
        httpx.put(f"{self.url}/users/{quote(subject)}", json=claims, timeout=5).raise_for_status()


def write_secrets(
    file: Path, providers: OpenIdProvider | Mapping[str, OpenIdProvider], app_url: str, **access: list[str]
) -> Path:
    """The file of an app at an address, with who may come in as `admins`, `users` and `viewers`.

    Providers by name are to be chosen from; a single one has none.
    """
    named = providers if isinstance(providers, Mapping) else {"": providers}
    lines = [
        "[auth]",
        f'redirect_uri = "{app_url}/oauth2callback"',
        'cookie_secret = "only-for-tests-and-long-enough-0123456789"',
    ]
    for name, provider in named.items():
        lines += [
            *([f"[auth.{name}]"] if name else []),
            'client_id = "playground"',
            'client_secret = "secret"',
            f'server_metadata_url = "{provider.url}/.well-known/openid-configuration"',
        ]
    lines += ["[access]", *(f"{roles} = {entries!r}" for roles, entries in access.items())]
    file.write_text("\n".join(lines))
    return file
