"""Which models there are, which connection runs each, and what is missing where none does."""

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from playground.answers.network import network
from playground.errors import AuthenticationError, NotFoundError, ProviderError
from playground.models.catalog import Catalog, ModelCard, id_at, shipped
from playground.models.catalog.passed_on import passed_on, passed_on_card
from playground.models.catalog.refresh import Refreshed, load, refresh
from playground.models.local import list_local_models
from playground.models.naming import Ambiguous, Found, NameMeaning, Unknown, Waiting
from playground.models.preferences import MemoryPreferences, PreferenceStore
from playground.models.served import Served
from playground.providers import Connection
from playground.providers.http.credentials import CLOUDFLARE_CREDENTIALS
from playground.providers.workers_ai import WorkersAI

_WORKERS_AI_PREFIXES = ("@cf/", "@hf/", "workers-ai/")
"""What only names of Workers AI's models begin with."""
_SUGGESTED = 5

_T = TypeVar("_T")


def today() -> date:
    """The date that lifecycles are judged by."""
    return datetime.now(UTC).date()


class Roster:
    """The models that are known, joined with the connections that run them. Safe to use from any thread."""

    def __init__(
        self,
        connections: Mapping[str, Connection],
        problems: Mapping[str, str] | None = None,
        *,
        preferences: PreferenceStore | None = None,
        refreshed_at: Path | None = None,
    ) -> None:
        """`preferences` are those of the store; `refreshed_at` is the file that keeps Cloudflare's list of models."""
        self.connections: Mapping[str, Connection] = dict(connections)
        """Those that can be used, by name; replaced as a whole when one comes, changes or goes."""
        self.problems: Mapping[str, str] = dict(problems or {})
        """A sentence for each connection that is set up but cannot be used; replaced as a whole."""
        self.renamed: Mapping[str, str] = {}
        """What connections are called now, by names of before; replaced as a whole."""
        self._connecting = threading.Lock()
        self._assembling = threading.Lock()
        self._changes = itertools.count(1)
        self._change = 0
        self._catalog: tuple[int, Catalog] | None = None
        self._refreshed_at = refreshed_at
        self._refreshed = Refreshed(shipped()) if refreshed_at is None else load(refreshed_at)
        servers = [connection for connection in self.connections.values() if connection.traits.listed]
        self.served = Served(servers, preferences or MemoryPreferences(), self.rescan)

    def connect(self, connection: Connection) -> None:
        """Add a connection, or replace the one of its name.

        Pages see it with their next run; an answer on its way keeps the connection that it was asked by.
        """
        with self._connecting:
            self.connections = {**self.connections, connection.name: connection}
            self.problems = _without(self.problems, connection.name)
            self.renamed = _without(self.renamed, connection.name)
            if connection.traits.listed:
                self.served.add(connection)
            else:
                self.served.remove(connection.name)
        self.rescan()

    def disconnect(self, name: str, problem: str = "") -> None:
        """Remove the connection of a name, if there is one. `problem` is kept in `problems`, unless it is empty."""
        with self._connecting:
            self.connections = _without(self.connections, name)
            self.problems = {**_without(self.problems, name), **({name: problem} if problem else {})}
            self.served.remove(name)
        self.rescan()

    def explain(self, name: str, problem: str) -> None:
        """Say of a name why there is no connection of it, where there is none."""
        with self._connecting:
            if name not in self.connections:
                self.problems = {**self.problems, name: problem}

    def rename(self, old: str, new: str) -> None:
        """Take `old/model` for a model of the connection that is called `new`, unless there is one called `old`."""
        with self._connecting:
            self.problems = _without(self.problems, old)
            self.renamed = {**{name: new if now == old else now for name, now in self.renamed.items()}, old: new}

    def _as_now(self, name: str) -> str:
        """A name of a model, by what its connection is called now."""
        for old, new in self.renamed.items():
            if name.startswith(f"{old}/") and old not in self.connections:
                return f"{new}{name[len(old) :]}"
        return name

    @property
    def catalog(self) -> Catalog:
        """Every known model: local ones first, then those that servers listed, then Workers AI's. Asks no server."""
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
        """Workers AI's models as Cloudflare listed them last, or the shipped ones. Asks no server."""
        return self._refreshed

    def workers_ai(self) -> Catalog:
        """Workers AI's models by their own ids, without those of servers. Asks no server."""
        return self.refreshed.catalog

    def refresh(
        self, connection: Connection, on_progress: Callable[[int, int], None] = lambda done, total: None
    ) -> "Future[Refreshed]":
        """Ask Cloudflare for its models, and keep the list. Returns at once; the future can be cancelled.

        `on_progress` is called with the number of models read and of all. The future raises ProviderError, and
        ValueError where the roster has no file to keep the list in.
        """
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
        """Replace what Cloudflare listed by the shipped models. Raises OSError where the file cannot be removed."""
        if self._refreshed_at is not None:
            self._refreshed_at.unlink(missing_ok=True)
        self._refreshed = Refreshed(shipped())
        self.rescan()

    def rescan(self) -> None:
        """Mark the catalogue as out of date, local model files included: the next reader rebuilds it."""
        self._change = next(self._changes)

    def find(self, name: str) -> NameMeaning:
        """Which model a name means; any string may be asked for. Does not wait for a server's list.

        First by exactly that id, listed or not: `connection/model` is that connection's model, whatever it lists. Then
        by the last part or parts of ids, in any case of letters where none is written like it; there a server that has
        not listed its models yet is waited for, for it may have one of that name too.
        """
        # Before the catalogue is read: a list that comes in between is waited for once more, and never missed.
        pending, unlisted = self.served.pending(), self.served.unlisted()
        name = self._as_now(name)
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
        problem = next((said for known, said in self.problems.items() if plain.startswith(f"{known}/")), "")
        return Unknown(plain, catalog.search(plain)[:_SUGGESTED], unlisted, problem)

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
        """Wait at most `seconds` until every server has listed its models or failed to."""
        self.served.wait(seconds)

    def card(self, model: str) -> ModelCard | None:
        """The card of the one model that a name means; None where there is none, or where it is not certain."""
        meaning = self.find(model)
        return meaning.card if isinstance(meaning, Found) else None

    def called(self, card: ModelCard) -> str:
        """A short name that no other model of the catalogue has."""
        return self.catalog.called(card)

    def where(self, card: ModelCard) -> str | None:
        """The name of the connection that runs a model; None where none does."""
        found = self._running(card)
        return None if found is None else found.name

    @property
    def default(self) -> ModelCard:
        """The model where none is chosen: the embedded one, which needs no connection."""
        return next(card for card in self.catalog if card.traits.here)

    def connection(self, card: ModelCard) -> Connection:
        """The connection that runs a model.

        Raises AuthenticationError where a Cloudflare account is missing, NotFoundError where another connection is, or
        where the model was retired.
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
        raise NotFoundError(problem, hint="Set its connection up again under Connections.")

    def _running(self, card: ModelCard) -> Connection | None:
        for connection in self.connections.values():
            if connection.kind == card.provider and card.connection in (None, connection.name):
                return connection
        return None

    def obstacle(self, card: ModelCard) -> ProviderError | None:
        """The error that `connection` raises for a model; None where the model can run."""
        try:
            self.connection(card)
        except ProviderError as error:
            return error
        return None


def _without(named: Mapping[str, _T], name: str) -> dict[str, _T]:
    return {known: value for known, value in named.items() if known != name}


def _at(connection: str, card: ModelCard) -> ModelCard:
    """The same model as that of a connection by name."""
    return card.model_copy(update={"id": id_at(connection, card.id), "connection": connection})
