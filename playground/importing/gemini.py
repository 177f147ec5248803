"""Gemini's generateContent as a body of chat completions: https://ai.google.dev/api/generate-content."""

import json
import re
from collections.abc import Mapping
from typing import Any

_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_RENAMED = {"max_output_tokens": "max_tokens", "stop_sequences": "stop", "candidate_count": "n"}
_LEFT = ("safety_settings", "cached_content", "labels")


def openai_body(body: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    """The body in OpenAI's form; `notes` gets a sentence for each field that has no counterpart."""
    fields = {_snake(str(name)): value for name, value in body.items()}
    chat: dict[str, Any] = {"model": fields.pop("model", "")}
    if (system := fields.pop("system_instruction", None)) is not None:
        parts = system.get("parts", []) if isinstance(system, Mapping) else [system]
        chat["system"] = [part for part in (parts if isinstance(parts, list) else [parts]) if part]
    contents = fields.pop("contents")
    contents = contents if isinstance(contents, list) else [contents]
    chat["messages"] = [_message(content) for content in contents]
    config = fields.pop("generation_config", None)
    for name, value in config.items() if isinstance(config, Mapping) else ():
        _setting(chat, _snake(str(name)), value, notes)
    if (tools := fields.pop("tools", None)) is not None:
        chat["tools"] = [_tool(tool) for tool in (tools if isinstance(tools, list) else [tools])]
    if (tool_config := fields.pop("tool_config", None)) is not None:
        _tool_choice(chat, tool_config, notes)
    for name in _LEFT:
        if fields.pop(name, None):
            notes.append(f"{name} left out: it is one of Google's.")
    return {**chat, **fields}


def _message(content: Any) -> Any:
    if not isinstance(content, Mapping):
        return {"role": "user", "content": content}
    parts = content.get("parts", [])
    role = "assistant" if content.get("role") == "model" else content.get("role", "user")
    if role == "function":
        role = "user"
    return {"role": role, "content": [_part(part) for part in (parts if isinstance(parts, list) else [parts])]}


def _part(part: Any) -> Any:
    if not isinstance(part, Mapping):
        return part
    named = {_snake(str(name)): value for name, value in part.items()}
    if isinstance(text := named.get("text"), str):
        return {"type": "thinking" if named.get("thought") else "text", "text": text}
    data, called, result = named.get("inline_data"), named.get("function_call"), named.get("function_response")
    if isinstance(data, Mapping):
        kind = data.get("mimeType", data.get("mime_type"))
        return {"type": "image", "source": {"media_type": kind, "data": data.get("data")}}
    if isinstance(called, Mapping):
        call_id = called.get("id") or called.get("name")
        return {"type": "tool_use", "id": call_id, "name": called.get("name"), "input": called.get("args", {})}
    if isinstance(result, Mapping):
        call_id = result.get("id") or result.get("name")
        return {"type": "tool_result", "tool_use_id": call_id, "content": _text(result.get("response"))}
    return {"type": next(iter(named), "nothing")}


def _text(response: Any) -> Any:
    known = response.get("result", response.get("output")) if isinstance(response, Mapping) else None
    return known if isinstance(known, str) else [{"type": "text", "text": json.dumps(response, ensure_ascii=False)}]


def _setting(chat: dict[str, Any], name: str, value: Any, notes: list[str]) -> None:
    if name == "response_schema" or name == "response_json_schema":
        chat["response_format"] = {"type": "json_schema", "json_schema": _schema(value)}
    elif name == "response_mime_type":
        if value == "application/json":
            chat.setdefault("response_format", {"type": "json_object"})
    elif name == "thinking_config":
        notes.append("thinkingConfig left out: set reasoning_effort where the model takes it.")
    else:
        chat[_RENAMED.get(name, name)] = value


def _tool(tool: Any) -> Any:
    if not isinstance(tool, Mapping):
        return tool
    declared = tool.get("functionDeclarations", tool.get("function_declarations"))
    if not isinstance(declared, list):
        return {"type": next(iter(tool), "nothing")}
    return {"function_declarations": [_declared(function) for function in declared]}


def _declared(function: Any) -> Any:
    if not isinstance(function, Mapping):
        return function
    declaration = {
        name: value for name, value in function.items() if name not in ("parameters", "parametersJsonSchema")
    }
    schema = function.get("parameters", function.get("parametersJsonSchema"))
    return declaration if schema is None else {**declaration, "parameters": _schema(schema)}


def _schema(schema: Any) -> Any:
    """A JSON Schema from Google's, whose types are in upper case."""
    if isinstance(schema, Mapping):
        return {
            name: value.lower() if name == "type" and isinstance(value, str) else _schema(value)
            for name, value in schema.items()
        }
    return [_schema(inner) for inner in schema] if isinstance(schema, list) else schema


def _tool_choice(chat: dict[str, Any], value: Any, notes: list[str]) -> None:
    config = (
        value.get("functionCallingConfig", value.get("function_calling_config")) if isinstance(value, Mapping) else None
    )
    mode = str(config.get("mode", "")).upper() if isinstance(config, Mapping) else ""
    if mode in ("AUTO", "ANY", "NONE"):
        chat["tool_choice"] = {"AUTO": "auto", "ANY": "required", "NONE": "none"}[mode]
    else:
        notes.append("toolConfig left out.")


def _snake(name: str) -> str:
    return _CAMEL.sub(lambda found: f"_{found[1].lower()}", name)
