"""The catalogue: the models that ship with this project, and any that are added to them."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from playground.catalog.card import ModelCard
from playground.catalog.families import SNAPSHOT, family


class Catalog:
    """Model cards in an order that counts, never changed once made; of two cards with one id the first is kept."""

    __slots__ = ("_by_id", "_by_name")

    def __init__(self, cards: Iterable[ModelCard] = ()) -> None:
        self._by_id: dict[str, ModelCard] = {}
        self._by_name: dict[str, str] = {}
        for card in cards:
            if self._by_id.setdefault(card.id, card) is card:
                parts = card.id.casefold().removeprefix("@cf/").removeprefix("@hf/").split("/")
                for start in range(len(parts)):
                    self._by_name.setdefault("/".join(parts[start:]), card.id)

    def __iter__(self) -> Iterator[ModelCard]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, model_id: object) -> bool:
        return model_id in self._by_id

    def get(self, model_id: str) -> ModelCard | None:
        """The card of exactly that id."""
        return self._by_id.get(model_id)

    def complete(self, name: str) -> str:
        """The full id that a name stands for: an id, or its last part or parts, in any case of letters.

        A name that nothing here goes by comes back as it is; of several models of one name the first is meant.
        """
        if name in self._by_id:
            return name
        plain = name.strip().casefold().removeprefix("workers-ai/").removeprefix("@cf/").removeprefix("@hf/")
        return self._by_name.get(plain, name)

    def search(self, text: str) -> tuple[ModelCard, ...]:
        """The cards that hold every word of a text, those with all of them in their name first; no words, all cards."""
        words = _plain(text).split()
        by_name = [card for card in self if _holds(words, f"{card.id} {card.author}")]
        by_rest = [card for card in self if card not in by_name and _holds(words, _described(card))]
        return (*by_name, *by_rest)

    def by_provider(self, provider: str) -> tuple[ModelCard, ...]:
        """The cards of one kind of provider."""
        return tuple(card for card in self if card.provider == provider)

    def with_cards(self, cards: Iterable[ModelCard]) -> "Catalog":
        """A catalogue in which these cards replace those of the same ids where they stand; new ones come last."""
        return Catalog({**self._by_id, **{card.id: card for card in cards}}.values())


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
