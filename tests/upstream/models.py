"""The models that the stand-in offers, as `models/search` and `models/schema` describe them."""

from typing import Any

TASK = {
    "id": "c329a1f9-323d-4e91-b2aa-582dd4188d34",
    "name": "Text Generation",
    "description": "Family of generative text models, such as large language models (LLM).",
}
_SCALARS: dict[str, Any] = {
    "stream": {"type": "boolean", "default": False},
    "max_tokens": {"type": "integer", "default": 256},
    "temperature": {"type": "number", "default": 0.6, "minimum": 0, "maximum": 5},
    "top_p": {"type": "number", "minimum": 0.001, "maximum": 1},
    "seed": {"type": "integer", "minimum": 1, "maximum": 9999999999},
}
_MESSAGES = {"type": "array", "items": {"type": "object", "properties": {"role": {"type": "string"}}}}


def price(input_usd: float, output_usd: float) -> dict[str, Any]:
    """The `price` property: its value is a list."""
    return {
        "property_id": "price",
        "value": [
            {"unit": "per M input tokens", "price": input_usd, "currency": "USD"},
            {"unit": "per M output tokens", "price": output_usd, "currency": "USD"},
        ],
    }


def row(name: str, description: str, *properties: dict[str, Any]) -> dict[str, Any]:
    """One model of `models/search`."""
    return {
        "id": f"id-of-{name}",
        "source": 1,
        "name": name,
        "description": description,
        "task": TASK,
        "created_at": "2025-08-05 10:27:29.131",
        "tags": [],
        "properties": list(properties),
    }


ROWS: tuple[dict[str, Any], ...] = (
    row(
        "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
        "Llama 3.3 70B quantized to fp8 precision, optimized to be faster.",
        {"property_id": "context_window", "value": "24000"},
        {"property_id": "function_calling", "value": "true"},
        {"property_id": "async_queue", "value": "true"},
        price(0.29, 2.25),
    ),
    row(
        "@cf/google/gemma-4-26b-a4b-it",
        "A model that thinks.",
        {"property_id": "context_window", "value": "256000"},
        {"property_id": "reasoning", "value": "true"},
        {"property_id": "vision", "value": "true"},
        {
            "property_id": "reasoning_effort",
            "value": {"supported_efforts": ["low", "high"], "default_effort": "low", "mandatory": False},
        },
        price(0.1, 0.3),
    ),
    row("@cf/upstream/rate-100_tokens-600", "Writes 600 tokens, 100 a second."),
)

SCHEMA: dict[str, Any] = {
    "input": {
        "type": "object",
        "oneOf": [
            {
                "title": "Prompt",
                "properties": {"prompt": {"type": "string", "minLength": 1}, "raw": {"type": "boolean"}, **_SCALARS},
                "required": ["prompt"],
            },
            {"title": "Messages", "properties": {"messages": _MESSAGES, **_SCALARS}, "required": ["messages"]},
        ],
    },
    "output": {"oneOf": [{"type": "object", "properties": {"response": {"type": "string"}}}, {"type": "string"}]},
}
