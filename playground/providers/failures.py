"""What a server says went wrong, in whatever shape, as one ProviderError."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from playground.errors import ProviderError


def read_error(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    model: str = "",
    account_id: str = "",
    now: datetime | None = None,
) -> ProviderError:
    """The error of a response whose status is not 2xx. `headers` by name in any case; `now` is for tests."""
    raise NotImplementedError


def read_embedded_error(
    error: Any,
    headers: Mapping[str, str] | None = None,
    *,
    model: str = "",
    account_id: str = "",
    now: datetime | None = None,
) -> ProviderError:
    """The error that a 200 answer holds: a frame or document with `error` or `errors`, or the error object itself."""
    raise NotImplementedError
