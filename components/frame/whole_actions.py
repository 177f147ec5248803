"""What a person does is done whole, whatever comes next, and one after another."""

import threading
from typing import Any
from weakref import WeakValueDictionary

from streamlit.runtime.state import SafeSessionState

_carry_out = SafeSessionState.on_script_will_rerun
_turns: WeakValueDictionary[int, "threading.RLock"] = WeakValueDictionary()
"""By session, for as long as something of it is carried out."""
_lock = threading.Lock()


def keep_actions_whole() -> None:
    """Let nothing interrupt a callback; what comes meanwhile is done after it.

    Streamlit 1.67 lets the next event of the browser break off a callback wherever that touches `st.session_state`,
    and even before it has begun, and forgets it: a message sent just after a slider was moved would be lost.
    https://github.com/streamlit/streamlit/issues/10578

    It also lets callbacks of a later event run beside one that takes its time. Here they wait for it, so that what a
    run says of the controls is true for all that were used before.
    """
    SafeSessionState.on_script_will_rerun = _carry_out_whole  # type: ignore[method-assign, assignment]


def _carry_out_whole(state: SafeSessionState, *args: Any, **kwargs: Any) -> None:
    with _lock:
        turn = _turns.setdefault(id(state._state), threading.RLock())
    with turn:
        _carry_out_unbroken(state, *args, **kwargs)


def _carry_out_unbroken(state: SafeSessionState, *args: Any, **kwargs: Any) -> None:
    give_way = state._yield_callback
    object.__setattr__(state, "_yield_callback", lambda: None)  # its own assignment would write into the session
    try:
        _carry_out(state, *args, **kwargs)
    finally:
        object.__setattr__(state, "_yield_callback", give_way)
