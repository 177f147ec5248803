"""The catalogue: the models that ship with this project, and any that are added to them."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from playground.models.catalog.card import ModelCard
from playground.models.catalog.families import SNAPSHOT, family
from playground.models.catalog.short_names import short_names


class Catalog:
    """An immutable, ordered collection of model cards; of two cards with one id the first is kept."""

    __slots__ = ("_by_id", "_by_name", "_called")

    def __init__(self, cards: Iterable[ModelCard] = ()) -> None:
        self._by_id: dict[str, ModelCard] = {}
        self._by_name: dict[str, list[ModelCard]] = {}
        self._called: dict[str, str] | None = None
        for card in cards:
            if self._by_id.setdefault(card.id, card) is card:
                for name in _names(card):
                    self._by_name.setdefault(name, []).append(card)

    def __iter__(self) -> Iterator[ModelCard]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, model_id: object) -> bool:
        return model_id in self._by_id

    def get(self, model_id: str) -> ModelCard | None:
        """The card with exactly this id."""
        return self._by_id.get(model_id)

    def on_the_wire(self, model: str) -> tuple[ModelCard, ...]:
        """Every card whose `wire_id` is exactly `model`."""
        return tuple(card for card in self._by_name.get(_normalized(model), ()) if card.wire_id == model)

    def named(self, name: str) -> tuple[ModelCard, ...]:
        """Every card that a name may mean: an id, or its last part or parts; case counts only if a card matches it.

        After `workers-ai/`, which Cloudflare's gateway writes, only Workers AI's; after `@cf/` and `@hf/` only those.
        """
        plain = name.strip().casefold()
        gateway = plain.startswith("workers-ai/")
        plain = plain.removeprefix("workers-ai/")
        space = plain[:4] if plain[:4] in _SPACES else ""
        found = tuple(
            card
            for card in self._by_name.get(plain[len(space) :], ())
            if (not gateway or card.traits.cloudflare) and card.wire_id.casefold().startswith(space)
        )
        written = name.strip()
        exact = tuple(card for card in found if card.id == written or card.id.endswith(f"/{written}"))
        return exact or found

    def complete(self, name: str) -> str:
        """The full id of the one model that a name means; the name itself where there is none, or more than one."""
        if name in self._by_id:
            return name
        found = self.named(name)
        return found[0].id if len(found) == 1 else name

    def called(self, card: ModelCard) -> str:
        """A short name that no other card here has, as `short_names` makes it."""
        if self._called is None:
            self._called = short_names(self)
        if card.id in self._called:
            return self._called[card.id]
        alone = all(card.name.casefold() != known.name.casefold() for known in self)
        return card.name if alone else card.id

    def search(self, text: str) -> tuple[ModelCard, ...]:
        """The cards that contain every word of a text, those with all of them in the name first."""
        words = _plain(text).split()
        by_name = [card for card in self if _holds(words, f"{card.id} {card.author}")]
        named = {card.id for card in by_name}
        by_rest = [card for card in self if card.id not in named and _holds(words, _described(card))]
        return (*by_name, *by_rest)

    def with_cards(self, cards: Iterable[ModelCard]) -> "Catalog":
        """A catalogue in which these cards replace those with the same ids; new ones come last."""
        return Catalog({**self._by_id, **{card.id: card for card in cards}}.values())


_SPACES = ("@cf/", "@hf/")
_MOST_PARTS = 6
"""At most so many last parts of an id are indexed as names: ids of servers may have any number."""


def _normalized(name: str) -> str:
    """A name in lower case, without @cf/ or @hf/ before it."""
    small = name.casefold()
    return small[4:] if small[:4] in _SPACES else small


def _names(card: ModelCard) -> set[str]:
    """The names of a model: its id, its wire id, and the last part or parts of the id."""
    full = _normalized(card.id)
    parts = full.split("/")
    return {
        full,
        _normalized(card.wire_id),
        *("/".join(parts[-count:]) for count in range(1, min(len(parts), _MOST_PARTS) + 1)),
    }


@cache
def shipped() -> Catalog:
    """The snapshot that ships with the project: current models newest first, then those that are retired."""
    return Catalog(_card(dict(entry)) for entry in json.loads((SNAPSHOT / "models.json").read_bytes()))


def _card(entry: dict[str, Any]) -> ModelCard:
    """A card from its entry, whose `schema` names the family and the differences from it."""
    schema = entry.pop("schema")
    shared = family(schema["family"])
    return ModelCard(
        **entry,
        name=entry["id"].rpartition("/")[2],
        provider="workers_ai",
        family=shared.name,
        family_inferred=schema["inferred"],
        family_source=schema.get("source") or shared.source,
        schemas=shared.schemas(schema.get("forms"), schema.get("adjust")),
        output_schema=shared.output,
    )


def _described(card: ModelCard) -> str:
    abilities = {
        "function calling tools": card.function_calling,
        "reasoning thinking": card.reasoning,
        "vision image": card.vision,
        "json mode": card.json_mode,
        "lora": card.lora,
        "batch": card.batch,
    }
    abilities_text = " ".join(words for words, known in abilities.items() if known)
    return f"{card.id} {card.author} {card.description} {card.task} {abilities_text}"


def _plain(text: str) -> str:
    return re.sub(r"[^\w.]+|_", " ", text.casefold())


def _holds(words: Iterable[str], text: str) -> bool:
    plain = _plain(text)
    return all(word in plain for word in words)
