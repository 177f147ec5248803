"""The connections that a person added in the page: preferences of their owner, and keys in a file of their own."""

import asyncio
import itertools
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from playground.connections.configured import LONGEST_NAME, read_connection
from playground.connections.former import FORMER, MOST_FORMER, Former, read_former
from playground.connections.key_file import KeyFile, KeyMemory
from playground.connections.own_connection import (
    MOST_CONNECTIONS,
    PREFERENCE,
    KeyStorage,
    OwnConnection,
    plain_connection,
    readable_entries,
    rename_entry,
    stored_connection,
)
from playground.connections.owner_keys import OwnerKeys
from playground.connections.secrets import kept_secrets, with_secret
from playground.connections.settings import SettingError
from playground.models.listing_server import PREFERENCES
from playground.models.preferences import RevisablePreferences
from playground.owner import DEFAULT_OWNER, Owner
from playground.providers import Connection
from playground.providers.check import CheckStep, check_connection
from playground.text.cleaning import line
from playground.text.labels import visible

NOT_USED = "There is a connection of this name for everybody: that one is used."

MOST_REMOVED = 10


@dataclass(frozen=True, slots=True)
class _Removed:
    own: OwnConnection
    preferences: Mapping[str, Any]


class ConnectionRoster(Protocol):
    """Where connections come, change and go."""

    @property
    def connections(self) -> Mapping[str, Connection]: ...
    @property
    def problems(self) -> Mapping[str, str]: ...
    def connect(self, connection: Connection) -> None: ...
    def disconnect(self, name: str, problem: str = "") -> None: ...
    def explain(self, name: str, problem: str) -> None: ...
    def rename(self, old: str, new: str) -> None: ...


class OwnConnections:
    """One owner's connections, put into a roster as they come, change and go; from any thread.

    `preferences` are those of the owner, `keys` those of all owners.
    """

    def __init__(
        self,
        roster: ConnectionRoster,
        preferences: RevisablePreferences,
        keys: KeyFile,
        owner: Owner = DEFAULT_OWNER,
        *,
        elsewhere: Callable[[str], bool] | None = None,
        memory: KeyMemory | None = None,
    ) -> None:
        """`memory` has the keys that are kept until the process ends; by default, for these connections alone.

        `elsewhere` tells whether a connection is set up for everybody; by default, what the roster has already.

        Where it is given the owner is one of several, who pays for what they add.
        """
        self._one_of_several = elsewhere is not None
        self._roster = roster
        self._preferences = preferences
        self._keys = OwnerKeys(keys, KeyMemory() if memory is None else memory, owner.id)
        self._lock = threading.Lock()
        self._configured = elsewhere or frozenset((*roster.connections, *roster.problems)).__contains__
        self._own: Mapping[str, OwnConnection] = {}
        self._removed: dict[str, _Removed] = {}
        self.take_up()

    def take_up(self) -> None:
        """Use what is stored and not used yet: at the start, and when an import or another process has added some.

        Raises StoreError.
        """
        with self._lock:
            for entry in self._entries():
                if entry["name"] in self._own or len(self._own) >= MOST_CONNECTIONS:
                    continue
                if (own := self._restored(entry)) is not None:
                    self._apply(own)
            for name, former in read_former(self._preferences.preference(FORMER)).items():
                self._tell_former(name, former)

    def all(self) -> tuple[OwnConnection, ...]:
        """Those there are, in the order they were added."""
        return tuple(self._own.values())

    def get(self, name: str) -> OwnConnection | None:
        """The one of that name."""
        return self._own.get(name)

    def configured(self, name: str) -> bool:
        """Whether the environment or secrets.toml, or an administrator, sets up a connection of that name."""
        return self._configured(name)

    def give_way(self, name: str) -> None:
        """Have everybody's connection of that name used in place of an own one."""
        self._change(name, lambda own: replace(own, problem=NOT_USED))

    def come_back(self, name: str) -> None:
        """Use an own connection again, now that there is none of its name for everybody."""
        entry = next((entry for entry in self._entries() if entry["name"] == name), None)
        restored = None if entry is None else self._restored(entry)
        if restored is not None and name in self._own:
            self._apply(restored)

    def _change(self, name: str, change: Callable[[OwnConnection], OwnConnection]) -> None:
        with self._lock:
            if (own := self._own.get(name)) is not None:
                self._own = {**self._own, name: change(own)}

    def key_location(self) -> str:
        """Where a key is stored on disk, as the end of a sentence. Raises KeyFileError."""
        return self._keys.location()

    def free_name(self, name: str) -> str:
        """The name, with a number behind it where it is taken."""
        numbered = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
        return next(free for free in numbered if not self._taken(free))

    def described(self, name: str, settings: Mapping[str, Any], key_storage: KeyStorage) -> OwnConnection:
        """A connection to add, or to replace the own one of that name, with `put`.

        `settings` are fields of Connection; where `api_token` is not among them, the stored key stays, if the
        server is the same. Raises SettingError, whose sentence holds no secret.
        """
        name = self._free(name, unless=self._own)
        before = self._own.get(name)
        if before is not None:
            known = kept_secrets(before.connection)
            for place, secret in kept_secrets(_entered(name, settings)).items():
                if secret.key is not None or place not in known or (key := known[place].key) is None:
                    continue
                if secret.server != known[place].server:
                    raise SettingError("The key was entered for another server: enter the one for this address.")
                settings = with_secret(settings, place, key.get_secret_value())
        return OwnConnection(read_connection(name, settings), key_storage)

    async def check_and_put(self, own: OwnConnection) -> tuple[CheckStep, ...]:
        """Check a connection, each part once, and save it where nothing is wrong. Raises what `put` raises."""
        steps = await check_connection(own.connection.model_copy(update={"max_retries": 0}))
        if all(step.ok is not False for step in steps):
            await asyncio.to_thread(self.put, own)
        return steps

    def put(self, own: OwnConnection) -> None:
        """Save a connection and use it from now on, in place of the one of its name.

        Raises SettingError where there are too many, KeyFileError, StoreError.
        """
        with self._lock:
            if own.name not in self._own and len(self._own) >= MOST_CONNECTIONS:
                raise SettingError(f"There are {MOST_CONNECTIONS} connections already: remove one first.")
            self._keys.keep(own)
            if own.name not in self._own:
                self._note_former(own.name, None)
            self._store(own)
            self._apply(own)

    def rename(self, old: str, new: str) -> str:
        """Give a connection another name, which is the answer; chats and presets that choose its models follow it.

        Answers stay named as they were asked. Raises SettingError, KeyFileError, StoreError.
        """
        with self._lock:
            before = self._own.get(old)
            if before is None:
                raise SettingError(f"There is no connection named {visible(old)} any more.")
            if (new := new.strip()) == old:
                return new
            new = self._free(new)
            own = replace(before, connection=before.connection.model_copy(update={"name": new}))
            self._keys.keep(own)
            self._revise(lambda entries: rename_entry(entries, old, own.stored()))
            kinds = () if self._configured(old) else PREFERENCES
            for kind in kinds:
                self._preferences.prefer(f"{kind} {new}", self._preferences.preference(f"{kind} {old}"))
                self._preferences.prefer(f"{kind} {old}", None)
            self._note_former(old, Former(datetime.now(UTC), new))
            self._keys.forget(old)
            self._own = {new if name == old else name: one for name, one in self._own.items()} | {new: own}
            if not self._configured(old):
                self._roster.disconnect(old)
            self._apply(own)
            self._roster.rename(old, new)
            return new

    def _free(self, name: str, unless: Collection[str] = ()) -> str:
        """A name that may be given to a connection, without blanks around it. Raises SettingError."""
        name = name.strip()
        if not name or "/" in name or line(name, LONGEST_NAME) != name:
            raise SettingError("Give the connection a name of letters, digits and such, without a slash.")
        if name not in unless and self._taken(name):
            raise SettingError(f"There is a connection named {visible(name)} already: choose another name.")
        return name

    def _note_former(self, name: str, former: Former | None) -> None:
        """Keep what became of a name; None where it is in use again."""

        def noted(stored: Any) -> list[dict[str, Any]] | None:
            known = {other: one for other, one in read_former(stored).items() if other != name}
            if former is not None:
                known = {other: one.after(name, former) for other, one in known.items()} | {name: former}
            return [one.stored(other) for other, one in [*known.items()][-MOST_FORMER:]] or None

        self._preferences.revise(FORMER, noted)

    def _tell_former(self, name: str, former: Former) -> None:
        if name in self._own or self._configured(name):
            return
        if former.now:
            self._roster.rename(name, former.now)
        else:
            self._roster.explain(name, former.problem(name))

    def switch(self, name: str, on: bool) -> None:
        """Switch a connection on or off. Raises StoreError."""
        with self._lock:
            if (own := self._own.get(name)) is not None:
                self._store(replace(own, on=on))
                self._apply(replace(own, on=on))

    def remove(self, name: str) -> None:
        """Remove a connection, its key, and the preferences of its models. Raises KeyFileError, StoreError.

        As long as the process lives, `restore` brings the last ones back.
        """
        with self._lock:
            own = self._own.get(name)
            if own is None:
                return
            # Where a connection of this name is configured, the preferences are those of its models.
            kinds = () if self._configured(name) else PREFERENCES
            removed = {kind: self._preferences.preference(f"{kind} {name}") for kind in kinds}
            self._keys.forget(name)
            self._revise(lambda entries: entries.pop(name, None))
            for kind in kinds:
                self._preferences.prefer(f"{kind} {name}", None)
            self._own = {known: other for known, other in self._own.items() if known != name}
            former = Former(datetime.now(UTC))
            self._note_former(name, former)
            if not self._configured(name):
                self._roster.disconnect(name)
            self._tell_former(name, former)
            self._removed = dict([*self._removed.items(), (name, _Removed(own, removed))][-MOST_REMOVED:])

    def restore(self, name: str) -> bool:
        """Bring back a connection that was removed; whether it is there again. Raises KeyFileError, StoreError."""
        removed = self._removed.get(name)
        if removed is None or name in self._own:
            return False
        for kind, value in removed.preferences.items():
            self._preferences.prefer(f"{kind} {name}", value)
        self.put(removed.own)
        self._removed.pop(name, None)
        return True

    def _taken(self, name: str) -> bool:
        return name == "local" or name in self._own or self._configured(name)

    def _entries(self) -> list[dict[str, Any]]:
        """What is stored, read anew: another process may have added to it."""
        return readable_entries(self._preferences.preference(PREFERENCE))

    def _store(self, own: OwnConnection) -> None:
        self._revise(lambda entries: entries.update({own.name: own.stored()}))

    def _revise(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change what is stored, by name, while no other process does."""

        def changed(stored: Any) -> list[dict[str, Any]] | None:
            entries = {entry["name"]: entry for entry in readable_entries(stored)}
            change(entries)
            return list(entries.values()) or None

        self._preferences.revise(PREFERENCE, changed)

    def _restored(self, entry: Mapping[str, Any]) -> OwnConnection | None:
        """A stored connection with its keys; None for an entry that cannot be read."""
        if (own := stored_connection(entry)) is None:
            return None
        return replace(own, problem=NOT_USED) if self._configured(own.name) else self._keys.given_back(own)

    def _apply(self, own: OwnConnection) -> None:
        self._own = {**self._own, own.name: own}
        if self._configured(own.name):
            return
        if own.usable:
            self._roster.connect(own.connection.for_owner_alone() if self._one_of_several else own.connection)
        else:
            problem = f"{visible(own.name)} is switched off." if not own.on else f"{visible(own.name)}: {own.problem}"
            self._roster.disconnect(own.name, problem)


def _entered(name: str, settings: Mapping[str, Any]) -> Connection:
    """A connection as it was entered, perhaps without its keys. Raises SettingError, which says what is wrong."""
    try:
        return plain_connection(name, settings)
    except SettingError:
        read_connection(name, settings)
        raise
