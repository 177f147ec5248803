"""Models of other vendors that Cloudflare passes on and bills itself: `author/model` in its one catalogue of all.

https://developers.cloudflare.com/ai-gateway/usage/rest-api/. No endpoint lists them (https://github.com/cloudflare/ai/issues/549),
so a few are known here and any other can be named.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from playground.models.catalog.card import ModelCard
from playground.models.catalog.families import SNAPSHOT, family

AUTHORS: Mapping[str, str] = {
    "anthropic": "anthropic",
    "openai": "openai-compatible",
    "google": "openai-compatible",
    "xai": "openai-compatible",
}
"""Vendors whose models can be named, and the family of their parameters."""
_NOTE = "Cloudflare passes it on to its vendor and bills it from the credits of AI Gateway."
_SOURCE = "https://developers.cloudflare.com/ai-gateway/usage/rest-api/"


@cache
def passed_on() -> tuple[ModelCard, ...]:
    """The cards of the models that are known, under the service's own ids."""
    return tuple(_card(dict(entry)) for entry in json.loads((SNAPSHOT / "passed_on.json").read_bytes()))


def passed_on_card(model: str) -> ModelCard | None:
    """The card of a model by its id, known or not; None where it is of no author that Cloudflare passes on."""
    if not is_passed_on(model):
        return None
    author = model.partition("/")[0]
    return next((card for card in passed_on() if card.id == model), None) or _card({"id": model, "author": author})


def is_passed_on(model: str) -> bool:
    """Whether an id is of an author whose models Cloudflare passes on, and not of one that it hosts (`@cf/…`)."""
    author, _, name = model.partition("/")
    return author in AUTHORS and bool(name) and "/" not in name


def _card(entry: dict[str, Any]) -> ModelCard:
    max_tokens, author = entry.pop("longest", None), entry["id"].partition("/")[0]
    shared = family(AUTHORS[author])
    adjust = {"max_tokens": {"default": max_tokens, "maximum": max_tokens}} if max_tokens else None
    sources = [fact["source"] for fact in entry.get("context_windows", ())]
    return ModelCard(
        **{**entry, "notes": (_NOTE, *entry.get("notes", ()))},
        name=entry["id"].partition("/")[2],
        provider="workers_ai",
        family=shared.name,
        family_inferred=True,
        family_source=shared.source,
        schemas=shared.schemas(adjust=adjust),
        sources=tuple(dict.fromkeys((*sources, _SOURCE))),
    )
