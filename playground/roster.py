"""Which models there are, which connection runs each, and what is missing where none does."""

import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime

from playground.catalog import Catalog, ModelCard, openai_compatible_card, shipped
from playground.errors import AuthenticationError, NotFoundError, ProviderError
from playground.local import list_local_models
from playground.network import network
from playground.providers import Connection

CLOUDFLARE_HINT = (
    "Set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN in the environment or in .streamlit/secrets.toml, then restart."
)


def today() -> date:
    """The date that lifecycles are judged by."""
    return datetime.now(UTC).date()


class Roster:
    """The catalogue joined with the connections that are configured."""

    def __init__(self, connections: Mapping[str, Connection], problems: Mapping[str, str] | None = None) -> None:
        self.connections = dict(connections)
        self.problems = dict(problems or {})
        """A sentence for each connection that is set up but cannot be used."""
        self.failures: dict[str, ProviderError] = {}
        """Connections whose models could not be listed, and why."""
        self._served: dict[str, tuple[ModelCard, ...]] = {}
        self._lock = threading.Lock()
        self._catalog: Catalog | None = None
        for connection in self.connections.values():
            if connection.kind == "openai_compatible":
                network().submit(self._list(connection))

    async def _list(self, connection: Connection) -> None:
        try:
            models = await (await network().provider(connection)).list_models()
        except ProviderError as error:
            self.failures[connection.name] = error
            return
        cards = tuple(openai_compatible_card(model, connection=connection.name) for model in models)
        with self._lock:
            self._served[connection.name] = cards
            self._catalog = None
        self.failures.pop(connection.name, None)

    def relist(self, connection: Connection) -> None:
        """Ask an OpenAI-compatible server again which models it has; returns once it has answered."""
        network().submit(self._list(connection)).result(timeout=30)

    @property
    def catalog(self) -> Catalog:
        """Every model that is known: local ones first, then what the connections serve, then Workers AI's."""
        with self._lock:
            if self._catalog is None:
                served = [card for cards in self._served.values() for card in cards]
                local = [model.card for model in list_local_models()]
                self._catalog = Catalog((*local, *served, *shipped()))
            return self._catalog

    def rescan(self) -> None:
        """Look again for local model files."""
        with self._lock:
            self._catalog = None

    def card(self, model: str) -> ModelCard | None:
        """The card of a model by id or bare name."""
        return self.catalog.get(self.catalog.complete(model))

    @property
    def default(self) -> ModelCard:
        """The model of somebody who has chosen none: the one that always runs."""
        return next(card for card in self.catalog if card.provider == "local")

    def connection(self, card: ModelCard) -> Connection:
        """The connection that runs a model.

        Raises AuthenticationError where none is configured, NotFoundError where the service no longer runs the model.
        """
        if card.retired(today()) and card.retirement is not None:
            successor = card.retirement.successor
            raise NotFoundError(
                f"{card.name} was retired on {card.retirement.on:%Y-%m-%d}.",
                hint=f"Use its successor {successor}." if successor else "Choose another model.",
            )
        for connection in self.connections.values():
            if connection.kind == card.provider and card.connection in (None, connection.name):
                return connection
        problem = self.problems.get("cloudflare") if card.provider == "workers_ai" else None
        raise AuthenticationError(problem or f"No connection runs {card.name}.", hint=CLOUDFLARE_HINT)

    def obstacle(self, card: ModelCard) -> ProviderError | None:
        """Why a model cannot run here, None where it can."""
        try:
            self.connection(card)
        except ProviderError as error:
            return error
        return None
