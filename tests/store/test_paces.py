from sqlalchemy import delete

from playground.answers.pace import Pace, Step
from playground.answers.trace import Trace
from playground.store import Store, Stores
from playground.store.database.schema import exchanges

PACE = Pace((Step(400, 5, 0), Step(433, 0, 12), Step(2_000, 0, 0)))


def test_a_pace_is_kept_and_replaced(store: Store) -> None:
    reply_id = store.start_reply(model="m")
    assert store.pace(reply_id) is None
    store.finish_reply(reply_id, state="done", text="Salty", pace=PACE)
    assert store.pace(reply_id) == PACE
    store.finish_reply(reply_id, state="done", text="Salty", pace=Pace((Step(1, 5, 0),)))
    assert store.pace(reply_id) == Pace((Step(1, 5, 0),))


def test_a_pace_is_read_from_memory_until_it_is_written(store: Store) -> None:
    reply_id = store.start_reply(model="m")
    store.hold_reply(reply_id, "The disk is full.", state="done", text="Salty", pace=PACE)
    assert store.pace(reply_id) == PACE


def test_a_pace_outlives_the_exchange(stores: Stores, store: Store) -> None:
    reply_id = store.start_reply(model="m")
    trace = Trace("POST", "https://h", {}, 200, {}, None, ((0.1, "x"),))
    store.finish_reply(reply_id, state="done", text="Salty", trace=trace, pace=PACE)
    with stores.engine.begin() as connection:
        connection.execute(delete(exchanges))
    assert store.trace(reply_id) is None
    assert store.pace(reply_id) == PACE
