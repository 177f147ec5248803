"""What time went into before an answer was sent, through the migration that told it apart."""

from alembic import command
from sqlalchemy import create_engine

from playground.metering import Timings
from playground.owner import DEFAULT_OWNER
from playground.store import open_stores
from playground.store.database.database import sqlite_path, use_wal
from playground.store.upkeep.migrate import alembic_config

OLD = """INSERT INTO replies (id, owner, model, connection, state, text, reasoning, truncated, cached, queued_s,
first_token_s, total_s, started_at, saved_at) VALUES (:id, '', 'm', '', 'done', 'yes', '', {no}, {no}, :queued, 0.5,
2.5, '2026-11-01 00:00:00', '2026-11-01 00:00:00')"""


def test_old_answers_waited_and_nobody_knows_what_for(bare_url: str) -> None:
    engine = create_engine(bare_url.replace("postgresql://", "postgresql+psycopg://"))
    if engine.dialect.name == "sqlite":
        sqlite_path(engine.url).parent.mkdir()
        use_wal(engine, 5)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0006")
        statement = OLD.format(no="0" if engine.dialect.name == "sqlite" else "false")
        for id_, queued in (("waited", "2.125"), ("at once", "1.25e-05"), ("never sent", "NULL")):
            connection.exec_driver_sql(statement.replace(":id", f"'{id_}'").replace(":queued", queued))
    engine.dispose()

    with open_stores(bare_url) as stores:
        store = stores.of(DEFAULT_OWNER)
        kept = {reply.id: reply.timings for reply in store.replies_by_id(["waited", "at once", "never sent"])}
    assert kept == {
        "waited": Timings(0.5, 2.5, {"waited": 2.125}),
        "at once": Timings(0.5, 2.5, {"waited": 1.25e-05}),
        "never sent": Timings(0.5, 2.5),
    }
