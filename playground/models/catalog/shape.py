"""Which of its two dialects a model of Workers AI takes and gives on the native endpoint.

OpenAI's dialect wants OpenAI's envelope around a JSON schema, and streams JSON mode; the service's own wants the bare
schema, and does not: https://developers.cloudflare.com/workers-ai/features/json-mode/
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from playground.models.catalog.card import ModelCard
from playground.models.catalog.snapshot import Catalog

Shape = Literal["native", "openai"]


def shape_of(model: str, catalog: Catalog) -> Shape:
    """What the model's card says; of a model without one, or whose card is silent, what its author's first one says."""
    card = catalog.get(model)
    author = model.rpartition("/")[0] + "/"
    relatives = (card for card in catalog if card.id.startswith(author))
    return next((told for one in (card, *relatives) if one is not None and (told := _told(one))), "native")


def _told(card: ModelCard) -> Shape | None:
    """By what its schemas take, else by what they answer, else by its family; None where nothing tells."""
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
    """The properties of each alternative, those of OpenAI's envelope first wherever they stand."""
    found = [_properties(part) for part in _alternatives(schema)]
    return sorted(found, key=lambda part: not _properties(part.get("json_schema")))


def _alternatives(schema: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(schema, Mapping):
        return
    yield schema
    for key in ("oneOf", "anyOf"):
        if isinstance(some := schema.get(key), list):
            for one in some:
                yield from _alternatives(one)


def _properties(schema: Any) -> Mapping[str, Any]:
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    return properties if isinstance(properties, Mapping) else {}


def _values(schema: Any) -> tuple[Any, ...]:
    if not isinstance(schema, Mapping):
        return ()
    enum = schema.get("enum")
    return (*(enum if isinstance(enum, list) else ()), schema.get("const"))
