"""Callbacks run to their end, one after another, whatever the browser sends meanwhile."""

import threading
from typing import Any
from weakref import WeakValueDictionary

from streamlit.runtime.state import SafeSessionState

from components.frame.process import visitor
from playground.access.admission import NotAdmittedError
from playground.connections.settings import SettingError
from playground.store import StoreError

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
    if not _still_admitted(state):
        return  # and the run that follows says why
    with _lock:
        turn = _turns.setdefault(id(state._state), threading.RLock())
    with turn:
        _carry_out_unbroken(state, *args, **kwargs)


def _still_admitted(state: SafeSessionState) -> bool:
    """Whether the visitor is still who this session is of, and signed in, before anything is done in their name."""
    here = state._state["session"] if "session" in state._state else None  # noqa: SIM401
    try:
        now = visitor()
    except NotAdmittedError:
        return here is None  # who has no session acts in nobody's name: they sign in
    except (StoreError, SettingError):
        return True  # whatever needs the database says itself that it is away
    return here is None or here.owner == now.owner


def _carry_out_unbroken(state: SafeSessionState, *args: Any, **kwargs: Any) -> None:
    give_way = state._yield_callback
    object.__setattr__(state, "_yield_callback", lambda: None)  # its own assignment would write into the session
    try:
        _carry_out(state, *args, **kwargs)
    finally:
        object.__setattr__(state, "_yield_callback", give_way)
