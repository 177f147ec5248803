"""The address that the browser still names after another one was written."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx

_Address = TypeVar("_Address")


@dataclass(slots=True)
class LateAddress(Generic[_Address]):
    """What a page wrote over in its URL, until the browser has what was written.

    What a person does is sent with the address that the browser has at that moment. Were it followed, a message that
    was sent right after a slider began a conversation would lead away from that conversation.
    """

    _written_over: list[_Address] = field(default_factory=list)

    def is_late(self, asked: _Address) -> bool:
        """Whether this is an address from before; Back and Forward lead to one on purpose."""
        context = get_script_run_ctx()
        on_purpose = context is not None and context.is_history_navigation
        return not on_purpose and asked in self._written_over

    def note(self, asked: _Address, written: _Address) -> None:
        """Keep in mind what a run was asked with, and what now stands in the URL."""
        if asked == written:
            self._written_over.clear()
        elif asked not in self._written_over:
            self._written_over.append(asked)
