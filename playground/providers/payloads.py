"""The body of a request, in each wire shape: what is shown is what is sent."""

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

from playground.catalog.shape import Shape
from playground.errors import BadRequestError
from playground.messages import ChatRequest, Message, ToolCall
from playground.providers.earlier_answers import Recipient, beside, beside_calls
from playground.providers.refusals import LengthName
from playground.text import join_surrogates

ANYBODY = Recipient()
WORKERS_AI = Recipient(thoughts_as="reasoning")
"""Cloudflare's own provider sends thoughts back so: cloudflare/ai, workers-ai-provider 3.1.5."""

_LENGTHS: tuple[LengthName, ...] = ("max_tokens", "max_completion_tokens")


def workers_ai_body(request: ChatRequest, *, shape: Shape, to: Recipient = WORKERS_AI) -> dict[str, Any]:
    """The body for `POST …/ai/run/{model}`. Raises BadRequestError for an image that is no data: URI.

    `to` is who reads it, for what goes back with earlier answers. `shape` is what the model's schema wants: "native"
    models take a bare JSON schema and do not stream JSON mode (code 5023), so `stream` is off then; "openai" ones take
    OpenAI's envelope around the schema.
    """
    body = _input(request, to)
    body.update(_parameters(request))
    if request.tools:
        body["tools"] = [_function_tool(tool) for tool in request.tools]
    stream = request.stream
    if request.response_format is not None:
        if shape == "native":
            body["response_format"] = _bare_format(request.response_format)
            stream = stream and request.response_format.get("type") not in ("json_schema", "json_object")
        else:
            body["response_format"] = _enveloped_format(request.response_format)
    body["stream"] = stream
    if request.reject_if_busy:
        options = body.get("options")
        body["options"] = {**(options if isinstance(options, Mapping) else {}), "rejectIfBusy": True}
    return body


def openai_body(
    request: ChatRequest,
    *,
    include_usage: bool = True,
    max_tokens_name: LengthName | None = None,
    to: Recipient = ANYBODY,
) -> dict[str, Any]:
    """The body for `POST …/chat/completions`. Raises BadRequestError for an image that is no data: URI.

    `include_usage` asks for usage in the stream; `max_tokens_name` renames that parameter for a server that takes
    only one of the two names; `to` is who reads it, for what goes back with earlier answers. A prompt is sent as what
    the user says, for this endpoint has no bare prompts.
    """
    body: dict[str, Any] = {"model": request.model}
    if request.prompt is not None and not request.messages:
        body["messages"] = [{"role": "user", "content": request.prompt}]
    else:
        body["messages"] = _messages(request.messages, to)
    parameters = _parameters(request)
    if max_tokens_name is not None:
        parameters = _rename_length(parameters, max_tokens_name)
    body.update(parameters)
    if request.tools:
        body["tools"] = [_function_tool(tool) for tool in request.tools]
    if request.response_format is not None:
        body["response_format"] = _enveloped_format(request.response_format)
    body["stream"] = request.stream
    if request.stream and include_usage:
        options = body.get("stream_options")
        body["stream_options"] = {"include_usage": True, **(options if isinstance(options, Mapping) else {})}
    elif not request.stream or not include_usage:
        body.pop("stream_options", None)
    if request.reject_if_busy:
        body["options"] = {"rejectIfBusy": True}
    return body


def encode(body: Any) -> bytes:
    """A JSON body in UTF-8; half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD. Raises BadRequestError."""
    try:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise BadRequestError(f"The request cannot be written as JSON: {error}.") from None
    try:
        return text.encode()
    except UnicodeEncodeError:
        return join_surrogates(text).encode()


def _input(request: ChatRequest, to: Recipient) -> dict[str, Any]:
    """The prompt, raw where no chat template is to be put around it, or the messages."""
    if request.prompt is None:
        return {"messages": _messages(request.messages, to)}
    body: dict[str, Any] = {"prompt": request.prompt}
    if request.raw:
        body["raw"] = True
    return body


def _parameters(request: ChatRequest) -> dict[str, Any]:
    """The parameters that are set, a null among them: `reasoning_effort: null` means off."""
    return copy.deepcopy(dict(request.parameters or {}))


def _rename_length(parameters: dict[str, Any], name: LengthName) -> dict[str, Any]:
    renamed = {(name if key in _LENGTHS else key): value for key, value in parameters.items()}
    if name in parameters:
        renamed[name] = parameters[name]
    return renamed


def _messages(messages: Sequence[Message], to: Recipient) -> list[dict[str, Any]]:
    return [_message(message, fields, to) for message, fields in zip(messages, beside(messages, to), strict=True)]


def _message(message: Message, fields: Mapping[str, Any], to: Recipient) -> dict[str, Any]:
    """One message in OpenAI's form. Content is never null, which Workers AI refuses; no content is ""."""
    content = message.content or ""
    body: dict[str, Any] = {
        "role": message.role,
        "content": content if isinstance(content, str) else [_part(part) for part in content],
        **fields,
    }
    if message.tool_calls:
        given = beside_calls(message, to)
        body["tool_calls"] = [_call(call) | more for call, more in zip(message.tool_calls, given, strict=True)]
    if message.tool_call_id is not None:
        body["tool_call_id"] = message.tool_call_id
    return body


def _call(call: ToolCall) -> dict[str, Any]:
    """A call in OpenAI's form, of a function or of a custom tool."""
    if call.kind == "custom":
        return {"id": call.id, "type": "custom", "custom": {"name": call.name, "input": call.arguments}}
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments or "{}"}}


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a message; an image must be in it, for a server that fetched one would tell others what is asked."""
    if part.get("type") == "image_url":
        image = part.get("image_url")
        url = image.get("url") if isinstance(image, Mapping) else image
        if not (isinstance(url, str) and url[:5].lower() == "data:"):
            raise BadRequestError(
                "An image is given by its address, which models here do not fetch.",
                hint="Attach the image itself: it is then sent as a data: URI.",
            )
        if not isinstance(image, Mapping):
            return {"type": "image_url", "image_url": {"url": url}}
    return copy.deepcopy(dict(part))


def _function_tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A tool in OpenAI's form, also where it is given flat."""
    if "function" in tool or tool.get("type", "function") != "function":
        return copy.deepcopy(dict(tool))
    function = {key: value for key, value in tool.items() if key != "type"}
    return {"type": "function", "function": copy.deepcopy(function)}


def _bare_format(response_format: Mapping[str, Any]) -> dict[str, Any]:
    """JSON mode as native models take it: the schema itself, out of OpenAI's envelope if it is in one."""
    schema = response_format.get("json_schema")
    if isinstance(schema, Mapping) and _is_envelope(schema):
        schema = schema["schema"]
    body = dict(response_format) if schema is None else {**response_format, "json_schema": schema}
    return copy.deepcopy(body)


def _enveloped_format(response_format: Mapping[str, Any]) -> dict[str, Any]:
    """JSON mode as OpenAI defines it: https://platform.openai.com/docs/guides/structured-outputs."""
    schema = response_format.get("json_schema")
    if isinstance(schema, Mapping) and not _is_envelope(schema):
        return {
            **response_format,
            "json_schema": {"name": _schema_name(schema), "schema": copy.deepcopy(dict(schema)), "strict": True},
        }
    return copy.deepcopy(dict(response_format))


def _is_envelope(schema: Mapping[str, Any]) -> bool:
    """Whether this is {name, schema, strict} and not a schema itself, which has other keywords."""
    return isinstance(schema.get("schema"), Mapping) and schema.keys() <= {"name", "schema", "strict", "description"}


def _schema_name(schema: Mapping[str, Any]) -> str:
    """A name of at most 64 letters, digits, _ and -, which is what OpenAI allows: the schema's title, if it has one."""
    title = schema.get("title")
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in str(title or ""))[:64]
    return kept if kept.strip("_") else "answer"
