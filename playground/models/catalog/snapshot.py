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
    """Model cards in an order that counts, never changed once made; of two cards with one id the first is kept."""

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
        """The card of exactly that id."""
        return self._by_id.get(model_id)

    def on_the_wire(self, model: str) -> tuple[ModelCard, ...]:
        """Every card of a model that its server calls exactly that."""
        return tuple(card for card in self._by_name.get(_whole(model), ()) if card.wire_id == model)

    def named(self, name: str) -> tuple[ModelCard, ...]:
        """Every card that a name may mean: an id, or its last part or parts, in any case where none is written like it.

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
        alike = tuple(card for card in found if card.id == written or card.id.endswith(f"/{written}"))
        return alike or found

    def complete(self, name: str) -> str:
        """The full id of the one model that a name means; the name as it is where there is none, or more than one."""
        if name in self._by_id:
            return name
        found = self.named(name)
        return found[0].id if len(found) == 1 else name

    def called(self, card: ModelCard) -> str:
        """A short name that no other card here has: its own, and where names meet its connection, or more of its id."""
        if self._called is None:
            self._called = short_names(self)
        if card.id in self._called:
            return self._called[card.id]
        alone = all(card.name.casefold() != known.name.casefold() for known in self)
        return card.name if alone else card.id

    def search(self, text: str) -> tuple[ModelCard, ...]:
        """The cards that hold every word of a text, those with all of them in their name first; no words, all cards."""
        words = _plain(text).split()
        by_name = [card for card in self if _holds(words, f"{card.id} {card.author}")]
        named = {card.id for card in by_name}
        by_rest = [card for card in self if card.id not in named and _holds(words, _described(card))]
        return (*by_name, *by_rest)

    def with_cards(self, cards: Iterable[ModelCard]) -> "Catalog":
        """A catalogue in which these cards replace those of the same ids where they stand; new ones come last."""
        return Catalog({**self._by_id, **{card.id: card for card in cards}}.values())


_SPACES = ("@cf/", "@hf/")
_MOST_PARTS = 6
"""Of the parts of an id so many can be a name by themselves: servers may list what they like."""


def _whole(name: str) -> str:
    """A name in small letters, without the space of names that it is of."""
    small = name.casefold()
    return small[4:] if small[:4] in _SPACES else small


def _names(card: ModelCard) -> set[str]:
    """What a model goes by: its id, what its server calls it, and the last part or parts of it."""
    whole = _whole(card.id)
    parts = whole.split("/")
    return {
        whole,
        _whole(card.wire_id),
        *("/".join(parts[-count:]) for count in range(1, min(len(parts), _MOST_PARTS) + 1)),
    }


@cache
def shipped() -> Catalog:
    """The snapshot that ships with the project: current models newest first, then those that are retired."""
    return Catalog(_card(dict(entry)) for entry in json.loads((SNAPSHOT / "models.json").read_bytes()))


def _card(entry: dict[str, Any]) -> ModelCard:
    """A card from its entry, whose `schema` says which family it is of and how it differs."""
    schema = entry.pop("schema")
    of = family(schema["family"])
    return ModelCard(
        **entry,
        name=entry["id"].rpartition("/")[2],
        provider="workers_ai",
        family=of.name,
        family_inferred=schema["inferred"],
        family_source=schema.get("source") or of.source,
        schemas=of.schemas(schema.get("forms"), schema.get("adjust")),
        output_schema=of.output,
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
    said = " ".join(words for words, able in abilities.items() if able)
    return f"{card.id} {card.author} {card.description} {card.task} {said}"


def _plain(text: str) -> str:
    return re.sub(r"[^\w.]+|_", " ", text.casefold())


def _holds(words: Iterable[str], text: str) -> bool:
    plain = _plain(text)
    return all(word in plain for word in words)
