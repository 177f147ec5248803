"""What a person does is done whole, whatever comes next."""

from typing import Any

from streamlit.runtime.state import SafeSessionState

_carry_out = SafeSessionState.on_script_will_rerun


def keep_actions_whole() -> None:
    """Let nothing interrupt a callback; what comes meanwhile is done after it.

    Streamlit 1.67 lets the next event of the browser break off a callback wherever that touches `st.session_state`,
    and even before it has begun, and forgets it: a message sent just after a slider was moved would be lost.
    https://github.com/streamlit/streamlit/issues/10578
    """
    SafeSessionState.on_script_will_rerun = _carry_out_whole  # type: ignore[method-assign, assignment]


def _carry_out_whole(state: SafeSessionState, *args: Any, **kwargs: Any) -> None:
    give_way = state._yield_callback
    object.__setattr__(state, "_yield_callback", lambda: None)  # its own assignment would write into the session
    try:
        _carry_out(state, *args, **kwargs)
    finally:
        object.__setattr__(state, "_yield_callback", give_way)
