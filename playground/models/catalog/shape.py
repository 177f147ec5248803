"""Which of two shapes the requests and answers of a Workers AI model have on the native endpoint.

OpenAI's dialect wants OpenAI's envelope around a JSON schema, and streams JSON mode; the service's own wants the bare
schema, and does not: https://developers.cloudflare.com/workers-ai/features/json-mode/
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from playground.models.catalog.card import ModelCard
from playground.models.catalog.snapshot import Catalog

Shape = Literal["native", "openai"]


def shape_of(model: str, catalog: Catalog) -> Shape:
    """The shape by the model's card, else by the first card of its author that has one, else "native"."""
    card = catalog.get(model)
    author = model.rpartition("/")[0] + "/"
    relatives = (card for card in catalog if card.id.startswith(author))
    return next(
        (shape for each in (card, *relatives) if each is not None and (shape := _shape_by_schema(each))), "native"
    )


def _shape_by_schema(card: ModelCard) -> Shape | None:
    """The shape by the input schema, else by the output schema, else by the family; None where none shows it."""
    for form in ("messages", "prompt"):
        formats = card.schemas.get(form, {}).get("properties", {}).get("response_format")
        for part in _parts(formats):
            json_schema = part.get("json_schema")
            if _properties(json_schema).keys() & {"name", "schema"} or "text" in _values(part.get("type")):
                return "openai"
            if json_schema is not None:
                return "native"
    for part in map(_properties, _alternatives(card.output_schema)):
        if "choices" in part:
            return "openai"
        if "response" in part:
            return "native"
    return ("openai" if card.family == "openai" else "native") if card.family else None


def _parts(schema: Any) -> list[Mapping[str, Any]]:
    """The properties of each alternative, those with OpenAI's envelope first."""
    found = [_properties(part) for part in _alternatives(schema)]
    return sorted(found, key=lambda part: not _properties(part.get("json_schema")))


def _alternatives(schema: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(schema, Mapping):
        return
    yield schema
    for key in ("oneOf", "anyOf"):
        if isinstance(alternatives := schema.get(key), list):
            for alternative in alternatives:
                yield from _alternatives(alternative)


def _properties(schema: Any) -> Mapping[str, Any]:
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    return properties if isinstance(properties, Mapping) else {}


def _values(schema: Any) -> tuple[Any, ...]:
    if not isinstance(schema, Mapping):
        return ()
    enum = schema.get("enum")
    return (*(enum if isinstance(enum, list) else ()), schema.get("const"))
