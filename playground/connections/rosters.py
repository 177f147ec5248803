"""The models of each owner: of connections that are set up, that are there for everybody, and that they added.

Each owner has a roster and connections of their own, so that no key of one is ever used for another. What is there for
everybody are the connections of one more owner, EVERYBODY, whom administrators act for.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from playground.connections.key_file import KeyFile, KeyMemory
from playground.connections.own import OwnConnections
from playground.models.preferences import PreferenceStore
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER, Owner
from playground.providers import Connection
from playground.store import StoreError, Stores

EVERYBODY = Owner("everybody")
"""No issuer and subject have this id. Where nobody signs in, nothing is of this owner."""
LISTED_FILE = "workers_ai_models"
MOST_ROSTERS = 100
"""Owners whose models are at hand; those of others are put together again when they come back."""


@dataclass(frozen=True, slots=True)
class Models:
    """The models of an owner, and the connections that they added in the page."""

    roster: Roster
    own: OwnConnections
    others_decide: bool = False
    """Whether administrators decide over connections that are there for everybody."""

    def decides(self, name: str) -> bool:
        """Whether the owner decides what the models of a connection cost, take and see."""
        return not (self.others_decide and self.own.configured(name))

    def take_up(self) -> None:
        """Use the connections, prices and such that came into the store by an import. Raises StoreError."""
        self.own.take_up()
        self.roster.served.reread()


class _OwnersRoster(Roster):
    """A roster that has its owner's connections with it: as long as somebody holds it, it is the owner's only one."""

    models: Models


class Rosters:
    """The models of all owners, each put together when somebody needs them. May be called on any thread."""

    def __init__(
        self,
        configured: Mapping[str, Connection],
        problems: Mapping[str, str],
        stores: Stores,
        folder: Path,
        *,
        most: int = MOST_ROSTERS,
    ) -> None:
        """`folder` is that of keys, and of the list of models that Cloudflare gave an owner.

        The models of the last `most` owners are kept, and those that a batch or a page run still uses.
        """
        self._configured, self._problems = dict(configured), dict(problems)
        self._stores, self._folder = stores, folder
        self._keys, self._memory = KeyFile(folder), KeyMemory()
        self._lock = threading.RLock()
        self._most = most
        self._always: dict[str, Models] = {}
        self._recent: OrderedDict[str, Models] = OrderedDict()
        """The most recently used are last."""
        self._held: WeakValueDictionary[str, _OwnersRoster] = WeakValueDictionary()
        """Whatever is in use, also where it is not recent: of two rosters of an owner one would miss what changes."""

    def of(self, owner: Owner) -> Models:
        """The models of an owner. Raises StoreError."""
        with self._lock:
            if (known := self._always.get(owner.id)) is not None:
                return known
            roster = self._held.get(owner.id)
            models = self._made(owner) if roster is None else roster.models
            if owner in (DEFAULT_OWNER, EVERYBODY):
                self._always[owner.id] = models
                return models
            self._recent[owner.id] = models
            self._recent.move_to_end(owner.id)
            while len(self._recent) > self._most:
                self._recent.popitem(last=False)
            return models

    def _made(self, owner: Owner) -> Models:
        store = self._stores.of(owner)
        if owner in (DEFAULT_OWNER, EVERYBODY):
            preferences: PreferenceStore = EverybodysPreferences(store, self) if owner == EVERYBODY else store
            roster = self._roster(self._configured, self._problems, preferences, f"{LISTED_FILE}.json")
            return Models(roster, OwnConnections(_Everywhere(self, roster, owner), store, self._keys, owner))
        everybodys = self.of(EVERYBODY)
        name = f"{LISTED_FILE}-{hashlib.sha256(owner.id.encode()).hexdigest()[:16]}.json"
        layered = OwnOrEverybodys(store, self._stores.of(EVERYBODY), self._is_everybodys)
        roster = self._roster(everybodys.roster.connections, everybodys.roster.problems, layered, name)
        roster.renamed = everybodys.roster.renamed
        own = OwnConnections(roster, store, self._keys, owner, elsewhere=self._is_everybodys, memory=self._memory)
        roster.models = Models(roster, own, others_decide=True)
        self._held[owner.id] = roster
        return roster.models

    def _roster(
        self,
        connections: Mapping[str, Connection],
        problems: Mapping[str, str],
        preferences: PreferenceStore,
        listed: str,
    ) -> _OwnersRoster:
        return _OwnersRoster(connections, problems, preferences=preferences, refreshed_at=self._folder / listed)

    def _is_everybodys(self, name: str) -> bool:
        return name in self._configured or name in self._problems or self.of(EVERYBODY).own.get(name) is not None

    def others(self) -> list[Models]:
        """The models of everybody who signs in, as far as they are at hand."""
        with self._lock:
            return [roster.models for roster in self._held.values()]


class EverybodysPreferences:
    """Preferences of everybody: whoever has none of their own has these at once."""

    def __init__(self, everybodys: PreferenceStore, rosters: Rosters) -> None:
        self._everybodys, self._rosters = everybodys, rosters

    def preference(self, name: str) -> Any:
        """The value under a name; None where there is none."""
        return self._everybodys.preference(name)

    def prefer(self, name: str, value: Any) -> None:
        """Store a value, and have it used."""
        self._everybodys.prefer(name, value)
        for models in self._rosters.others():
            models.roster.served.reread()


class OwnOrEverybodys:
    """Preferences of an owner for their own connections, and those of everybody for what is there for everybody.

    Budgets count by prices and by parameters, so those of a connection that others pay are not a user's to change. Ids
    of models are: a user may name more of them.
    """

    def __init__(self, own: PreferenceStore, everybodys: PreferenceStore, is_everybodys: Callable[[str], bool]) -> None:
        """`is_everybodys` tells of a connection's name whether it is there for everybody."""
        self._own, self._everybodys, self._is_everybodys = own, everybodys, is_everybodys

    def preference(self, name: str) -> Any:
        """The value that holds for the owner, whatever an import put beside it."""
        kind, _, connection = name.partition(" ")
        if not self._is_everybodys(connection):
            return self._own.preference(name)
        value = self._own.preference(name) if kind == "models" else None
        return self._everybodys.preference(name) if value is None else value

    def prefer(self, name: str, value: Any) -> None:
        """Store a value of the owner's. Raises OthersDecideError."""
        kind, _, connection = name.partition(" ")
        if kind != "models" and self._is_everybodys(connection):
            raise OthersDecideError
        self._own.prefer(name, value)


class OthersDecideError(StoreError):
    """Somebody wanted to change for themselves what holds for everybody."""

    def __init__(self) -> None:
        super().__init__(
            "This connection is there for everybody: its prices, parameters and pictures are set by administrators.",
            "An administrator changes them on the Connections page, under Connections for everybody.",
        )


class _Everywhere:
    """A roster, and those of all others where its connections are for everybody."""

    def __init__(self, rosters: Rosters, roster: Roster, owner: Owner) -> None:
        self._rosters, self._roster, self._shared = rosters, roster, owner == EVERYBODY

    @property
    def connections(self) -> Mapping[str, Connection]:
        return self._roster.connections

    @property
    def problems(self) -> Mapping[str, str]:
        return self._roster.problems

    def connect(self, connection: Connection) -> None:
        """Have a connection, in place of one of its name that somebody added for themselves."""
        self._roster.connect(connection)
        for models in self._rosters.others() if self._shared else ():
            models.own.give_way(connection.name)
            models.roster.connect(connection)

    def disconnect(self, name: str, problem: str = "") -> None:
        """Have it no more; what somebody added under this name for themselves is used again."""
        self._roster.disconnect(name, problem)
        for models in self._rosters.others() if self._shared else ():
            models.roster.disconnect(name, problem)
            if not problem:
                models.own.come_back(name)

    def explain(self, name: str, problem: str) -> None:
        """Say of a name why there is no connection of it, where there is none."""
        for roster in self._all():
            roster.explain(name, problem)

    def rename(self, old: str, new: str) -> None:
        """Take a name of before for that of now."""
        for roster in self._all():
            roster.rename(old, new)

    def _all(self) -> list[Roster]:
        return [self._roster, *(models.roster for models in (self._rosters.others() if self._shared else ()))]
