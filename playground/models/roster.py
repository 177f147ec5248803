"""Which models there are, which connection runs each, and what is missing where none does."""

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from datetime import UTC, date, datetime
from pathlib import Path

from playground.answers.network import network
from playground.errors import AuthenticationError, NotFoundError, ProviderError
from playground.models.catalog import Catalog, ModelCard, id_at, shipped
from playground.models.catalog.passed_on import passed_on, passed_on_card
from playground.models.catalog.refresh import Refreshed, load, refresh
from playground.models.local import list_local_models
from playground.models.naming import Ambiguous, Found, NameMeaning, Unknown, Waiting
from playground.models.served import MemoryPreferences, PreferenceStore, Served
from playground.providers import Connection
from playground.providers.http.credentials import CLOUDFLARE_CREDENTIALS
from playground.providers.workers_ai import WorkersAI

_WORKERS_AI_PREFIXES = ("@cf/", "@hf/", "workers-ai/")
"""What only names of Workers AI's models begin with."""
_SUGGESTED = 5


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
        preferences: PreferenceStore | None = None,
        refreshed_at: Path | None = None,
    ) -> None:
        """`preferences` are those of the store; `refreshed_at` is the file that keeps Cloudflare's list of models."""
        self.connections = dict(connections)
        self.problems = dict(problems or {})
        """A sentence for each connection that is set up but cannot be used."""
        self._assembling = threading.Lock()
        self._changes = itertools.count(1)
        self._change = 0
        self._catalog: tuple[int, Catalog] | None = None
        self._refreshed_at = refreshed_at
        self._refreshed = Refreshed(shipped()) if refreshed_at is None else load(refreshed_at)
        servers = [connection for connection in self.connections.values() if connection.traits.listed]
        self.served = Served(servers, preferences or MemoryPreferences(), self.rescan)

    @property
    def catalog(self) -> Catalog:
        """Every model that is known: local ones first, then what the connections serve, then Workers AI's."""
        with self._assembling:
            change = self._change
            if self._catalog is None or self._catalog[0] != change:
                local = [model.card for model in list_local_models()]
                self._catalog = change, Catalog((*local, *self.served.cards(), *self._workers_ai_cards()))
            return self._catalog[1]

    def _workers_ai_cards(self) -> Iterator[ModelCard]:
        """Workers AI's models: those of the first connection by their own ids, those of others by their connection's.

        `@cf/…` is nobody else's id. One without the @, as of models that Cloudflare passes on (`openai/…`), could be a
        server's too, so the connection stands before it.
        """
        first, *others = self._accounts or ["cloudflare"]
        listed = self.refreshed.catalog
        further = [card for card in passed_on() if self._accounts and listed.get(card.id) is None]
        for card in (*listed, *further):
            yield card if card.id.startswith("@") else _at(first, card)
        for name in others:
            for card in (*listed, *further):
                yield _at(name, card)

    @property
    def _accounts(self) -> list[str]:
        return [name for name, connection in self.connections.items() if connection.traits.cloudflare]

    @property
    def refreshed(self) -> Refreshed:
        """Workers AI's models as Cloudflare listed them last, or the shipped ones; nothing is asked."""
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
        self._refreshed = found
        self.rescan()
        return found

    def use_shipped(self) -> None:
        """Forget what Cloudflare listed. Raises OSError where its file cannot be removed."""
        if self._refreshed_at is not None:
            self._refreshed_at.unlink(missing_ok=True)
        self._refreshed = Refreshed(shipped())
        self.rescan()

    def rescan(self) -> None:
        """Have the catalogue put together anew by who asks next, local model files included; waits for nobody."""
        self._change = next(self._changes)

    def find(self, name: str) -> NameMeaning:
        """Which model a name means.

        First by exactly that id, listed or not: `connection/model` is that connection's model, whatever it lists. Then
        by the last part or parts of ids, in any case of letters where none is written like it; there a server that has
        not listed its models yet is waited for, for it may have one of that name too.
        """
        # Before the catalogue is read: a list that comes in between is waited for once more, and never missed.
        pending, unlisted = self.served.pending(), self.served.unlisted()
        catalog, plain = self.catalog, name.strip()
        if (exact := catalog.get(name)) is not None:
            return Found(exact)
        addressed = self._addressed(name)
        same = catalog.on_the_wire(plain)
        cards = tuple({card.id: card for card in (*addressed, *same)}.values()) if addressed else ()
        if len(cards) == 1:
            return Found(cards[0])
        own = [known for known in self.connections if plain.startswith(f"{known}/")]
        if own and not cards:
            within = (catalog.named(plain.removeprefix(f"{known}/")) for known in own)
            cards = tuple(card for found in within for card in found if self.where(card) in own)
        elif not cards:
            cards = same if any(card.traits.cloudflare for card in same) else catalog.named(plain)
        if plain.casefold().startswith(_WORKERS_AI_PREFIXES) or (own and not addressed):
            pending = unlisted = ()
        if pending and (addressed or len(cards) < 2):
            return Waiting(plain, pending, cards)
        if len(cards) == 1 and not unlisted:
            return Found(cards[0])
        if cards:
            return Ambiguous(plain, cards, unlisted)
        return Unknown(plain, catalog.search(plain)[:_SUGGESTED], unlisted)

    def _addressed(self, name: str) -> list[ModelCard]:
        """The models that `connection/model` may be: of a server any, for any name may be asked there; else known ones.

        More than one only where names of connections have slashes.
        """
        found = list(self.served.named(name))
        for account in self._accounts:
            model = name.removeprefix(f"{account}/")
            if model != name:
                ids = (id_at(account, model), *([model] if account == self._accounts[0] else ()))
                known = [card for id_ in ids if (card := self.catalog.get(id_)) is not None]
                named = None if known else passed_on_card(model)
                found += known if named is None else [_at(account, named)]
        return found

    def await_lists(self, seconds: float) -> None:
        """Wait until every server has listed its models or failed to, but not longer than that."""
        self.served.wait(seconds)

    def card(self, model: str) -> ModelCard | None:
        """The card of the one model that a name means; None where there is none, or where it is not certain."""
        meaning = self.find(model)
        return meaning.card if isinstance(meaning, Found) else None

    def called(self, card: ModelCard) -> str:
        """A short name that no other model here has."""
        return self.catalog.called(card)

    def where(self, card: ModelCard) -> str | None:
        """The name of the connection that runs a model; None where none does."""
        found = self._running(card)
        return None if found is None else found.name

    @property
    def default(self) -> ModelCard:
        """The model of somebody who has chosen none: the one that always runs."""
        return next(card for card in self.catalog if card.traits.here)

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
        if (connection := self._running(card)) is not None:
            return connection
        if card.traits.cloudflare:
            problem = self.problems.get("cloudflare") or f"{card.name} needs a connection."
            raise AuthenticationError(problem, hint=CLOUDFLARE_CREDENTIALS)
        problem = self.problems.get(card.connection or "") or f"{card.name} needs a connection."
        raise NotFoundError(problem, hint="Set its connection up again in .streamlit/secrets.toml, then restart.")

    def _running(self, card: ModelCard) -> Connection | None:
        for connection in self.connections.values():
            if connection.kind == card.provider and card.connection in (None, connection.name):
                return connection
        return None

    def obstacle(self, card: ModelCard) -> ProviderError | None:
        """Why a model cannot run here, None where it can."""
        try:
            self.connection(card)
        except ProviderError as error:
            return error
        return None


def _at(connection: str, card: ModelCard) -> ModelCard:
    """The same model as that of a connection by name."""
    return card.model_copy(update={"id": id_at(connection, card.id), "connection": connection})
