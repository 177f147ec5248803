"""What the stand-in says: words that follow from the prompt, the same each time, and JSON that fits a schema."""

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

WORDS = (
    "the",
    "a",
    "one",
    "each",
    "every",
    "sea",
    "wind",
    "light",
    "shore",
    "tide",
    "ship",
    "bird",
    "stone",
    "wave",
    "salt",
    "harbour",
    "morning",
    "evening",
    "carries",
    "follows",
    "finds",
    "leaves",
    "turns",
    "holds",
    "keeps",
    "meets",
    "slow",
    "bright",
    "far",
    "quiet",
    "deep",
    "small",
    "old",
    "new",
    "and",
    "or",
    "but",
    "when",
    "where",
    "under",
    "over",
    "beyond",
    "toward",
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A finished answer before it is put on the wire: tokens of thought and of text, or a call of a tool."""

    thought: Sequence[str]
    text: Sequence[str]
    call: tuple[str, str] | None
    finish: str
    prompt_tokens: int

    @property
    def completion_tokens(self) -> int:
        """Thought counts as output."""
        return len(self.thought) + len(self.text) + (1 if self.call else 0)


def words(seed: str, count: int) -> list[str]:
    """`count` tokens, each a word with the space or the full stop that belongs to it."""
    chance = random.Random(hashlib.sha256(seed.encode()).digest())
    tokens: list[str] = []
    start = True
    for number in range(count):
        word = chance.choice(WORDS)
        token = word.capitalize() if start else word
        start = number % 12 == 11 or number == count - 1
        tokens.append((" " if tokens else "") + token + ("." if start else ""))
    return tokens


def prompt_of(body: Mapping[str, Any]) -> str:
    """All that a request says, as one text."""
    if isinstance(body.get("prompt"), str):
        return str(body["prompt"])
    return "\n".join(_texts(body.get("messages") or ()))


def last_user_text(body: Mapping[str, Any]) -> str:
    """The text of the last user message, or the prompt."""
    asked = [message for message in body.get("messages") or () if message.get("role") == "user"]
    return "\n".join(_texts(asked[-1:])) if asked else prompt_of(body)


def fitting(schema: Mapping[str, Any], name: str = "value") -> Any:
    """A small value that fits a JSON Schema: the first choice, the default, or the plainest value of its type."""
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return fitting(schema["anyOf"][0], name)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    match kind[0] if isinstance(kind, list) else kind:
        case "object":
            return {key: fitting(value, key) for key, value in schema.get("properties", {}).items()}
        case "array":
            return [fitting(schema.get("items", {}), name)] * max(1, schema.get("minItems", 1))
        case "integer":
            return int(schema.get("minimum", 1))
        case "number":
            return float(schema.get("minimum", 1.5))
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return f"A {name}".ljust(schema.get("minLength", 0), ".")


def json_text(body: Mapping[str, Any]) -> str | None:
    """The answer to a request with a response format; None where there is none."""
    wanted = body.get("response_format") or {}
    if wanted.get("type") not in ("json_object", "json_schema"):
        return None
    schema = wanted.get("json_schema") or {"properties": {"answer": {"type": "string"}}}
    schema = schema.get("schema", schema) if "properties" not in schema else schema
    return orjson.dumps(fitting(schema)).decode()


def called_tool(body: Mapping[str, Any], name: str) -> tuple[str, str] | None:
    """A call of the tool with this name, or of the first one, with arguments that fit its schema."""
    for tool in body.get("tools") or ():
        function = tool.get("function", tool)
        if name in ("1", "yes", function["name"]):
            return function["name"], orjson.dumps(fitting(function.get("parameters") or {})).decode()
    return None


def _texts(messages: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for message in messages:
        content = message.get("content") or ""
        if isinstance(content, str):
            yield content
        else:
            yield from (part["text"] for part in content if part.get("type") == "text")
