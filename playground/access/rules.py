"""Who may come in, and as what: the `[access]` table of secrets.toml."""

import logging
import threading
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playground.connections.settings import SettingError
from playground.owner import Owner

AccessRole = Literal["viewer", "user", "admin"]
ACCESS_ROLES: Mapping[AccessRole, str] = {
    "viewer": "reads, and asks, changes and deletes nothing",
    "user": "does everything with what is their own",
    "admin": "also decides for everybody: users, connections, the stop of all requests",
}
"""What each may do, the least first."""

ROLES_DOWN: tuple[AccessRole, ...] = ("admin", "user", "viewer")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AccessRules:
    """Entries by role: an address or a domain as `@example.com` in lower case, or an issuer and a subject as they are:
    two subjects may differ in case alone (https://openid.net/specs/openid-connect-core-1_0.html#IDToken).
    """

    entries: Mapping[AccessRole, frozenset[str]]

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "AccessRules":
        """The rules of a table like `users = ["@example.com"]`. Raises SettingError."""
        unknown = table.keys() - {f"{role}s" for role in ACCESS_ROLES}
        if unknown:
            raise SettingError(f"[access] has no {min(unknown)!r}: it has admins, users and viewers.")
        entries: dict[AccessRole, frozenset[str]] = {}
        for role in ACCESS_ROLES:
            listed = table.get(f"{role}s", [])
            if not isinstance(listed, list) or not all(isinstance(entry, str) for entry in listed):
                raise SettingError(f"[access] {role}s has to be a list of texts.")
            if wrong := [entry for entry in listed if "@" not in entry and " " not in entry.strip()]:
                raise SettingError(
                    f"[access] {role}s: {wrong[0]!r} is neither an address nor a domain such as '@example.com'."
                )
            stripped = [entry.strip() for entry in listed]
            entries[role] = frozenset(entry if " " in entry else entry.lower() for entry in stripped)
        return cls(entries)

    def role_of(self, owner: Owner, email: str, *, verified: bool) -> AccessRole | None:
        """The highest role that somebody has; None for who is not on the list.

        An address counts only where the provider says that it is theirs.
        """
        names = {owner.id}
        before, at, domain = email.strip().lower().rpartition("@")
        if verified and before and at and domain and not any(character.isspace() for character in email.strip()):
            names |= {f"{before}@{domain}", f"@{domain}"}
        return next((role for role in ROLES_DOWN if names & self.entries[role]), None)


NO_RULES = AccessRules(dict.fromkeys(ACCESS_ROLES, frozenset()))


class AccessFile:
    """The rules in files of which a later one wins, read anew when one was changed; from any thread."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._read_at: tuple[tuple[int, int] | None, ...] | None = None
        self._rules = NO_RULES

    def rules(self) -> AccessRules:
        """The rules as they are now; those from before where the files cannot be read, and at first nobody."""
        with self._lock:
            changed = tuple(_changed(file) for file in self._files)
            if changed != self._read_at:
                self._read_at = changed
                try:
                    self._rules = self._read()
                except (SettingError, OSError, ValueError) as error:
                    why = error.message if isinstance(error, SettingError) else f"secrets.toml cannot be read: {error}"
                    log.error("who may come in stays as it was: %s", why)
            return self._rules

    def _read(self) -> AccessRules:
        table: Mapping[str, Any] = {}
        for file in self._files:
            if file.exists():
                found = tomllib.loads(file.read_text(encoding="utf-8")).get("access", table)
                if not isinstance(found, dict):
                    raise SettingError("[access] has to be a table.")
                table = found
        return AccessRules.read(table)


def _changed(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
