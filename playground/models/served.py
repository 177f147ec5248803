"""The models of servers that list them, with models added by hand, parameters, prices and vision."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from typing import Any

from playground.answers.network import network
from playground.connections.settings import most_listed
from playground.connections.vision import Vision
from playground.errors import ProviderError
from playground.models.catalog import ModelCard, id_at
from playground.models.catalog.card import PriceQuote
from playground.models.listed_ids import offerable
from playground.models.listing_server import ListingServer
from playground.models.preferences import PreferenceStore
from playground.money.own_prices import Prices, prices_as_json, read_prices
from playground.providers import Connection


class Served:
    """The models of all listing servers. Thread-safe; `on_change` is called after each change.

    For other connections the methods that read return empty values.
    """

    def __init__(
        self, connections: Sequence[Connection], preferences: PreferenceStore, on_change: Callable[[], None]
    ) -> None:
        self._preferences = preferences
        self._on_change = on_change
        self._servers: Mapping[str, ListingServer] = {}
        """Replaced as a whole, never changed."""
        for connection in connections:
            self.add(connection)

    def add(self, connection: Connection) -> None:
        """Add a connection, in place of one with the same name, and ask its server for its models."""
        server = ListingServer.restored(connection, self._preferences)
        self._servers = {**self._servers, connection.name: server}
        self.list(connection)

    def remove(self, name: str) -> None:
        """Remove a connection; its preferences stay in the store."""
        self._servers = {known: server for known, server in self._servers.items() if known != name}

    def list(self, connection: Connection) -> "Future[None]":
        """Ask a server for its models, unless a request is running.

        An error becomes its `failure`, and the list before it stays.
        """
        server = self._servers[connection.name]
        with server.lock:
            if server.listing is None or server.listing.done():
                server.listing = network().submit(self._list(server))
            return server.listing

    async def _list(self, server: ListingServer) -> None:
        try:
            listed = await (await network().provider(server.connection)).list_models()
        except ProviderError as error:
            server.failure = error
        else:
            server.listed, server.note = offerable(listed, most_listed())
            server.failure = None
            self._on_change()
        finally:
            server.answered = True  # at last: who finds it so finds the list too

    def listed(self, name: str) -> tuple[str, ...] | None:
        """The ids that the connection's server listed; None where it has not answered yet."""
        server = self._servers.get(name)
        return None if server is None else server.listed

    def failure(self, name: str) -> ProviderError | None:
        """The error of the connection's last request for models, None where it succeeded."""
        server = self._servers.get(name)
        return None if server is None else server.failure

    def note(self, name: str) -> str:
        """A note about models of the connection that were left out, "" where none were."""
        server = self._servers.get(name)
        return "" if server is None else server.note

    def by_hand(self, name: str) -> tuple[str, ...]:
        """The ids that a person added to the connection."""
        server = self._servers.get(name)
        return () if server is None else server.by_hand

    def name_by_hand(self, name: str, ids: Sequence[str]) -> None:
        """Add ids to the connection, in place of those added before. Raises StoreError."""
        ids, _ = offerable([stripped for id_ in ids if (stripped := id_.strip())])
        server = self._servers[name]
        self._preferences.prefer(f"models {name}", [*ids] or None)
        server.by_hand = ids
        self._on_change()

    def parameters(self, name: str) -> Mapping[str, Any]:
        """The schema of the parameters of the connection's models."""
        return self._servers[name].parameters

    def own_parameters(self, name: str) -> bool:
        """Whether the schema of the parameters was set by a person."""
        server = self._servers.get(name)
        return server is not None and server.schema is not None

    def set_parameters(self, name: str, schema: Mapping[str, Any] | None) -> None:
        """Set the schema of the parameters; None goes back to that of the connection's kind. Raises StoreError."""
        server = self._servers[name]
        self._preferences.prefer(f"parameters {name}", None if schema is None else dict(schema))
        server.schema = schema
        self._on_change()

    def prices(self, name: str) -> Prices:
        """The prices of the connection's models; those set on the page win over those in the file."""
        server = self._servers.get(name)
        return {} if server is None else server.prices

    def own_prices(self, name: str) -> Prices:
        """The prices that were set on the page."""
        server = self._servers.get(name)
        return {} if server is None else server.own_prices

    def set_price(self, name: str, model: str, quote: PriceQuote | None) -> None:
        """Set the price of a model of the connection, or of a pattern of models; None removes it.

        Earlier answers keep their price. Raises PriceError, StoreError.
        """
        server = self._servers[name]
        prices = {known: price for known, price in server.own_prices.items() if known != model}
        if quote is not None:
            prices[model] = quote
        prices = read_prices(prices_as_json(prices))
        self._preferences.prefer(f"prices {name}", prices_as_json(prices) or None)
        server.own_prices = prices
        self._on_change()

    def vision(self, name: str) -> Vision:
        """Which models of the connection take images; what was set on the page wins over the file."""
        server = self._servers.get(name)
        return None if server is None else server.vision

    def set_vision(self, name: str, vision: Vision) -> None:
        """Set which models of the connection take images; None goes back to the file. Raises StoreError."""
        server = self._servers[name]
        self._preferences.prefer(f"vision {name}", list(vision) if isinstance(vision, tuple) else vision)
        server.own_vision = vision
        self._on_change()

    def reread(self) -> None:
        """Take all preferences as they are stored now, because somebody else changed them. Raises StoreError."""
        for server in self._servers.values():
            server.reread(self._preferences)
        self._on_change()

    def cards(self) -> tuple[ModelCard, ...]:
        """A card for each model, connection by connection."""
        return tuple(
            server.card(model)
            for server in self._servers.values()
            for model in dict.fromkeys((*(server.listed or ()), *server.by_hand))
        )

    def named(self, id_: str) -> tuple[ModelCard, ...]:
        """The cards that the id `connection/model` may mean, also of models that the server does not list.

        Empty where it begins with no connection's name; several only where names of connections contain slashes.
        """
        found = {}
        for name, server in self._servers.items():
            for before in (id_at(name, ""), f"{name}/"):
                if model := id_[len(before) :] if id_.startswith(before) else "":
                    found[id_at(name, model)] = server.card(model)
        exact = found.get(id_)
        return tuple(found.values()) if exact is None else (exact,)

    def pending(self) -> tuple[str, ...]:
        """The connections whose first request for models has not ended yet."""
        return tuple(name for name, server in self._servers.items() if not server.answered)

    def unlisted(self) -> tuple[str, ...]:
        """The connections whose models are not known, because the request for them failed."""
        return tuple(
            name
            for name, server in self._servers.items()
            if server.listed is None and (failure := server.failure) is not None and failure.kind != "not_found"
        )

    def wait(self, seconds: float) -> None:
        """Wait until the first request of every server has ended, at most so many seconds."""
        servers = self._servers.values()
        wait([server.listing for server in servers if server.listing is not None and not server.answered], seconds)

    def card(self, model: str, name: str) -> ModelCard:
        """The card of a model of the connection."""
        return self._servers[name].card(model)
