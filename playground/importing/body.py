"""Reads a request body in the form of any known API, or its messages alone."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from playground.importing import gemini
from playground.importing.bounds import Bounds, in_short
from playground.importing.imported import Imported, UnreadableError
from playground.importing.messages import read_messages
from playground.importing.options import read_options
from playground.importing.pictures import NoPictureError, picture_part_of_base64
from playground.text.json_value import harmless

_MEANT = ("messages", "prompt", "input", "requests", "contents")


def read_body(value: Any, bounds: Bounds | None = None) -> Imported:
    """A request body, a list of messages, one message, or a batch of bodies, of which the first is taken.

    OpenAI's chat completions, completions and Responses, Workers AI's native form, Anthropic's Messages, Ollama's chat
    and generate, Gemini's generateContent. Raises UnreadableError where it is none of these.
    """
    found = Imported()
    try:
        body = _body(found, harmless(value))
    except UnreadableError:
        raise
    except ValueError as error:
        raise UnreadableError(f"It is {error}.") from None
    if "contents" in body:
        body = gemini.openai_body(body, found.notes)
    model = body.pop("model", "")
    found.model = model.strip().removeprefix("workers-ai/") if isinstance(model, str) else ""
    _read_system(found, body)
    _read_prompt(found, body, bounds or Bounds())
    read_options(found, body)
    return found


def _body(found: Imported, value: Any) -> dict[str, Any]:
    """The body without its wrapping."""
    if isinstance(value, list):
        value = _first_of(found, value)
    if not isinstance(value, Mapping):
        raise UnreadableError("It is neither a request body nor a list of messages.")
    if "role" in value and "content" in value:
        value = {"messages": [value]}
    body = dict(value)
    for wrapped in _WRAPPINGS:
        inner = body.get(wrapped)
        if isinstance(inner, Mapping) and any(name in inner for name in _MEANT):
            del body[wrapped]
            if body.get("headers"):
                found.notes.append("headers left out: credentials are never taken over.")
            outer = {name: value for name, value in body.items() if name not in _OF_WRAPPINGS}
            body = {**outer, **inner}
    if not any(name in body for name in _MEANT):
        raise UnreadableError(_what_instead(body))
    requests = body.pop("requests", None)
    if isinstance(requests, list) and requests and isinstance(requests[0], Mapping):
        if len(requests) > 1:
            found.notes.append(f"A batch of {len(requests)} requests: the first is taken.")
        body = {**requests[0], **body}
        body.pop("external_reference", None)
    return body


_WRAPPINGS = ("input", "body", "query")
"""Keys that hold a body: of Workers AI's model and input, a line of a batch, AI Gateway's universal request."""
_OF_WRAPPINGS = frozenset({"provider", "endpoint", "headers", "custom_id", "method", "url", "external_reference"})


def _first_of(found: Imported, value: list[Any]) -> Any:
    first = value[0] if value else None
    if isinstance(first, Mapping) and "query" in first and ("provider" in first or "endpoint" in first):
        if len(value) > 1:
            found.notes.append(f"A request with {len(value) - 1} to fall back to: the first is taken.")
        return first
    return {"messages": value}


def _what_instead(body: Mapping[str, Any]) -> str:
    if "choices" in body or "output" in body or "candidates" in body or body.get("object") == "response":
        return "It is the answer of a model, not a request: import the request, or its messages."
    if "system_prompt" in body or "parameters" in body:
        return "It is a preset, or settings alone: presets are imported on the page Presets."
    if "error" in body:
        return "It is the error of a service, not a request."
    return "It has neither messages nor a prompt."


def _read_system(found: Imported, body: dict[str, Any]) -> None:
    """Read the system prompt beside the messages: Anthropic's and Ollama's `system`, Responses' `instructions`."""
    for name in ("system", "instructions"):
        value = body.pop(name, None)
        if value is None:
            continue
        parts = value if isinstance(value, list) else [value]
        texts = []
        for part in parts:
            text = part.get("text", part.get("content")) if isinstance(part, Mapping) else part
            if isinstance(text, str):
                texts.append(text)
            else:
                found.notes.append(f"{name} left out: {in_short(part)} is no text.")
            if isinstance(part, Mapping):
                found.notes += [f"{inner} of {name} left out." for inner in part if inner not in _TEXT_KEYS]
        found.system_prompt = "\n\n".join(filter(None, (found.system_prompt, *texts)))


_TEXT_KEYS = frozenset({"type", "text", "role", "content"})


def _read_prompt(found: Imported, body: dict[str, Any], bounds: Bounds) -> None:
    messages, prompt, value = body.pop("messages", None), body.pop("prompt", None), body.pop("input", None)
    if messages is None and value is not None:
        messages = [{"role": "user", "content": value}] if isinstance(value, str) else value
        if prompt is not None:
            found.notes.append("prompt left out: it is kept at OpenAI.")
            prompt = None
    elif value is not None:
        found.notes.append("input left out: there are messages too.")
    images = body.pop("images", None)
    if messages is not None and not (messages == [] and prompt):
        if prompt is not None:
            found.notes.append("prompt left out: there are messages too.")
        read_messages(found, messages, bounds.messages)
    else:
        _read_bare(found, prompt, images, body, bounds)
    if body.pop("raw", False) and found.form == "messages":
        found.notes.append("raw left out: it is for bare prompts.")


def _read_bare(found: Imported, prompt: Any, images: Any, body: dict[str, Any], bounds: Bounds) -> None:
    """Read a prompt without messages: as a bare one, unless images or a system prompt come with it."""
    if isinstance(prompt, list) and prompt and all(isinstance(each, str) for each in prompt):
        if len(prompt) > 1:
            found.notes.append(f"{len(prompt)} prompts: the first is taken.")
        prompt = prompt[0]
    image = body.pop("image", None)  # Workers AI's: base64, or a list of bytes
    pictures = [*(images if isinstance(images, list) else []), *([image] if image is not None else [])]
    content: Any = prompt
    if pictures:
        content = [{"type": "text", "text": prompt or ""}]
        for value in pictures:
            try:
                data = value if isinstance(value, str) else _encoded(value)
                known = data[:5].lower() == "data:"
                content.append(
                    {"type": "image_url", "image_url": {"url": data}} if known else picture_part_of_base64(data)
                )
            except NoPictureError as error:
                found.notes.append(f"An image left out {error}.")
    read_messages(found, [{"role": "user", "content": content}], bounds.messages)
    bare = not (pictures or found.system_prompt)
    found.form = "prompt" if bare else "messages"
    found.raw = bare and body.get("raw") is True


def _encoded(value: Any) -> str:
    """A list of bytes in base64, "" for anything else."""
    try:
        return b64encode(bytes(value)).decode() if isinstance(value, list) else ""
    except (TypeError, ValueError):
        return ""
