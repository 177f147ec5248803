"""Serves the built files of the browser part, under a version that changes with them."""

import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from playground.system.places import ROOT

FOLDER = ROOT / "browser" / "built"
ENTRY = "main.js"
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".ttf": "font/ttf",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".map": "application/json",
}
FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
NOT_KEPT = {"cache-control": "no-store"}


@lru_cache(maxsize=1)
def files() -> dict[str, Path]:
    """The files by their relative paths; empty where nothing was built."""
    found = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.suffix in TYPES)
    return {path.relative_to(FOLDER).as_posix(): path for path in found}


@lru_cache(maxsize=1)
def built_version() -> str:
    """A hash of all files; empty where the entry was not built."""
    if ENTRY not in files():
        return ""
    made = hashlib.blake2b(digest_size=8)
    for name, path in files().items():
        made.update(name.encode() + b"\0" + path.read_bytes())
    return made.hexdigest()


def file(request: Request) -> Response:
    """A built file. With another version, which a page from before a restart asks for, it must not be cached."""
    path = files().get(request.path_params["name"])
    if path is None:
        return PlainTextResponse("There is no such file.\n", 404)
    headers = FOREVER if request.path_params["version"] == built_version() else NOT_KEPT
    return FileResponse(path, media_type=TYPES[path.suffix], headers=headers)
