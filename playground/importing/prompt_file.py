"""Prompts of GitHub Models, `.prompt.yml`.

https://docs.github.com/en/github-models/use-github-models/storing-prompts-in-github-repositories
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from playground.importing.body import read_body
from playground.importing.bounds import Bounds
from playground.importing.imported import Imported, UnreadableError
from playground.messages import Message
from playground.providers.wire.earlier_answers import Recipient
from playground.providers.wire.requests import messages_body
from playground.text.json_value import read_json

_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_THEIR_NAMES = {"max_tokens": "maxTokens", "top_p": "topP"}
"""The parameters that GitHub's own programs know by another name: https://github.com/github/gh-models."""
_OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")
"""Line ends beside the line feed, which YAML would not preserve."""
_NOT_TAKEN = {
    "testData": "the tests of the prompt",
    "evaluators": "the tests of the prompt",
    "name": "conversations take their title from their first words",
    "description": "conversations have none",
}


TEXTS = frozenset(
    {"content", "text", "role", "model", "name", "description", "id", "tool_call_id", "tool_calls", "arguments", "type"}
    | {"stop", "title", "reasoning", "url", "required", "user", "system", "prompt", "jsonSchema", "responseFormat"}
)
"""The values of these keys are text, even if they look like numbers."""


class _Dumper(yaml.SafeDumper):
    """Writes YAML with block scalars for texts of several lines, and quotes what YAML 1.1 or 1.2 would misread."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _OTHER_BREAKS.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
_Dumper.add_implicit_resolver(  # PyYAML's own know those of 1.1, without y and n
    "tag:yaml.org,2002:other",
    re.compile(r"[-+]?(?:\.?[0-9]|0o[0-7]|\.(?:inf|nan))[0-9a-fA-FxoeE.+_:-]*|[yYnN]|<<|=", re.IGNORECASE),
    list("-+.0123456789yYnN<="),
)


def read_prompt_file(value: Any, bounds: Bounds | None = None) -> Imported:
    """The request of a prompt file. Raises UnreadableError where it has no messages."""
    if not isinstance(value, Mapping) or "messages" not in value:
        raise UnreadableError("It has no messages.")
    file = dict(value)
    parameters = file.pop("modelParameters", None)
    parameters = dict(parameters) if isinstance(parameters, Mapping) else {}
    body: dict[str, Any] = {_snake(str(name)): value for name, value in parameters.items()}
    notes = [f"{name} left out: {_NOT_TAKEN[name]}." for name in _NOT_TAKEN if file.pop(name, None)]
    body |= {name: file.pop(name) for name in ("model", "messages", "tools") if name in file}
    schema = file.pop("jsonSchema", None)
    kind = file.pop("responseFormat", None)
    if kind == "json_schema":
        body["response_format"] = {"type": "json_schema", "json_schema": _schema(schema)}
    elif kind not in (None, "text"):
        body["response_format"] = {"type": kind}
    found = read_body(body, bounds)
    found.notes += notes + [f"{name} left out." for name in file]
    return found


def write_prompt_file(found: Imported) -> str:
    """A prompt file of a request. `tools` are written although the format does not know them."""
    file: dict[str, Any] = {"model": found.model} if found.model else {}
    if found.parameters:
        file["modelParameters"] = {_THEIR_NAMES.get(name, name): value for name, value in found.parameters.items()}
    system = (Message("system", found.system_prompt),) if found.system_prompt else ()
    to = Recipient(model=_as_answers_know_it(found), keeps_thoughts=True)
    file["messages"] = messages_body((*system, *found.messages), to)
    response_format = found.response_format
    if response_format is not None:
        file["responseFormat"] = response_format["type"]
        if "json_schema" in response_format:
            envelope = {"name": "answer", "strict": True, "schema": response_format["json_schema"]}
            file["jsonSchema"] = json.dumps(envelope, indent=2, ensure_ascii=False)
    if found.tools:
        file["tools"] = [dict(tool) for tool in found.tools]
    return yaml.dump(file, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def _as_answers_know_it(found: Imported) -> str:
    """The model of the answers: its name without that of the connection."""
    names = (message.provider_metadata.model for message in found.messages if message.provider_metadata is not None)
    return next((name for name in names if name and f"/{found.model}".endswith(f"/{name}")), found.model)


def _snake(name: str) -> str:
    return _CAMEL.sub(lambda found: f"_{found[1].lower()}", name)


def _schema(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return read_json(value)
    except ValueError:
        return None
