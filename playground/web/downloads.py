"""Files to download, each for its owner alone, at an address that nobody can guess; read from disk as they are sent."""

import secrets
import threading
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from playground.access.admission import SOLE_VISITOR, Visitor
from playground.owner import Owner

MOST_OFFERED = 1_000


@dataclass(frozen=True, slots=True)
class _Offered:
    file: Path
    name: str
    owner: Owner


class Downloads:
    """What is offered, by token; the oldest offers go first. Any thread may call."""

    def __init__(self) -> None:
        self._offered: dict[str, _Offered] = {}
        self._lock = threading.Lock()

    def offer(self, file: Path, name: str, owner: Owner) -> str:
        """A token for a file of an owner, that is saved under a name."""
        with self._lock:
            known = next((token for token, offered in self._offered.items() if offered.file == file), None)
            token = known or secrets.token_urlsafe(32)
            self._offered[token] = _Offered(file, name, owner)
            while len(self._offered) > MOST_OFFERED:
                del self._offered[next(iter(self._offered))]
        return token

    def withdraw(self, file: Path) -> None:
        """Offer a file no more."""
        with self._lock:
            self._offered = {token: offered for token, offered in self._offered.items() if offered.file != file}

    def answer(self, request: Request) -> Response:
        """The file of a request's token, where its owner asks: whom the sign-in gate names, if people sign in."""
        visitor: Visitor = request.scope.get("visitor", SOLE_VISITOR)
        offered = self._offered.get(request.path_params["token"])
        if offered is None or offered.owner != visitor.owner or not offered.file.is_file():
            return PlainTextResponse("This file is not there any more. Make it again.\n", 404)
        headers = {"cache-control": "no-store"}
        return FileResponse(offered.file, filename=offered.name, media_type="application/zip", headers=headers)


downloads = Downloads()
"""Those of the process."""


def download_routes() -> list[BaseRoute]:
    """The route, at the root and below any base path."""
    return [Route(f"{base}/download/{{token}}", downloads.answer) for base in ("", "/{base:path}")]
