import pytest

from playground.store import MissingError, Store
from playground.trace import Trace

TRACE = Trace(
    "POST", "https://h/p", {"a": "b"}, 200, {"c": "d"}, "id", ((0.5, "é\u2028\x00 \ud83d"), (1.0, "[DONE]")), 3, 2
)


def test_a_trace_is_kept_and_replaced(store: Store) -> None:
    reply_id = store.start_reply(model="m")
    assert store.trace(reply_id) is None
    store.keep_trace(reply_id, TRACE)
    assert store.trace(reply_id) == TRACE
    other = Trace("POST", "https://h/q", {}, None, {}, None, ())
    store.keep_trace(reply_id, other)
    assert store.trace(reply_id) == other


def test_a_trace_belongs_to_a_reply(store: Store) -> None:
    with pytest.raises(MissingError):
        store.keep_trace("nobody", TRACE)
