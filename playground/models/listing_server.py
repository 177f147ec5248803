"""A server that lists its models, with a person's preferences for them."""

import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Self

from playground.connections.vision import Vision, read_vision, sees
from playground.errors import ProviderError
from playground.models.catalog import ModelCard, listed_card
from playground.models.catalog.card import ContextWindow
from playground.models.catalog.families import merge_patch
from playground.models.preferences import PreferenceStore
from playground.money.own_prices import PriceError, Prices, price_of, read_prices
from playground.parameters.authoring import editable, with_parameters
from playground.providers import Connection
from playground.providers.http.server_address import server_of
from playground.providers.listed_models import ListedModel, listed_model

OWN_SCHEMA = "Your own schema, under Connections"
PREFERENCES = ("models", "parameters", "prices", "vision")
"""A person's preferences for a connection's models, stored as `models NAME` and so on."""


@dataclass(slots=True, eq=False)
class ListingServer:
    """One connection whose server lists its models, the list, and a person's preferences for them."""

    connection: Connection
    address: str
    by_hand: tuple[str, ...]
    schema: Mapping[str, Any] | None
    own_prices: Prices
    own_vision: Vision
    listed: tuple[str, ...] | None = None
    listing: "Future[None] | None" = None
    answered: bool = False
    failure: ProviderError | None = None
    note: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def restored(cls, connection: Connection, preferences: PreferenceStore) -> Self:
        """A server without a list yet, with the stored preferences."""
        name = connection.name
        return cls(
            connection,
            server_of(connection),
            tuple(preferences.preference(f"models {name}") or ()),
            preferences.preference(f"parameters {name}"),
            _stored_prices(preferences.preference(f"prices {name}")),
            _stored_vision(preferences.preference(f"vision {name}")),
        )

    def reread(self, preferences: PreferenceStore) -> None:
        """Take the preferences as they are stored now; the list stays."""
        stored = ListingServer.restored(self.connection, preferences)
        self.by_hand, self.schema = stored.by_hand, stored.schema
        self.own_prices, self.own_vision = stored.own_prices, stored.own_vision

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The schema of its models' parameters."""
        return self.schema or default_parameters(self.connection.kind)

    @property
    def prices(self) -> Prices:
        """The prices of its models; those set on the page win over those in the file."""
        return {**self.connection.prices, **self.own_prices}

    @property
    def vision(self) -> Vision:
        """Which of its models take images; what was set on the page wins over the file."""
        return self.connection.vision if self.own_vision is None else self.own_vision

    def card(self, model: str) -> ModelCard:
        """The card of one of its models, listed or not."""
        known = listed_card(model, kind=self.connection.kind, connection=self.connection.name)
        card = _described(known, listed_model(self.address, model))
        if (seeing := sees(model, self.vision)) is not None:
            modalities = ("text", "image") if seeing else ("text",)
            card = card.model_copy(update={"vision": seeing, "input_modalities": modalities})
        if (quote := price_of(model, self.prices)) is not None:
            card = card.model_copy(update={"prices": (quote,)})
        if self.schema is None:
            return card
        schemas = {form: with_parameters(schema, self.schema) for form, schema in card.schemas.items()}
        return card.model_copy(update={"schemas": schemas, "family_inferred": False, "family_source": OWN_SCHEMA})


def default_parameters(kind: str = "openai_compatible") -> dict[str, Any]:
    """The documented parameters for servers of a kind, which do not list their own."""
    return editable(listed_card("any", kind=kind).schemas["messages"])


def _described(card: ModelCard, facts: ListedModel) -> ModelCard:
    """The card with the facts that the server listed of its model."""
    if facts == ListedModel():
        return card
    windows = (ContextWindow(tokens=facts.context_window, source=card.sources[0]),) if facts.context_window else ()
    found: dict[str, Any] = {
        "context_windows": windows,
        "vision": facts.vision,
        "input_modalities": ("text", "image") if facts.vision else ("text",),
        "reasoning": facts.reasoning,
        "json_mode": facts.structured_outputs,
    }
    if facts.max_output_tokens:
        max_tokens = {"max_tokens": {"default": facts.max_output_tokens, "maximum": facts.max_output_tokens}}
        found["schemas"] = {
            form: {**schema, "properties": merge_patch(schema["properties"], max_tokens)}
            for form, schema in card.schemas.items()
        }
    return card.model_copy(update=found)


def _stored_vision(stored: Any) -> Vision:
    try:
        return read_vision(stored)
    except ValueError:
        return None


def _stored_prices(stored: Any) -> Prices:
    """The stored prices; none where they cannot be read any more, so that they can be set again."""
    try:
        return read_prices(stored or {})
    except PriceError:
        return {}
