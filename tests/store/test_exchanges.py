from playground.answers.trace import Trace
from playground.store import Store

TRACE = Trace(
    "POST", "https://h/p", {"a": "b"}, 200, {"c": "d"}, "id", ((0.5, "é\u2028\x00 \ud83d"), (1.0, "[DONE]")), 3, 2
)


def test_a_trace_is_kept_and_replaced(store: Store) -> None:
    reply_id = store.start_reply(model="m")
    assert store.trace(reply_id) is None
    store.finish_reply(reply_id, state="done", text="", trace=TRACE)
    assert store.trace(reply_id) == TRACE
    other = Trace("POST", "https://h/q", {}, None, {}, None, ())
    store.finish_reply(reply_id, state="done", text="", trace=other)
    assert store.trace(reply_id) == other
