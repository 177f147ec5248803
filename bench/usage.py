"""How long the usage page waits for its numbers: 100,000 answers of 30 days, each hour of four models, two presets."""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bench.report import Figure
from playground.metering import Price, Usage
from playground.money.report import dearest_first, group_key, grouped, period, table_row
from playground.owner import DEFAULT_OWNER
from playground.store import Store, Stores, open_stores, sqlite_url
from playground.store.database import rows
from playground.store.database.schema import outdated_hours, replies

ANSWERS, MODELS, CONNECTIONS, MODELS_AN_HOUR = 100_000, 12, 3, 4
GOAL_MS = 300
PRICE = Price(Decimal("0.5"), Decimal("1.5"), "a list", None)


def measure(*, quick: bool = False) -> list[Figure]:
    """Milliseconds: first time of all, then, and after one more answer; medians but for the first."""
    count = ANSWERS // 10 if quick else ANSWERS
    with tempfile.TemporaryDirectory() as folder, open_stores(sqlite_url(Path(folder))) as stores:
        _fill(stores, count)
        store = stores.of(DEFAULT_OWNER)
        first = _ms(lambda: _read(store))
        again = [_ms(lambda: _read(store)) for _ in range(3 if quick else 20)]
        after = [_after_one_more(store) for _ in range(3 if quick else 20)]
        busy = [_ms(lambda: _read(store), time.process_time) for _ in range(3 if quick else 20)]
        everybody = [_ms(lambda: _read_all(stores)) for _ in range(3 if quick else 20)]
    return [
        Figure(f"{count:,} answers: counted for the first time", "ms", first),
        Figure("read, grouped by model", "ms", statistics.median(again), most=GOAL_MS),
        Figure("the same, processor time", "ms", statistics.median(busy), most=GOAL_MS),
        Figure("after one more answer", "ms", statistics.median(after), most=GOAL_MS),
        Figure("read for everybody", "ms", statistics.median(everybody), most=GOAL_MS),
    ]


def _read(store: Store) -> None:
    now = datetime.now(UTC)
    hours = store.usage(*period("30d", now, UTC))
    groups = dearest_first(grouped(hours, group_key("model", UTC)))
    assert sum(table_row(name, "Model", totals)["requests"] for name, totals in groups.items())


def _read_all(stores: Stores) -> None:
    assert stores.usage_of_all(*period("30d", datetime.now(UTC), UTC))


def _after_one_more(store: Store) -> float:
    reply = store.start_reply(model="m1", connection="c1")
    store.finish_reply(reply, state="done", text="", usage=Usage(100, 50), price=PRICE, cost=Decimal("0.000125"))
    return _ms(lambda: _read(store))


def _ms(work: Callable[[], None], clock: Callable[[], float] = time.perf_counter) -> float:
    begun = clock()
    work()
    return (clock() - begun) * 1000


def _fill(stores: Stores, count: int) -> None:
    """Answers evenly over 29 days, told apart by model, connection and preset."""
    now = datetime.now(UTC)
    usage = rows.packed_usage(Usage(412, 128, cached_tokens=40))
    common = {
        "owner": DEFAULT_OWNER.id,
        "process": "",
        "state": "done",
        "text": "An answer.",
        "reasoning": "",
        "usage": usage,
        "price": rows.packed_price(PRICE),
        "cost": Decimal("0.000398"),
    }
    moments = [now - timedelta(days=29) * (number / count) for number in range(count)]
    made = []
    for number, at in enumerate(moments):
        model = (at.hour + number % MODELS_AN_HOUR) % MODELS
        made.append(
            common
            | {"id": f"r{number}", "model": f"m{model}", "connection": f"c{model % CONNECTIONS}"}
            | {"preset": "p" if number // MODELS_AN_HOUR % 2 else None, "started_at": at, "saved_at": at}
            | {"first_token_s": 0.1 + number % 7 / 10, "total_s": 1 + number % 50 / 10}
        )
    hours = sorted({at.replace(minute=0, second=0, microsecond=0) for at in moments})
    with stores.engine.begin() as connection:
        connection.execute(replies.insert(), made)
        connection.execute(outdated_hours.insert(), [{"owner": DEFAULT_OWNER.id, "hour": hour} for hour in hours])
