"""Bodies of errors, and what they are read as."""

import json
from datetime import UTC, datetime
from typing import Any

from playground.errors import ProviderError
from playground.providers.failures import read_error

UUID = "0f1e2d3c-aaaa-bbbb-cccc-0123456789ab"
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


def rest(code: int | str, message: str = "AiError: AiError: words") -> dict[str, Any]:
    """Cloudflare's envelope around one error."""
    return {"errors": [{"message": message, "code": code}], "success": False, "result": {}, "messages": []}


def openai(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": None, "param": None, "code": None, **more}}


def fail(status: int, body: Any = "", headers: dict[str, str] | None = None, **more: Any) -> ProviderError:
    """What Cloudflare's answer is read as."""
    return elsewhere(status, body, headers, **{"account_id": "of-mine", **more})


def elsewhere(status: int, body: Any = "", headers: dict[str, str] | None = None, **more: Any) -> ProviderError:
    """What any other server's answer is read as."""
    raw = body if isinstance(body, str) else json.dumps(body)
    return read_error(status, headers or {}, raw.encode(), now=NOW, **more)
