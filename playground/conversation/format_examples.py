"""Examples of tools and JSON schemas, by what they are for."""

from collections.abc import Mapping
from typing import Any

from playground.conversation.formats import EXAMPLE_SCHEMA, EXAMPLE_TOOLS

TOOLS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "Weather": EXAMPLE_TOOLS,
    "Search": (
        {
            "type": "function",
            "function": {
                "name": "search",
                "description": "Search the documents, best first",
                "parameters": {
                    "type": "object",
                    "properties": {
                        "query": {"type": "string", "description": "A few words"},
                        "limit": {"type": "integer", "minimum": 1, "maximum": 20},
                    },
                    "required": ["query"],
                },
            },
        },
    ),
    "Two tools": (
        *EXAMPLE_TOOLS,
        {
            "type": "function",
            "function": {
                "name": "calculate",
                "description": "The value of an arithmetic expression",
                "parameters": {
                    "type": "object",
                    "properties": {"expression": {"type": "string", "description": "For example 3 * (4 + 5)"}},
                    "required": ["expression"],
                },
            },
        },
    ),
}
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "Facts": EXAMPLE_SCHEMA,
    "List": {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 10}},
        "required": ["items"],
    },
    "Classification": {
        "type": "object",
        "properties": {
            "label": {"enum": ["positive", "neutral", "negative"]},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        },
        "required": ["label", "confidence"],
    },
}
