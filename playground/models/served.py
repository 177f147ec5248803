"""The models of servers that list them: those their servers list, those named by hand, and their parameters."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from typing import Any, Protocol

from playground.answers.network import network
from playground.connections.settings import most_listed
from playground.connections.vision import Vision, read_vision, sees
from playground.errors import ProviderError
from playground.models.catalog import ModelCard, id_at, listed_card
from playground.models.catalog.card import ContextWindow, PriceQuote
from playground.models.catalog.families import merge_patch
from playground.models.listed_ids import offerable
from playground.money.own_prices import PriceError, Prices, price_of, prices_as_json, read_prices
from playground.parameters.authoring import editable, with_parameters
from playground.providers import Connection
from playground.providers.http.server_address import server_of
from playground.providers.listed_models import ListedModel, listed_model

OWN_SCHEMA = "Your own schema, under Connections"


class PreferenceStore(Protocol):
    """Where decisions are kept."""

    def preference(self, name: str) -> Any:
        """The JSON value of that name; None where there is none."""
        ...

    def prefer(self, name: str, value: Any) -> None:
        """Keep a JSON value; None takes it away."""
        ...


class MemoryPreferences:
    """Preferences for as long as the process lives."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def preference(self, name: str) -> Any:
        return self._values.get(name)

    def prefer(self, name: str, value: Any) -> None:
        self._values[name] = value


class Served:
    """What servers offer, from any thread; `on_change` is called whenever that becomes something else."""

    def __init__(
        self, connections: Sequence[Connection], preferences: PreferenceStore, on_change: Callable[[], None]
    ) -> None:
        self.failures: dict[str, ProviderError] = {}
        """Connections whose models could not be listed, and why."""
        self.notes: dict[str, str] = {}
        """What of their lists is left out, and why."""
        self._kinds = {connection.name: connection.kind for connection in connections}
        self._servers = {connection.name: server_of(connection) for connection in connections}
        self._names = tuple(self._kinds)
        self._preferences = preferences
        self._on_change = on_change
        self._lock = threading.Lock()
        self._listed: dict[str, tuple[str, ...]] = {}
        self._listing: dict[str, Future[None]] = {}
        self._answered: set[str] = set()
        self._by_hand = {name: tuple(preferences.preference(f"models {name}") or ()) for name in self._names}
        self._schemas = {name: preferences.preference(f"parameters {name}") for name in self._names}
        self._file_prices: dict[str, Prices] = {connection.name: connection.prices for connection in connections}
        self._own_prices = {name: _kept_prices(preferences.preference(f"prices {name}")) for name in self._names}
        self._file_vision: dict[str, Vision] = {connection.name: connection.vision for connection in connections}
        self._own_vision = {name: _kept_vision(preferences.preference(f"vision {name}")) for name in self._names}
        for connection in connections:
            self.list(connection)

    def list(self, connection: Connection) -> "Future[None]":
        """Ask a server which models it has, unless it is asked just now.

        An error is left in `failures`, and what the server listed before stays.
        """
        with self._lock:
            listing = self._listing.get(connection.name)
            if listing is None or listing.done():
                listing = self._listing[connection.name] = network().submit(self._list(connection))
            return listing

    async def _list(self, connection: Connection) -> None:
        try:
            listed = await (await network().provider(connection)).list_models()
        except ProviderError as error:
            self.failures[connection.name] = error
        else:
            models, self.notes[connection.name] = offerable(listed, most_listed())
            with self._lock:
                self._listed[connection.name] = models
            self.failures.pop(connection.name, None)
            self._on_change()
        finally:
            self._answered.add(connection.name)  # at last: who finds it here finds the list too

    def listed(self, name: str) -> tuple[str, ...] | None:
        """The ids that the server of that connection listed; None where it has not answered yet."""
        return self._listed.get(name)

    def by_hand(self, name: str) -> tuple[str, ...]:
        """The ids that a person added to that connection."""
        return self._by_hand.get(name, ())

    def name_by_hand(self, name: str, ids: Sequence[str]) -> None:
        """Add these ids to that connection, in place of those added before. Raises StoreError."""
        ids, _ = offerable([stripped for id_ in ids if (stripped := id_.strip())])
        self._preferences.prefer(f"models {name}", list(ids) or None)
        self._by_hand[name] = ids
        self._on_change()

    def parameters(self, name: str) -> Mapping[str, Any]:
        """The schema of the parameters of that connection's models."""
        return self._schemas.get(name) or default_parameters(self._kinds[name])

    def own_parameters(self, name: str) -> bool:
        """Whether that schema is a person's own."""
        return self._schemas.get(name) is not None

    def set_parameters(self, name: str, schema: Mapping[str, Any] | None) -> None:
        """Use a schema as `read_schema` gives it; None goes back to those of its kind. Raises StoreError."""
        self._preferences.prefer(f"parameters {name}", None if schema is None else dict(schema))
        self._schemas[name] = schema
        self._on_change()

    def prices(self, name: str) -> Prices:
        """What the models of that connection cost; what was set on the page stands before what the file says."""
        return {**self._file_prices.get(name, {}), **self._own_prices.get(name, {})}

    def own_prices(self, name: str) -> Prices:
        """Those that were set on the page."""
        return self._own_prices.get(name, {})

    def set_price(self, name: str, model: str, quote: PriceQuote | None) -> None:
        """Set the price of a model of that connection, or of those that `model` stands for; None takes it back.

        Answers that are there keep the price they were asked at. Raises PriceError, StoreError.
        """
        prices = {known: kept for known, kept in self.own_prices(name).items() if known != model}
        if quote is not None:
            prices[model] = quote
        prices = read_prices(prices_as_json(prices))
        self._preferences.prefer(f"prices {name}", prices_as_json(prices) or None)
        self._own_prices[name] = prices
        self._on_change()

    def vision(self, name: str) -> Vision:
        """Which models of that connection see pictures; what was set on the page stands before what the file says."""
        own = self._own_vision.get(name)
        return self._file_vision.get(name) if own is None else own

    def set_vision(self, name: str, vision: Vision) -> None:
        """Say which models of that connection see pictures; None goes back to what the file says. Raises StoreError."""
        self._preferences.prefer(f"vision {name}", list(vision) if isinstance(vision, tuple) else vision)
        self._own_vision[name] = vision
        self._on_change()

    def cards(self) -> tuple[ModelCard, ...]:
        """A card for each model, connection by connection."""
        with self._lock:
            listed = dict(self._listed)
        return tuple(
            self.card(model, name)
            for name in self._names
            for model in dict.fromkeys((*listed.get(name, ()), *self.by_hand(name)))
        )

    def named(self, id_: str) -> tuple[ModelCard, ...]:
        """The cards that `connection/model` may mean, whether the server lists it or not: any name may be asked.

        None of them where no connection's name stands before it, several only where names of connections have slashes.
        """
        found = {}
        for name in self._names:
            for before in (id_at(name, ""), f"{name}/"):
                if model := id_[len(before) :] if id_.startswith(before) else "":
                    found[id_at(name, model)] = self.card(model, name)
        exact = found.get(id_)
        return tuple(found.values()) if exact is None else (exact,)

    def pending(self) -> tuple[str, ...]:
        """The connections that have not said yet which models they have, and have not failed to."""
        return tuple(name for name in self._names if name not in self._answered)

    def unlisted(self) -> tuple[str, ...]:
        """The connections whose models are not known, because their servers could not be asked for them."""
        failures = dict(self.failures)
        return tuple(
            name
            for name in self._names
            if name not in self._listed and name in failures and failures[name].kind != "not_found"
        )

    def wait(self, seconds: float) -> None:
        """Wait until every server has said which models it has or failed to, but not longer than that."""
        with self._lock:
            listings = [listing for name, listing in self._listing.items() if name not in self._answered]
        wait(listings, seconds)

    def card(self, model: str, name: str) -> ModelCard:
        """The card of a model of that connection."""
        card = _described(
            listed_card(model, kind=self._kinds[name], connection=name), listed_model(self._servers[name], model)
        )
        if (seeing := sees(model, self.vision(name))) is not None:
            modalities = ("text", "image") if seeing else ("text",)
            card = card.model_copy(update={"vision": seeing, "input_modalities": modalities})
        if (quote := price_of(model, self.prices(name))) is not None:
            card = card.model_copy(update={"prices": (quote,)})
        own = self._schemas.get(name)
        if own is None:
            return card
        schemas = {form: with_parameters(schema, own) for form, schema in card.schemas.items()}
        return card.model_copy(update={"schemas": schemas, "family_inferred": False, "family_source": OWN_SCHEMA})


def _described(card: ModelCard, facts: ListedModel) -> ModelCard:
    """The card with what the server tells of its model."""
    if facts == ListedModel():
        return card
    windows = (ContextWindow(tokens=facts.window, source=card.sources[0]),) if facts.window else ()
    found: dict[str, Any] = {
        "context_windows": windows,
        "vision": facts.sees,
        "input_modalities": ("text", "image") if facts.sees else ("text",),
        "reasoning": facts.thinks,
        "json_mode": facts.fits_schemas,
    }
    if facts.longest:
        longest = {"max_tokens": {"default": facts.longest, "maximum": facts.longest}}
        found["schemas"] = {
            form: {**schema, "properties": merge_patch(schema["properties"], longest)}
            for form, schema in card.schemas.items()
        }
    return card.model_copy(update=found)


def default_parameters(kind: str = "openai_compatible") -> dict[str, Any]:
    """The parameters that are documented for servers of a kind, which say nothing of theirs."""
    return editable(listed_card("any", kind=kind).schemas["messages"])


def _kept_vision(kept: Any) -> Vision:
    try:
        return read_vision(kept)
    except ValueError:
        return None


def _kept_prices(kept: Any) -> Prices:
    """Prices as they were kept; none where they cannot be read any more, so that they can be set anew."""
    try:
        return read_prices(kept or {})
    except PriceError:
        return {}
