"""Reads commands of any shell; where it is not clear of which, each is tried."""

import json
import re
from collections.abc import Callable, Sequence

from playground.importing.bounds import Bounds
from playground.importing.commands import powershell, shell, windows
from playground.importing.commands.command import Command, Request, is_curl
from playground.importing.commands.curl import read_curl
from playground.importing.imported import Imported, UnreadableError
from playground.importing.request import read_request

_CURL = re.compile(r"(?<![\w.-])curl(?:\.exe)?(?![\w-])", re.IGNORECASE)
_CMDLET = re.compile(rf"(?<![\w.-]){powershell.CMDLET.pattern}", re.IGNORECASE)
_FETCH = re.compile(r"(?<![\w.])fetch\(\s*([\"'])([^\"'\n]{1,2000})\1\s*,\s*(?=\{)")
_STRINGIFIED = re.compile(r"JSON\.stringify\(\s*(?=[{\[])")
_SIGNS = (
    ("bash", re.compile(r"(?<=[ \t\u00a0])\\[ \t\u00a0]*\n")),
    ("cmd", re.compile(r"(?<=[ \t\u00a0\"])\^[ \t\u00a0]*\n|(?<=[ \t])\^\"")),
    ("powershell", re.compile(r"(?<=[ \t\u00a0\"'])`[ \t\u00a0]*\n")),
)
_PROMPT = re.compile(
    r"^(?:\([^)\n]{1,40}\)\s*)?(?:[\w.-]+@[\w.-]+[:~\w/.\- ]{0,80})?[$%#\u276f\u279c][ \t]+(?=\S)", re.MULTILINE
)
_PS_PROMPT = re.compile(r"^PS(?: [A-Za-z]:\\[^>\n]*| /[^>\n]*)?>[ \t]*", re.MULTILINE)
_QUOTED_LINE = re.compile(r"^>{1,2}[ \t]?", re.MULTILINE)
_OTHERS = (
    (re.compile(r"^\s*wget\s", re.MULTILINE), "a command of wget"),
    (re.compile(r"^\s*(?:http|https|xh)\s+(?:--?\w|POST|GET|[\w.:/]+)", re.MULTILINE), "a command of HTTPie"),
    (
        re.compile(r"^\s*(?:import|from)\s+\w+|requests\.post\(|\bOpenAI\(|\bhttpx\.", re.MULTILINE),
        "a program in Python",
    ),
    (re.compile(r"\bawait\s|\bconst\s+\w+\s*=|\bfetch\(|=>", re.MULTILINE), "a program in JavaScript"),
)


def looks_like_command(text: str) -> bool:
    """Whether a text may contain a command that sends a request."""
    return any(pattern.search(text) for pattern in (_CURL, _CMDLET, _FETCH))


def read_command(text: str, bounds: Bounds) -> Imported | None:
    """The request of the first command with a body; None where there is no command. Raises UnreadableError."""
    text = without_prompts(text.replace("\r\n", "\n"))
    if _FETCH.search(text) and not _CURL.search(text):
        return read_request(_fetched(text), bounds)
    failure: UnreadableError | None = None
    for find in _ways(text):
        try:
            requests = find(text)
            if requests:
                return _read(requests, bounds)
        except UnreadableError as error:
            failure = failure or error
    if failure is not None:
        raise failure
    return None


def find_curl(text: str) -> Command | None:
    """The first call of curl in a text, as bash or cmd.exe would split it; None where there is none.

    Raises UnreadableError for a quote left open.
    """
    text = without_prompts(text.replace("\r\n", "\n"))
    signs = [(found.start(), name) for name, sign in _SIGNS if (found := sign.search(text))]
    if signs and min(signs)[1] == "cmd":
        return next(iter(windows.find_cmd_commands(text, is_curl)), None)
    return next(iter(shell.find_shell_commands(text, is_curl)), None)


def what_else(text: str) -> str | None:
    """What an unreadable text is, where that can be recognised."""
    return next((name for pattern, name in _OTHERS if pattern.search(text)), None)


def without_prompts(text: str) -> str:
    """Commands without the shell's prompts before them and before continuation lines."""
    lines = [line for line in text.split("\n") if line.strip()]
    first, *more = lines or [""]
    if all(_QUOTED_LINE.match(line) for line in lines):
        text = _QUOTED_LINE.sub("", text)
    elif _PROMPT.match(first) or _PS_PROMPT.match(first):
        text = _PS_PROMPT.sub("", text) if _PS_PROMPT.match(first) else _PROMPT.sub("", text)
        if more and _QUOTED_LINE.match(more[0]):
            text = _QUOTED_LINE.sub("", text)
    return text


def _ways(text: str) -> Sequence[Callable[[str], Sequence[Request]]]:
    if _CMDLET.search(text):
        return (_by_powershell, _by_bash, _by_cmd) if not _CURL.search(text) else (_by_powershell, _by_bash)
    signs = [(found.start(), name) for name, sign in _SIGNS if (found := sign.search(text))]
    first = min(signs)[1] if signs else "bash"
    ways = {"bash": _by_bash, "cmd": _by_cmd, "powershell": _by_powershell}
    return [ways[first], *(way for name, way in ways.items() if name != first)]


def _by_bash(text: str) -> list[Request]:
    return _sent(shell.find_shell_commands(text, is_curl))


def _by_cmd(text: str) -> list[Request]:
    return _sent(windows.find_cmd_commands(text, is_curl))


def _by_powershell(text: str) -> list[Request]:
    return _sent(powershell.find_requests(text))


def _sent(found: Sequence[Request | Command]) -> list[Request]:
    requests: list[Request] = []
    failure: UnreadableError | None = None
    for each in found:
        try:
            requests.append(read_curl(each) if isinstance(each, Command) else each)
        except UnreadableError as error:
            failure = failure or error
    if failure is not None and not any(request.body for request in requests):
        raise failure
    return requests


def _read(requests: Sequence[Request], bounds: Bounds) -> Imported:
    with_body = [request for request in requests if request.body.strip()]
    found = read_request((with_body or requests)[0], bounds)
    if len(with_body) > 1:
        found.notes.append(f"{len(with_body)} commands with a body: the first is taken.")
    return found


def _fetched(text: str) -> Request:
    """A call of fetch() whose second argument is JSON, as browsers copy it."""
    begun = _FETCH.search(text)
    assert begun is not None
    decoder = json.JSONDecoder(strict=False)
    try:
        options, _ = decoder.raw_decode(text, begun.end())
        body, headers = options.get("body"), options.get("headers")
        return Request(
            begun[2], list(headers) if isinstance(headers, dict) else [], body if isinstance(body, str) else ""
        )
    except (ValueError, RecursionError, AttributeError):
        pass
    try:
        stringified = _STRINGIFIED.search(text, begun.end())
        value, _ = decoder.raw_decode(text, stringified.end() if stringified else len(text))
        return Request(begun[2], [], json.dumps(value, ensure_ascii=False))
    except (ValueError, RecursionError):
        raise UnreadableError(
            "It is a program in JavaScript: paste the object of its JSON.stringify(…) as JSON, its names in quotes."
        ) from None
