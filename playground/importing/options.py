"""Reads the options of a request body, whatever API its names are of.

The names of Anthropic (docs.anthropic.com/en/api/messages), Ollama
(docs.ollama.com/modelfile#valid-parameters-and-values) and Responses become those of OpenAI's chat completions.
"""

import math
from collections.abc import Callable, Container, Mapping
from typing import Any

from playground.conversation.formats import FormatError, as_schema, as_tools
from playground.importing.bounds import in_short
from playground.importing.imported import Imported

_SECRET = frozenset(
    {"api_key", "apikey", "key", "token", "access_token", "auth_token", "authorization", "x-api-key", "password"}
    | {"secret", "client_secret", "bearer", "api-key", "api_token"}
)
_RENAMED = {
    "stop_sequences": "stop",
    "max_output_tokens": "max_tokens",
    "max_tokens_to_sample": "max_tokens",
    "num_predict": "max_tokens",
}
_ALIKE = (("max_tokens", "max_completion_tokens"), ("repeat_penalty", "repetition_penalty"))
_CHOICES = {"any": "required", "auto": "auto", "none": "none"}
_OF_THE_SERVER = frozenset(
    {"num_ctx", "num_gpu", "num_thread", "num_batch", "main_gpu", "low_vram", "use_mmap", "use_mlock", "numa"}
    | {"keep_alive", "num_keep", "f16_kv", "vocab_only"}
)
_ELSEWHERE = {
    "previous_response_id": "what was said before is kept at OpenAI",
    "conversation": "what was said before is kept at OpenAI",
    "mcp_servers": "servers of tools are not asked from here",
    "container": "it is one of Anthropic's",
    "context": "what was said before is kept as numbers of a model",
}


def read_options(found: Imported, body: dict[str, Any]) -> None:
    """Add tools, the response format and parameters of `body` to `found`, with a note for each option left out."""
    _read_tools(found, body)
    _read_format(found, body)
    for name, read in _READERS.items():
        if name in body:
            read(found, body, body.pop(name))
    for name, value in body.items():
        if name in _ELSEWHERE:
            found.notes.append(f"{name} left out: {_ELSEWHERE[name]}.")
        elif name in _OF_THE_SERVER:
            found.notes.append(f"{name} left out: it is a matter of the server.")
        else:
            take_parameter(found, name, value)


def as_known(parameters: Mapping[str, Any], names: Container[str]) -> tuple[dict[str, Any], list[str]]:
    """Parameters under the model's own names for them, and a note for each that was renamed."""
    known, notes = dict(parameters), []
    for synonyms in _ALIKE:
        known_here = [name for name in synonyms if name in names]
        for name in synonyms:
            if name in known and name not in names and known_here and known_here[0] not in known:
                known[known_here[0]] = known.pop(name)
                notes.append(f"{name} is called {known_here[0]} here.")
    return known, notes


def take_parameter(found: Imported, name: str, value: Any) -> None:
    """Add a parameter under our name for it, unless it is a secret or not representable in JSON."""
    if _secret(name, value):
        found.notes.append(f"{name} left out: credentials are never taken over.")
    elif not finite(value):
        found.notes.append(f"{name} left out: {in_short(str(value))} is no value of JSON.")
    elif name == "num_predict" and isinstance(value, int | float) and value < 0:
        found.notes.append(f"{name}: {value} left out: no limit is what is there without it.")
    else:
        found.parameters.setdefault(_RENAMED.get(name, name), value)


def finite(value: Any) -> bool:
    """Whether a value can be written as JSON, which has neither NaN nor infinity nor dates."""
    match value:
        case float():
            return math.isfinite(value)
        case Mapping():
            return all(isinstance(key, str) and finite(item) for key, item in value.items())
        case list() | tuple():
            return all(map(finite, value))
    return value is None or isinstance(value, str | int)


def _secret(name: str, value: Any) -> bool:
    """Whether this is a credential, or holds one anywhere."""
    if name.lower() in _SECRET and not isinstance(value, bool | int | float | None):
        return True
    if isinstance(value, Mapping):
        return any(_secret(str(inner), item) for inner, item in value.items())
    return isinstance(value, list) and any(_secret("", item) for item in value)


def _read_tools(found: Imported, body: dict[str, Any]) -> None:
    tools = body.pop("tools", None)
    listed: list[Any] = list(tools) if isinstance(tools, list) else [tools] if tools else []
    functions = body.pop("functions", None)
    listed += functions if isinstance(functions, list) else [functions] if functions else []
    declared = [function for tool in listed for function in _declared(tool)]
    if declared:
        found.tools = tuple(tool for number, value in enumerate(declared, 1) for tool in _tool(found, value, number))


def _declared(tool: Any) -> list[Any]:
    """The functions of an entry of tools: Gemini's entries have several each."""
    for name in ("functionDeclarations", "function_declarations"):
        if isinstance(tool, Mapping) and name in tool:
            functions = tool[name]
            return functions if isinstance(functions, list) else [functions]
    return [tool]


def _tool(found: Imported, value: Any, number: int) -> tuple[dict[str, Any], ...]:
    tool = dict(value) if isinstance(value, Mapping) else value
    if isinstance(tool, dict):
        kind = tool.get("type")
        if kind not in (None, "function", "custom") or (kind == "custom" and "input_schema" not in tool):
            found.notes.append(f"Tool {number} left out: {in_short(kind)} is one that only its own service runs.")
            return ()
        if "input_schema" in tool:
            tool["parameters"] = tool.pop("input_schema")
            tool.pop("type", None)
        if tool.pop("cache_control", None):
            found.notes.append("cache_control of a tool left out.")
    try:
        return as_tools([tool])
    except FormatError as error:
        found.notes.append(f"Tool {number} left out. {str(error).replace('Tool 1', f'Tool {number}')}")
        return ()


def _read_format(found: Imported, body: dict[str, Any]) -> None:
    value, name = body.pop("response_format", None), "response_format"
    for outer, inner in (("text", "format"), ("output_config", "format"), (None, "format"), (None, "output_format")):
        holder = body if outer is None else body.get(outer)
        if value is None and isinstance(holder, Mapping) and holder.get(inner):
            value, name = holder[inner], inner if outer is None else f"{outer}.{inner}"
            body.pop(inner, None) if outer is None else body.update({outer: _without(holder, inner)})
    kind = value.get("type") if isinstance(value, Mapping) else value
    if kind in ("json_object", "json"):
        found.response_format = {"type": "json_object"}
    elif isinstance(value, Mapping) and (kind == "json_schema" or name == "format"):
        schema = value if kind != "json_schema" else value.get("json_schema", value.get("schema"))
        try:
            found.response_format = {"type": "json_schema", "json_schema": as_schema(schema)}
        except FormatError as error:
            found.notes.append(f"{name} left out. {error}")
    elif kind not in (None, "text", ""):
        found.notes.append(f"{name} left out: {in_short(kind)!r} is not known.")


def _without(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {known: value for known, value in holder.items() if known != name}


def _read_tool_choice(found: Imported, body: dict[str, Any], value: Any) -> None:
    kind = value.get("type") if isinstance(value, Mapping) else None
    if isinstance(value, Mapping) and value.get("disable_parallel_tool_use"):
        found.parameters["parallel_tool_calls"] = False
    if isinstance(kind, str) and kind in _CHOICES:
        value = _CHOICES[kind]
    elif isinstance(value, Mapping) and kind in ("tool", "function") and isinstance(value.get("name"), str):
        value = {"type": "function", "function": {"name": value["name"]}}
    take_parameter(found, "tool_choice", value)


def _read_function_call(found: Imported, body: dict[str, Any], value: Any) -> None:
    named = isinstance(value, Mapping) and isinstance(value.get("name"), str)
    _read_tool_choice(found, body, {"type": "function", "name": value["name"]} if named else value)


def _read_reasoning(found: Imported, body: dict[str, Any], value: Any) -> None:
    _read_effort(found, "reasoning", value if isinstance(value, Mapping) else {"effort": value})


def _read_effort(found: Imported, name: str, value: Mapping[str, Any]) -> None:
    for inner, setting in value.items():
        if inner == "effort" and isinstance(setting, str):
            found.parameters.setdefault("reasoning_effort", setting)
        elif setting is not None:
            found.notes.append(f"{name}.{inner} left out.")


def _read_output_config(found: Imported, body: dict[str, Any], value: Any) -> None:
    _read_effort(found, "output_config", value if isinstance(value, Mapping) else {})


def _read_text(found: Imported, body: dict[str, Any], value: Any) -> None:
    if not isinstance(value, Mapping):
        take_parameter(found, "text", value)
    else:
        found.notes += [f"text.{inner} left out." for inner in value]


def _read_think(found: Imported, body: dict[str, Any], value: Any) -> None:
    """Read Ollama's `think`: a level, or whether to think at all (docs.ollama.com/capabilities/thinking)."""
    if isinstance(value, str):
        found.parameters.setdefault("reasoning_effort", value)
    else:
        found.notes.append(f"think: {in_short(value)} left out: set reasoning_effort where the model takes it.")


def _read_thinking(found: Imported, body: dict[str, Any], value: Any) -> None:
    budget = value.get("budget_tokens") if isinstance(value, Mapping) else None
    much = f" (a budget of {in_short(budget)} tokens)" if budget else ""
    found.notes.append(f"thinking{much} left out: set reasoning_effort where the model takes it.")


def _read_ollama(found: Imported, body: dict[str, Any], value: Any) -> None:
    """Read `options`, of Ollama or of Workers AI."""
    if not isinstance(value, Mapping):
        found.notes.append("options left out: they are no object.")
        return
    for name, option in value.items():
        if name == "rejectIfBusy":
            found.reject_if_busy = option is True
        elif name in _OF_THE_SERVER:
            found.notes.append(f"options.{name} left out: it is a matter of the server.")
        else:
            take_parameter(found, name, option)


def _read_stream(found: Imported, body: dict[str, Any], value: Any) -> None:
    if value is False:
        found.notes.append("stream: false left out: answers are drawn as they come.")


def _silent(found: Imported, body: dict[str, Any], value: Any) -> None:
    """Leave an option out without a note, for it changes nothing."""


_READERS: dict[str, Callable[[Imported, dict[str, Any], Any], None]] = {
    "options": _read_ollama,
    "tool_choice": _read_tool_choice,
    "function_call": _read_function_call,
    "reasoning": _read_reasoning,
    "output_config": _read_output_config,
    "text": _read_text,
    "think": _read_think,
    "thinking": _read_thinking,
    "stream": _read_stream,
    "stream_options": _silent,
    "anthropic_version": _silent,
}
