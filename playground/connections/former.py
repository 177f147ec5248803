"""Names of connections that were removed or renamed, for chats that chose their models: what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from playground.text.labels import visible

FORMER = "former connections"
"""The preference that keeps them."""
MOST_FORMER = 50


@dataclass(frozen=True, slots=True)
class Former:
    """When a connection of a name went, and what it is called now; "" where it was removed."""

    at: datetime
    now: str = ""

    def problem(self, name: str) -> str:
        """Why no model of that name can be asked, and what to do."""
        return (
            f"The connection {visible(name)} was removed on {self.at:%Y-%m-%d}. Add it again under this name, or "
            "choose another model."
        )

    def after(self, name: str, became: Self) -> Self:
        """The same, where the connection that it is called now has gone as well."""
        return self if self.now != name else replace(self, now=became.now) if became.now else became

    def stored(self, name: str) -> dict[str, Any]:
        """The JSON that is stored of it."""
        return {"name": name, "at": self.at.isoformat(), "now": self.now}


def read_former(stored: Any) -> Mapping[str, Former]:
    """What is stored, by name; what cannot be read is left out."""
    found = {}
    for entry in stored if isinstance(stored, list) else []:
        try:
            found[str(entry["name"])] = Former(datetime.fromisoformat(entry["at"]), str(entry["now"]))
        except (KeyError, TypeError, ValueError):
            continue
    return found
