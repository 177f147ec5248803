"""Imports a pasted text of any kind."""

import json
import re
from typing import Any

from playground.importing.body import read_body
from playground.importing.bounds import Bounds, check_length, limited
from playground.importing.chats.exports import conversation_titles, exported, unread_program
from playground.importing.commands.reading import looks_like_command, read_command, what_else
from playground.importing.imported import Imported, UnreadableError
from playground.importing.json_text import INVISIBLE, read_pasted_json
from playground.importing.prompt_file import TEXTS, read_prompt_file
from playground.importing.yaml_text import read_yaml

_FENCE = re.compile(r"\A\s*(```+|~~~+)[^\n]*\n(.*?)\n\1\s*\Z", re.DOTALL)
_PROMPT_FILE = re.compile(r"^(?:messages|modelParameters)[ \t]*:", re.MULTILINE)
READABLE = "a curl or PowerShell command, a request as JSON, an export of chats, or a .prompt.yml"


def read(text: str, *, conversation: int = 0, bounds: Bounds | None = None) -> Imported:
    """Import a command, a request body, messages, an export of chats or a `.prompt.yml`.

    Of several conversations the one with this number is imported, counted from 0. Raises UnreadableError, also where
    nothing can be imported.
    """
    bounds = bounds or Bounds()
    check_length(text, bounds.characters)
    pasted = text.lstrip(INVISIBLE)
    if fenced := _FENCE.match(pasted):
        pasted = fenced[2]
    if not pasted.strip().strip(INVISIBLE):
        raise UnreadableError("There is nothing to read.")
    try:
        found = _read(pasted, conversation, bounds)
    except RecursionError:
        raise UnreadableError("It is nested too deeply.") from None
    found.notes = limited(found.notes)
    if found.empty:
        left = f" {' '.join(found.notes[:3])}" if found.notes else ""
        raise UnreadableError(f"There is no message, prompt or setting in it.{left}")
    return found


def _read(pasted: str, conversation: int, bounds: Bounds) -> Imported:
    text = pasted.strip().strip(INVISIBLE).strip()
    if text[0] in "{[":
        try:
            return _read_json(text, conversation, bounds)
        except UnreadableError:
            script = read_command(text, bounds) if looks_like_command(text) else None
            if script is None:
                raise
            return script
    command = looks_like_command(text) and not _PROMPT_FILE.search(text)
    found = read_command(text, bounds) if command else None
    return _read_yaml(pasted, text, bounds) if found is None else found


def _read_yaml(pasted: str, text: str, bounds: Bounds) -> Imported:
    try:
        loaded = read_yaml(pasted, bounds, TEXTS)
        if isinstance(loaded.value, dict) and ("messages" in loaded.value or ":" not in text.partition("\n")[0]):
            found = read_prompt_file(loaded.value, bounds)
            found.notes = loaded.notes + found.notes
            return found
    except UnreadableError:
        if _PROMPT_FILE.search(text):
            raise
    if text[0] == "<":
        raise UnreadableError(
            "It is a page or XML: paste the JSON that it was made from (ChatGPT: conversations.json)."
        )
    other = what_else(text)
    raise UnreadableError(f"It is {other}, which is not read. Paste {READABLE}." if other else f"It is not {READABLE}.")


def _read_json(text: str, conversation: int, bounds: Bounds) -> Imported:
    notes: list[str] = []
    value = _read_lines(text, notes)
    lines = value is not None
    if value is None:
        value = read_pasted_json(text, notes)
    if (other := unread_program(value)) is not None:
        raise UnreadableError(
            f"It is an export of {other}, which is not read: "
            "paste the messages as a list of objects with role and content."
        )
    if isinstance(value, dict) and ("modelParameters" in value or "responseFormat" in value):
        found = read_prompt_file(value, bounds)
    elif (export := exported(value)) is not None:
        program, conversations = export
        named = conversation_titles(program, conversations)
        at = _number(conversation, named)
        found = read_body(program.body(conversations[at], notes), bounds)
        _tell_choice(found, notes, named, at, f"An export of {program.name}")
    elif lines or _several(value):
        bodies = [line for line in value if isinstance(line, dict)]
        named = tuple(f"Line {number}" for number in range(1, len(bodies) + 1))
        at = _number(conversation, named)
        found = read_body(bodies[at], bounds)
        _tell_choice(found, notes, named, at, "Lines of requests")
    else:
        found = read_body(_of_har(value) or value, bounds)
    found.notes = notes + found.notes
    return found


def _read_lines(text: str, notes: list[str]) -> list[Any] | None:
    """The values of JSON lines; None where the text is not in that format."""
    first, _, rest = text.partition("\n")
    if not rest.strip():
        return None
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return None
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    return [read_pasted_json(line, notes, begins=f"Line {number} is not JSON") for number, line in lines]


def _several(value: Any) -> bool:
    """Whether this is a list of request bodies rather than of messages."""
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and "role" not in first and isinstance(first.get("messages"), list)


def _number(conversation: int, named: tuple[str, ...]) -> int:
    if not named:
        raise UnreadableError("There is no conversation in it.")
    return min(max(conversation, 0), len(named) - 1)


def _tell_choice(found: Imported, notes: list[str], named: tuple[str, ...], at: int, what: str) -> None:
    if len(named) > 1:
        found.conversations, found.chosen = named, at
        notes.insert(0, f"{what} with {len(named):,} conversations: number {at + 1} is taken, {named[at]!r}.")


def _of_har(value: Any) -> Any:
    """The body of the first request with a body in a HAR file."""
    log = value.get("log") if isinstance(value, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        request = entry.get("request") if isinstance(entry, dict) else None
        posted = request.get("postData") if isinstance(request, dict) else None
        text = posted.get("text") if isinstance(posted, dict) else None
        if isinstance(text, str) and text.lstrip()[:1] in ("{", "["):
            return read_pasted_json(text, [], begins="The body of its request is not JSON")
    return None
