"""The body of a request, of Workers AI or in OpenAI's form, or its messages alone."""

import math
from collections.abc import Mapping
from typing import Any

from playground.formats import FormatError, as_schema, as_tools
from playground.importing.imported import Imported, UnreadableError
from playground.importing.said import read_messages
from playground.json_value import harmless

_MEANT = ("messages", "prompt", "input", "requests")
_SILENT = frozenset({"stream", "stream_options"})
_SECRET = frozenset({"api_key", "apikey", "key", "token", "access_token", "auth_token", "authorization"})


def read_body(value: Any) -> Imported:
    """A request body, a list of messages, one message, or a batch of bodies, of which the first is taken.

    Raises UnreadableError where it is none of these.
    """
    found = Imported()
    try:
        body = _body(found, harmless(value))
    except ValueError as error:
        raise UnreadableError(f"It is {error}.") from None
    _read_prompt(found, body)
    _read_tools(found, body)
    _read_format(found, body.pop("response_format", None))
    model, options = body.pop("model", ""), body.pop("options", None)
    found.model = model.strip().removeprefix("workers-ai/") if isinstance(model, str) else ""
    if isinstance(options, Mapping):
        found.reject_if_busy = options.get("rejectIfBusy") is True
        found.notes += [f"options.{name} left out." for name in options if name != "rejectIfBusy"]
    if body.get("stream") is False:
        found.notes.append("stream: false left out: answers are drawn as they come.")
    _read_parameters(found, {name: given for name, given in body.items() if name not in _SILENT})
    return found


def _body(found: Imported, value: Any) -> dict[str, Any]:
    """The body, whatever it is wrapped in."""
    if isinstance(value, list):
        value = {"messages": value}
    if not isinstance(value, Mapping):
        raise UnreadableError("It is neither a request body nor a list of messages.")
    if "role" in value and "content" in value:
        value = {"messages": [value]}
    if not any(name in value for name in _MEANT):
        raise UnreadableError("It has neither messages nor a prompt.")
    body = dict(value)
    requests = body.pop("requests", None)
    if isinstance(requests, list) and requests and isinstance(requests[0], Mapping):
        if len(requests) > 1:
            found.notes.append(f"A batch of {len(requests)} requests: the first is taken.")
        body = {**requests[0], **body}
        body.pop("external_reference", None)
    return body


def _read_parameters(found: Imported, body: Mapping[str, Any]) -> None:
    for name, given in body.items():
        if name.lower() in _SECRET:
            found.notes.append(f"{name} left out: credentials are never taken over.")
        elif _finite(given):
            found.parameters[name] = given
        else:
            found.notes.append(f"{name} left out: {given!r} is no value of JSON.")


def _read_prompt(found: Imported, body: dict[str, Any]) -> None:
    messages, prompt = body.pop("messages", None), body.pop("prompt", None)
    if messages is None and "input" in body:  # OpenAI's Responses
        messages = body.pop("input")
        if isinstance(messages, str):
            messages = [{"role": "user", "content": messages}]
        if isinstance(instructions := body.pop("instructions", None), str):
            found.system_prompt = instructions
    if messages is not None:
        if prompt is not None:
            found.notes.append("prompt left out: there are messages too.")
        read_messages(found, messages)
    else:
        read_messages(found, [{"role": "user", "content": prompt}])
        found.form = "prompt"
        found.raw = body.get("raw") is True
    if body.pop("raw", False) and found.form == "messages":
        found.notes.append("raw left out: it is for bare prompts.")


def _read_tools(found: Imported, body: dict[str, Any]) -> None:
    for name in ("functions", "function_call"):
        if body.pop(name, None) is not None:
            found.notes.append(f"{name} left out: it has been replaced by tools.")
    if tools := body.pop("tools", None):
        try:
            found.tools = as_tools(tools)
        except FormatError as error:
            found.notes.append(f"tools left out. {error}")


def _read_format(found: Imported, given: Any) -> None:
    kind = given.get("type") if isinstance(given, Mapping) else given
    if kind == "json_object":
        found.response_format = {"type": "json_object"}
    elif kind == "json_schema" and isinstance(given, Mapping):
        try:
            found.response_format = {"type": "json_schema", "json_schema": as_schema(given.get("json_schema"))}
        except FormatError as error:
            found.notes.append(f"response_format left out. {error}")
    elif kind not in (None, "text"):
        found.notes.append(f"response_format left out: {kind!r} is not known.")


def _finite(value: Any) -> bool:
    """Whether JSON can hold it, which knows neither NaN nor infinity nor dates."""
    match value:
        case float():
            return math.isfinite(value)
        case Mapping():
            return all(isinstance(key, str) and _finite(item) for key, item in value.items())
        case list() | tuple():
            return all(map(_finite, value))
    return value is None or isinstance(value, str | int)
