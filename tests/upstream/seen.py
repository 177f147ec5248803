"""What the server has been asked."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(slots=True)
class Seen:
    """One request as it came; `left_early` is set when the client hung up, `over` when all is said or it left."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    client: tuple[str, int] | None = None
    at: float = field(default_factory=time.time)
    left_early: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def json(self) -> Any:
        """The body, parsed; None where there is none."""
        return orjson.loads(self.body) if self.body else None

    def as_json(self) -> dict[str, Any]:
        """For `GET /_requests`."""
        return {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": self.headers,
            "body": self.body.decode("utf-8", "replace"),
            "at": self.at,
            "left_early": self.left_early.is_set(),
            "over": self.over.is_set(),
        }
