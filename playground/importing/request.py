"""Imports the HTTP request of a program. Tokens are not taken over."""

import re
from urllib.parse import unquote, urlsplit

from playground.importing.body import read_body
from playground.importing.bounds import Bounds
from playground.importing.commands.command import Request
from playground.importing.imported import Imported, UnreadableError
from playground.importing.json_text import read_pasted_json
from playground.text.cleaning import clean

_MODEL = re.compile(
    r"/(?:ai/run|workers-ai(?:/run)?)/((?!v1/).+)$"  # Workers AI, and through AI Gateway
    r"|/models/([^/:]+):(?:generate|streamGenerate)Content$"  # Gemini
    r"|/deployments/([^/]+)/"  # Azure
)
_SECRET_HEADERS = re.compile(r"auth|api-?key|token|secret|cookie|x-auth|credential|session", re.IGNORECASE)
_IDLE_HEADERS = frozenset(
    {"content-type", "accept", "user-agent", "accept-encoding", "accept-language", "content-length", "host", "origin"}
    | {
        "referer",
        "connection",
        "cache-control",
        "pragma",
        "dnt",
        "priority",
        "anthropic-version",
        "authority",
        "method",
    }
    | {"path", "scheme", "x-session-affinity", "x-requested-with"}
)


def read_request(request: Request, bounds: Bounds) -> Imported:
    """Import a request. Raises UnreadableError where it has no JSON body."""
    if not request.body.strip():
        left_out = " ".join(note for note in request.notes if "left out" in note and "credentials" not in note)
        raise UnreadableError(
            f"The command has no body, such as --data, --json or -Body with the JSON that is sent. {left_out}".strip()
        )
    notes: list[str] = []
    value = read_pasted_json(request.body.strip(), notes, begins="The body of the command is not JSON")
    found = read_body(value, bounds)
    path = unquote(urlsplit(request.url).path) if _is_address(request.url) else ""
    if named := _MODEL.search(path):
        found.model = clean((named[1] or named[2] or named[3]).removesuffix("/"))
    elif not found.model:
        found.notes.append("The address names no model.")
    if path.endswith("/api/generate") and not found.raw:
        found.form = "messages"  # Ollama puts the model's chat template around a prompt
    found.notes = notes + found.notes + _about_headers(request.headers) + request.notes
    return found


def _is_address(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


def _about_headers(headers: list[str]) -> list[str]:
    notes = []
    for name in dict.fromkeys(header.strip().lower().lstrip(":") for header in headers):
        if name in _IDLE_HEADERS or name.startswith("sec-"):
            continue
        if name.startswith("cf-aig-") and name != "cf-aig-authorization":
            notes.append(f"The header {name} left out: AI Gateway is set up with the connection.")
        elif _SECRET_HEADERS.search(name):
            notes.append(f"The header {name} left out: credentials are never taken over.")
        else:
            notes.append(f"The header {name[:60]} left out.")
    return notes
