"""The keys of an owner's connections: on disk or in memory, each for the server that it was entered for."""

from dataclasses import replace

from pydantic import SecretStr

from playground.connections.key_file import KeyFile, KeyFileError, KeyMemory
from playground.connections.own_connection import KeyStorage, OwnConnection
from playground.connections.secrets import PLACES, kept_secrets, with_key


class OwnerKeys:
    """One owner's part of the keys of all owners."""

    def __init__(self, keys: KeyFile, memory: KeyMemory, owner: str) -> None:
        self._on_disk, self._memory, self._owner = keys, memory, owner

    def location(self) -> str:
        """Where a key is stored on disk, as the end of a sentence. Raises KeyFileError."""
        return self._on_disk.location()

    def keep(self, own: OwnConnection) -> None:
        """Have the keys of a connection where they are to be kept, and nowhere else. Raises KeyFileError."""
        on_disk, secrets = own.key_storage == "disk", kept_secrets(own.connection)
        keeps, other = (self._on_disk, self._memory) if on_disk else (self._memory, self._on_disk)
        for place in PLACES:
            secret, name = secrets.get(place), f"{own.name}{place}"
            if secret is not None and secret.key is not None:
                keeps.save(self._owner, name, secret.server, secret.key)
            else:
                keeps.delete(self._owner, name)
            other.delete(self._owner, name)

    def forget(self, name: str) -> None:
        """Forget the keys of the connection of that name. Raises KeyFileError."""
        for place in PLACES:
            self._on_disk.delete(self._owner, f"{name}{place}")
            self._memory.delete(self._owner, f"{name}{place}")

    def given_back(self, own: OwnConnection) -> OwnConnection:
        """A connection with the keys that were kept for it; its problem says which is missing."""
        connection, problem = own.connection, own.problem
        for place, has_key in zip(PLACES, (own.keyed, own.gateway_keyed), strict=True):
            if has_key and (secret := kept_secrets(connection).get(place)) is not None:
                key, missing = self._kept(f"{own.name}{place}", secret.server, own.key_storage)
                connection, problem = with_key(connection, place, key), problem or missing
        return replace(own, connection=connection, problem=problem)

    def _kept(self, name: str, server: str, key_storage: KeyStorage) -> tuple[SecretStr | None, str]:
        """A key that was kept, or None and why there is none."""
        try:
            key = (self._memory if key_storage == "memory" else self._on_disk).key(self._owner, name, server)
        except KeyFileError as error:
            return None, error.message
        if key is not None:
            return key, ""
        until = "was kept until the playground stopped" if key_storage == "memory" else "is not there any more"
        return None, f"Its key {until}: enter it again."
