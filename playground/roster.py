"""Which models there are, which connection runs each, and what is missing where none does."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import UTC, date, datetime
from pathlib import Path

from playground.catalog import Catalog, ModelCard, shipped
from playground.catalog.refresh import Refreshed, load, refresh
from playground.errors import AuthenticationError, NotFoundError, ProviderError
from playground.local import list_local_models
from playground.network import network
from playground.providers import Connection
from playground.providers.credentials import CLOUDFLARE_CREDENTIALS
from playground.providers.workers_ai import WorkersAI
from playground.served import Forgetful, Preferences, Served


def today() -> date:
    """The date that lifecycles are judged by."""
    return datetime.now(UTC).date()


class Roster:
    """The catalogue joined with the connections that are configured."""

    def __init__(
        self,
        connections: Mapping[str, Connection],
        problems: Mapping[str, str] | None = None,
        *,
        preferences: Preferences | None = None,
        refreshed_at: Path | None = None,
    ) -> None:
        """`preferences` are those of the store; `refreshed_at` is the file that keeps Cloudflare's list of models."""
        self.connections = dict(connections)
        self.problems = dict(problems or {})
        """A sentence for each connection that is set up but cannot be used."""
        self._lock = threading.RLock()
        self._catalog: Catalog | None = None
        self._refreshed_at = refreshed_at
        self._refreshed: Refreshed | None = None
        servers = [connection for connection in self.connections.values() if connection.kind == "openai_compatible"]
        self.served = Served(servers, preferences or Forgetful(), self.rescan)

    @property
    def catalog(self) -> Catalog:
        """Every model that is known: local ones first, then what the connections serve, then Workers AI's."""
        with self._lock:
            if self._catalog is None:
                local = [model.card for model in list_local_models()]
                self._catalog = Catalog((*local, *self.served.cards(), *self.refreshed.catalog))
            return self._catalog

    @property
    def refreshed(self) -> Refreshed:
        """Workers AI's models as Cloudflare listed them last, or the shipped ones; nothing is asked."""
        with self._lock:
            if self._refreshed is None:
                self._refreshed = Refreshed(shipped()) if self._refreshed_at is None else load(self._refreshed_at)
            return self._refreshed

    def workers_ai(self) -> Catalog:
        """Workers AI's models as they are known at the moment, for a provider to ask."""
        return self.refreshed.catalog

    def refresh(
        self, connection: Connection, on_progress: Callable[[int, int], None] = lambda done, total: None
    ) -> "Future[Refreshed]":
        """Ask Cloudflare for its models; `on_progress` hears how many are read, of how many. Can be cancelled."""
        return network().submit(self._refresh(connection, on_progress))

    async def _refresh(self, connection: Connection, on_progress: Callable[[int, int], None]) -> Refreshed:
        if self._refreshed_at is None:
            raise ValueError("a roster without a place to keep the list")
        async with WorkersAI(connection) as source:
            found = await refresh(source, self._refreshed_at, on_progress=on_progress)
        with self._lock:
            self._refreshed = found
        self.rescan()
        return found

    def use_shipped(self) -> None:
        """Forget what Cloudflare listed. Raises OSError where its file cannot be removed."""
        if self._refreshed_at is not None:
            self._refreshed_at.unlink(missing_ok=True)
        with self._lock:
            self._refreshed = None
        self.rescan()

    def rescan(self) -> None:
        """Put the catalogue together anew, local model files included."""
        with self._lock:
            self._catalog = None

    def card(self, model: str) -> ModelCard | None:
        """The card of a model by id or bare name.

        A connection's name before it means that server's model, also one that it does not list, or has not yet.
        """
        found = self.catalog.get(self.catalog.complete(model))
        named = self.served.named(model)
        if named is None or (found is not None and model == found.id):
            return found
        return found if found is not None and found.connection == named.connection else named

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
        if card.provider == "workers_ai":
            problem = self.problems.get("cloudflare") or f"No connection runs {card.name}."
            raise AuthenticationError(problem, hint=CLOUDFLARE_CREDENTIALS)
        problem = self.problems.get(card.connection or "") or f"No connection runs {card.name}."
        raise NotFoundError(problem, hint="Set its connection up again in .streamlit/secrets.toml, then restart.")

    def obstacle(self, card: ModelCard) -> ProviderError | None:
        """Why a model cannot run here, None where it can."""
        try:
            self.connection(card)
        except ProviderError as error:
            return error
        return None
