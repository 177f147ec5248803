"""What requests hold in OpenAI's form: messages, tools, formats; and a body as bytes."""

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from playground.errors import BadRequestError
from playground.messages import Message, ToolCall
from playground.providers.wire.earlier_answers import Recipient, call_fields, message_fields
from playground.text.cleaning import join_surrogates


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


def copy_of(value: Mapping[str, Any] | None) -> dict[str, Any]:
    """A deep copy; values that are null are kept, for `reasoning_effort: null` means off."""
    return copy.deepcopy(dict(value or {}))


def messages_body(messages: Sequence[Message], recipient: Recipient) -> list[dict[str, Any]]:
    """Messages in OpenAI's form. Raises BadRequestError for an image that is no data: URI."""
    fields = message_fields(messages, recipient)
    return [_message(message, more, recipient) for message, more in zip(messages, fields, strict=True)]


def _message(message: Message, fields: Mapping[str, Any], recipient: Recipient) -> dict[str, Any]:
    """One message in OpenAI's form. Content is never null, which Workers AI refuses; no content is ""."""
    content = message.content or ""
    body: dict[str, Any] = {
        "role": message.role,
        "content": content if isinstance(content, str) else [_part(part) for part in content],
        **fields,
    }
    if message.tool_calls:
        extra = call_fields(message, recipient)
        body["tool_calls"] = [_call(call) | more for call, more in zip(message.tool_calls, extra, strict=True)]
    if message.tool_call_id is not None:
        body["tool_call_id"] = message.tool_call_id
    return body


def _call(call: ToolCall) -> dict[str, Any]:
    """A call in OpenAI's form, of a function or of a custom tool."""
    if call.kind == "custom":
        return {"id": call.id, "type": "custom", "custom": {"name": call.name, "input": call.arguments}}
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments or "{}"}}


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a message; an image must be a data: URI, for fetching one would tell its host about the request."""
    if part.get("type") == "image_url":
        url = image_data(part)
        if not isinstance(part.get("image_url"), Mapping):
            return {"type": "image_url", "image_url": {"url": url}}
    return copy_of(part)


def image_data(part: Mapping[str, Any]) -> str:
    """The data: URI of an image. Raises BadRequestError where it is given by its address."""
    image = part.get("image_url")
    url = image.get("url") if isinstance(image, Mapping) else image
    if not (isinstance(url, str) and url[:5].lower() == "data:"):
        raise BadRequestError(
            "An image is given by its address, which models here do not fetch.",
            hint="Attach the image itself: it is then sent as a data: URI.",
        )
    return url


def tools_body(tools: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Tools as functions, also those that are given flat."""
    return [_function_tool(tool) for tool in tools]


def _function_tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A tool in OpenAI's form, also where it is given flat."""
    if "function" in tool or tool.get("type", "function") != "function":
        return copy_of(tool)
    function = {key: value for key, value in tool.items() if key != "type"}
    return {"type": "function", "function": copy_of(function)}


def enveloped_format(response_format: Mapping[str, Any]) -> dict[str, Any]:
    """JSON mode as OpenAI defines it: https://platform.openai.com/docs/guides/structured-outputs."""
    schema = response_format.get("json_schema")
    if isinstance(schema, Mapping) and not is_envelope(schema):
        return {
            **response_format,
            "json_schema": {"name": _schema_name(schema), "schema": copy_of(schema), "strict": True},
        }
    return copy_of(response_format)


def is_envelope(schema: Mapping[str, Any]) -> bool:
    """Whether this is {name, schema, strict} and not a schema itself, which has other keywords."""
    return isinstance(schema.get("schema"), Mapping) and schema.keys() <= {"name", "schema", "strict", "description"}


def _schema_name(schema: Mapping[str, Any]) -> str:
    """A name of at most 64 letters, digits, _ and -, which is what OpenAI allows: the schema's title, if it has one."""
    title = schema.get("title")
    name = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in str(title or ""))[:64]
    return name if name.strip("_") else "answer"
