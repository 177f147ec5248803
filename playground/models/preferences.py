"""Preferences of a person, in the store or in memory."""

from collections.abc import Callable
from typing import Any, Protocol


class PreferenceStore(Protocol):
    """Stores preferences."""

    def preference(self, name: str) -> Any:
        """The JSON value of a preference; None where there is none."""
        ...

    def prefer(self, name: str, value: Any) -> None:
        """Store a JSON value; None removes it."""
        ...


class RevisablePreferences(PreferenceStore, Protocol):
    """Stores preferences that several processes may change at once."""

    def revise(self, name: str, change: Callable[[Any], Any]) -> None:
        """Store what `change` makes of a value, None where there is none; others wait meanwhile."""
        ...


class MemoryPreferences:
    """Preferences for as long as the process lives."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def preference(self, name: str) -> Any:
        return self._values.get(name)

    def prefer(self, name: str, value: Any) -> None:
        self._values[name] = value

    def revise(self, name: str, change: Callable[[Any], Any]) -> None:
        self.prefer(name, change(self.preference(name)))
