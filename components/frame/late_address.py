"""Addresses that the browser still sends after another one was written."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx

_Address = TypeVar("_Address")


@dataclass(slots=True)
class LateAddress(Generic[_Address]):
    """The addresses that a page has overwritten in its URL, until the browser has the new one.

    Each action is sent with the address that the browser has at that moment. If that were followed, a message sent
    right after a slider has begun a conversation would lead away from that conversation.
    """

    _written_over: list[_Address] = field(default_factory=list)

    def is_late(self, requested: _Address) -> bool:
        """Whether an address was overwritten since; Back and Forward lead to one on purpose."""
        context = get_script_run_ctx()
        on_purpose = context is not None and context.is_history_navigation
        return not on_purpose and requested in self._written_over

    def note(self, requested: _Address, written: _Address) -> None:
        """Remember the address that a run was requested with, unless it is the one that was written."""
        if requested == written:
            self._written_over.clear()
        elif requested not in self._written_over:
            self._written_over.append(requested)
