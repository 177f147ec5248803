"""Migrating: a copy first, all or nothing, and words for where the copy is."""

import json
import logging
import os
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection

from playground.money.budget import Budget
from playground.owner import DEFAULT_OWNER, Owner
from playground.store import HistoryFilter, Migration, StoreError, open_stores, sqlite_url
from playground.store.database.database import connect
from playground.store.database.schema import VERSION
from playground.store.upkeep import migrate
from playground.store.upkeep.backup import BACKUPS_KEPT, back_up, backups
from playground.store.upkeep.migrate import alembic_config, schema_version
from tests.store.chats import kept_chats
from tests.store.disks import small_disk
from tests.store.reserving import settle_for

OLD = "0005"


def make_old(url: str, version: str = OLD) -> None:
    """A database as an older version left it, with words in it."""
    engine = connect(url, 5)
    if url.startswith("sqlite"):
        Path(engine.url.database or "").parent.mkdir(parents=True, exist_ok=True)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), version)
        connection.exec_driver_sql(
            "INSERT INTO conversations (id, title, renamed, model, system_prompt, parameters, options, created_at,"
            " updated_at) VALUES ('c', 'Kept words', true, 'm', '', '{}', '{}', '2026-01-01 00:00:00',"
            " '2026-01-01 00:00:00')"
        )
    engine.dispose()


@pytest.fixture
def url(bare_url: str) -> str:
    return bare_url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "data" / "playground.db"
    make_old(sqlite_url(made.parent))
    return made


def read(file: Path) -> tuple[str, str]:
    """The schema of a file and the title in it."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as opened:
        ((schema,),) = opened.execute("SELECT version_num FROM alembic_version")
        ((title,),) = opened.execute("SELECT title FROM conversations")
    return schema, title


def test_a_copy_is_made_before_and_said_where(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with open_stores(sqlite_url(file.parent)) as stores:
        store = stores.of(DEFAULT_OWNER)
        (copy,) = backups(file)
        assert stores.migration == Migration(OLD, VERSION, copy)
        assert [*kept_chats(store).values()] == ["Kept words"]
    assert copy.name.startswith(f"playground.db.before-{VERSION}-")
    assert read(copy) == (OLD, "Kept words")
    assert read(file) == (VERSION, "Kept words")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert str(copy) in caplog.text
    assert {path.name for path in file.parent.glob("*.before-*")} == {copy.name}

    with open_stores(sqlite_url(file.parent)) as stores:
        store = stores.of(DEFAULT_OWNER)
        assert stores.migration is None
    assert backups(file) == (copy,)


def test_a_copy_can_be_put_back(file: Path) -> None:
    open_stores(sqlite_url(file.parent)).close()
    (copy,) = backups(file)
    copy.replace(file)
    with open_stores(sqlite_url(file.parent)) as stores:
        store = stores.of(DEFAULT_OWNER)
        assert [*kept_chats(store).values()] == ["Kept words"]


def test_nothing_is_copied_where_the_database_is_new(tmp_path: Path) -> None:
    with open_stores(sqlite_url(tmp_path)) as stores:
        assert stores.migration is None
    assert backups(tmp_path / "playground.db") == ()


def test_a_migration_that_fails_changes_nothing_and_names_the_copy(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def upgrade(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM conversations")
        connection.exec_driver_sql("ALTER TABLE conversations ADD COLUMN half_done TEXT")
        connection.exec_driver_sql("UPDATE nowhere SET x = 1")

    monkeypatch.setattr(migrate, "_upgrade", upgrade)
    with pytest.raises(StoreError, match=f"could not be updated from schema {OLD} to {VERSION}") as raised:
        open_stores(sqlite_url(file.parent))
    (copy,) = backups(file)
    assert str(copy) in raised.value.hint
    assert "It is as it was" in raised.value.hint
    assert read(file) == read(copy) == (OLD, "Kept words")
    with closing(sqlite3.connect(file)) as opened:
        columns = opened.execute("SELECT name FROM pragma_table_info('conversations')").fetchall()
        assert ("half_done",) not in columns
    assert "no such table" in caplog.text

    monkeypatch.undo()
    with open_stores(sqlite_url(file.parent)) as stores:
        store = stores.of(DEFAULT_OWNER)
        assert [*kept_chats(store).values()] == ["Kept words"]


def test_without_space_for_a_copy_nothing_is_touched() -> None:
    with small_disk(1_500_000) as disk:
        file = disk / "playground.db"
        make_old(sqlite_url(disk))
        with closing(sqlite3.connect(file, isolation_level=None)) as opened:
            opened.execute("CREATE TABLE ballast AS SELECT zeroblob(600000) AS x")
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with pytest.raises(StoreError, match=r"cannot be copied before that: the copy .* the disk is full") as raised:
            open_stores(sqlite_url(disk))
        assert "Nothing was changed" in raised.value.hint
        assert read(file) == (OLD, "Kept words")
        assert not list(disk.glob("*.before-*"))


def test_only_the_newest_copies_are_kept(file: Path) -> None:
    for number in range(BACKUPS_KEPT + 2):
        older = file.with_name(f"{file.name}.before-000{number}-20200101T000000Z")
        older.write_bytes(b"")
        os.utime(older, (number, number))
    open_stores(sqlite_url(file.parent)).close()
    kept = backups(file)
    assert len(kept) == BACKUPS_KEPT
    assert read(kept[0]) == (OLD, "Kept words")
    assert kept[1].name.startswith(f"{file.name}.before-000{BACKUPS_KEPT + 1}-")


def test_words_that_were_deleted_do_not_live_on_in_copies(file: Path) -> None:
    with open_stores(sqlite_url(file.parent)) as stores:
        stores.purge(datetime.now(UTC) - timedelta(days=30))
        assert len(backups(file)) == 1
        stores.purge(datetime.now(UTC) + timedelta(days=1))
        assert backups(file) == ()


def test_processes_that_migrate_at_once_make_one_copy(file: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(open_stores, [sqlite_url(file.parent)] * 6))
    assert [stores.migration for stores in opened if stores.migration is not None] == [
        Migration(OLD, VERSION, backups(file)[0])
    ]
    for stores in opened:
        stores.close()


def test_a_copy_holds_what_is_only_in_the_log_yet(tmp_path: Path) -> None:
    file = tmp_path / "it.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE words (word)")
        writer.execute("INSERT INTO words VALUES ('only in the log')")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO words VALUES ('not committed')")
        copy = back_up(file, "next")
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT * FROM words").fetchall() == [("only in the log",)]


def test_what_is_from_before_rows_had_owners_belongs_to_the_default_owner(url: str) -> None:
    make_old(url, "0009")
    at = "'2026-01-01 00:00:00'"
    with _engine_of(url) as connection:
        for statement in (
            "INSERT INTO replies (id, conversation_id, owner, model, connection, state, text, reasoning, truncated,"
            f" cached, started_at, saved_at) VALUES ('r', 'c', 'ab12', 'm', '', 'live', 'Half', '', false, false,"
            f" {at}, {at})",
            f"INSERT INTO comparisons VALUES ('v', 'Seas', true, '{{}}', {at}, {at}, NULL)",
            f"INSERT INTO presets VALUES ('p', '{{}}', {at}, {at}, NULL)",
            "INSERT INTO batches (id, connection, model, status, size, items, created_at, updated_at)"
            f" VALUES ('b', 'c', 'm', 'done', 1, '', {at}, {at})",
            """INSERT INTO preferences VALUES ('colour', '"blue"'), ('none', '{}')""",
        ):
            connection.exec_driver_sql(statement)
    with open_stores(url) as stores:
        store, other = stores.of(DEFAULT_OWNER), stores.of(Owner.signed_in("https://issuer.example", "bert"))
        assert [*kept_chats(store)] == ["c"]
        assert [(reply.id, reply.state, reply.text) for reply in store.replies("c")] == [("r", "interrupted", "Half")]
        assert [comparison.id for comparison in store.comparisons()] == ["v"]
        assert [preset.id for preset in store.presets()] == ["p"]
        assert [batch.id for batch in store.batches()] == ["b"]
        assert (store.preference("colour"), store.preference("none")) == ("blue", {})
        assert (kept_chats(other), other.replies("c"), other.comparisons()) == ({}, (), ())
        assert (other.presets(), other.batches(), other.preference("colour")) == ((), (), None)


def test_votes_become_rows_with_the_answers_that_they_were_about(url: str) -> None:
    make_old(url, "0012")
    at = "'2026-01-01 00:00:00'"
    votes = (
        {"kind": "better", "pane_id": "p1", "note": "first \x00 thought", "blind": True, "round": 1, "name": "One"},
        {"kind": "tie", "pane_id": None, "note": "", "blind": False, "round": 1, "name": ""},
        {"kind": "better", "pane_id": "p2", "note": "", "blind": True, "round": 2, "name": "Two"},
    )
    panes = [{"id": f"p{number}", "conversation_id": f"c{number}", "model": f"m{number}"} for number in (1, 2, 3)]
    body = {"panes": panes, "round": 2, "blind": True, "votes": votes}
    statements = [
        f"INSERT INTO comparisons (id, owner, title, renamed, body, created_at, updated_at) VALUES"
        f" ('{id_}', 'anna', 'Seas', true, '{json.dumps(kept)}', {at}, {at})"
        for id_, kept in (("v", body), ("unsaved", {}), ("unvoted", {"panes": [], "votes": []}))
    ]
    for number, questions in ((1, 2), (2, 2), (3, 1)):
        statements.append(
            "INSERT INTO conversations (id, owner, title, renamed, model, system_prompt, parameters, options, head,"
            f" created_at, updated_at, comparison_id) VALUES ('c{number}', 'anna', '', false, 'm', '', '{{}}', '{{}}',"
            f" 'c{number}-a{questions}', {at}, {at}, 'v')"
        )
        parent = "NULL"
        for turn in range(1, questions + 1):
            for id_, role in ((f"c{number}-q{turn}", "user"), (f"c{number}-a{turn}", "assistant")):
                statements.append(
                    "INSERT INTO turns (id, conversation_id, parent_id, role, text, created_at) VALUES"
                    f" ('{id_}', 'c{number}', {parent}, '{role}', 'Words', {at})"
                )
                parent = f"'{id_}'"
            state = "stopped" if (number, turn) == (2, 1) else "done"
            statements.append(
                "INSERT INTO replies (id, conversation_id, owner, process, model, connection, state, text, reasoning,"
                f" truncated, cached, started_at, saved_at, finished_at) VALUES ('c{number}-a{turn}', 'c{number}',"
                f" 'anna', '', 'm{number}', 'home', '{state}', 'Words', '', false, false, {at}, {at},"
                f" '2026-01-0{turn} 00:00:00')"
            )
    with _engine_of(url) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))
    with open_stores(url) as stores:
        store = stores.of(Owner("anna"))
        first, second = store.votes_on(["v"])["v"]
        assert (first.kind, first.prompt, first.blind, first.pane, first.voter) == ("tie", 1, False, None, "anna")
        # The third pane was asked once alone: nobody knows which of the two prompts that was.
        assert [(answer.reply, answer.complete) for answer in first.answers] == [("c1-a1", True), ("c2-a1", False)]
        assert first.at == datetime(2026, 1, 1, tzinfo=UTC)
        assert (second.kind, second.pane, second.name, second.blind) == ("better", "p2", "Two", True)
        assert [answer.reply for answer in second.answers] == ["c1-a2", "c2-a2", "c3-a1"]
        assert {(answer.model, answer.connection) for answer in second.answers[:1]} == {("m1", "home")}
        kept = store.comparison("v")
        assert kept is not None
        assert kept.body == {"panes": panes, "round": 2, "blind": True, "named_round": 2}
        assert store.comparison("unsaved").body == {}  # type: ignore[union-attr]


def test_what_was_spent_this_month_counts_for_budgets_that_are_set_later(url: str) -> None:
    make_old(url, "0011")
    at = datetime.now(UTC)
    with _engine_of(url) as connection:
        for number, (cost, started) in enumerate(
            (("'0.01'", at), ("'0.0200000001'", at), ("'5'", at.replace(year=2025)))
        ):
            connection.exec_driver_sql(
                "INSERT INTO replies (id, owner, process, model, connection, state, text, reasoning, truncated, cached,"
                f" started_at, saved_at, cost) VALUES ('r{number}', 'default', 'ab12', 'm', 'c', 'done', '', '',"
                f" false, false, '{started:%Y-%m-%d %H:%M:%S}', '{started:%Y-%m-%d %H:%M:%S}', {cost})"
            )
    with open_stores(url) as stores:
        stores.set_budget(Budget("all", month=Decimal(1)))
        (use,) = stores.of(DEFAULT_OWNER).budget_uses("c", at)
        assert (use.spent, use.held) == (Decimal("0.030000001"), Decimal(0))


def test_usage_from_before_presets_is_counted_anew(url: str) -> None:
    make_old(url, "0015")
    at = "'2026-03-04 09:30:00'"
    with _engine_of(url) as connection:
        connection.exec_driver_sql(
            "INSERT INTO replies (id, owner, process, model, connection, state, text, reasoning, truncated, cached,"
            " started_at, saved_at) VALUES ('r', 'default', 'ab12', 'm', 'c', 'done', '', '', false, false,"
            f" {at}, {at})"
        )
        connection.exec_driver_sql(
            "INSERT INTO usage_hours (owner, hour, connection, model, page, totals)"
            " VALUES ('default', '2026-03-04 09:00:00', 'c', 'm', 'chat', '{}')"
        )
    with open_stores(url) as stores:
        since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        (hour,) = stores.of(DEFAULT_OWNER).usage(since, until)
        assert (hour.model, hour.preset, hour.totals.requests) == ("m", "", 1)
        assert stores.usage_of_all(since, until) == (hour,)


def test_an_entry_is_found_by_the_presets_of_its_answers(url: str) -> None:
    make_old(url, "0024")
    at = "'2026-03-04 09:30:00'"
    with _engine_of(url) as connection:
        for statement in (
            f"INSERT INTO turns (id, conversation_id, role, text, created_at) VALUES ('r', 'c', 'assistant', '', {at})",
            "INSERT INTO replies (id, conversation_id, owner, process, model, connection, state, text, reasoning,"
            " truncated, cached, preset, started_at, saved_at) VALUES ('r', 'c', 'default', 'ab12', 'm', 'c', 'done',"
            f" 'Yes', '', false, false, 'of the answer', {at}, {at})",
            "UPDATE conversations SET head = 'r'",
            """UPDATE entries SET presets = '["noted"]', outdated = 0, place = 1""",
        ):
            connection.exec_driver_sql(statement)
    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        assert [entry.id for entry in store.history(HistoryFilter(facets={"preset": "of the answer"})).entries] == ["c"]
        assert store.history_values("preset") == ("of the answer",)
        assert store.create_conversation(model="m").id in kept_chats(store)


def test_usage_with_what_was_never_sent_is_counted_anew(url: str) -> None:
    make_old(url, "0017")
    at = "'2026-03-04 09:30:00'"
    with _engine_of(url) as connection:
        for name, total in (("refused", 0.0), ("asked", 2.5)):
            connection.exec_driver_sql(
                "INSERT INTO replies (id, owner, process, model, connection, state, text, reasoning, truncated, cached,"
                f" started_at, saved_at, total_s) VALUES ('{name}', 'default', 'ab12', 'm', 'c', 'failed', '', '',"
                f" false, false, {at}, {at}, {total})"
            )
        connection.exec_driver_sql(
            "INSERT INTO usage_hours (owner, hour, connection, model, page, preset, totals) VALUES"
            " ('default', '2026-03-04 09:00:00', 'c', 'm', 'chat', '', '{\"requests\": 2, \"failed\": 2}')"
        )
    with open_stores(url) as stores:
        (hour,) = stores.of(DEFAULT_OWNER).usage(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
        assert (hour.totals.requests, hour.totals.failed, hour.totals.total) == (1, 1, {})


def test_answers_that_were_copied_to_a_chat_are_counted_once(url: str) -> None:
    make_old(url, "0020")
    at = "'2026-03-04 09:30:00.123456'"
    with _engine_of(url) as connection:
        connection.exec_driver_sql(
            "INSERT INTO comparisons (id, owner, title, body, created_at, updated_at, renamed)"
            f" VALUES ('k', 'default', '', '{{}}', {at}, {at}, false)"
        )
        for chat, comparison in (("pane", "'k'"), ("twin", "'k'"), ("chat", "NULL")):
            connection.exec_driver_sql(
                "INSERT INTO conversations (id, owner, title, renamed, model, system_prompt, parameters, options,"
                f" created_at, updated_at, comparison_id) VALUES ('{chat}', 'default', '', false, 'm', '', '{{}}',"
                f" '{{}}', {at}, {at}, {comparison})"
            )
        for name, chat, total in (("old", "pane", 2.5), ("twin", "twin", 2.75), ("new", "chat", 2.5)):
            connection.exec_driver_sql(
                "INSERT INTO replies (id, owner, conversation_id, process, model, connection, state, text, reasoning,"
                f" truncated, cached, started_at, saved_at, total_s) VALUES ('{name}', 'default', '{chat}', 'ab12',"
                f" 'm', 'c', 'done', '', '', false, false, {at}, {at}, {total})"
            )
        connection.exec_driver_sql(
            "INSERT INTO usage_hours (owner, hour, connection, model, page, preset, totals) VALUES"
            " ('default', '2026-03-04 09:00:00.000000', 'c', 'm', 'chat', '', '{\"requests\": 3}')"
        )
    with open_stores(url) as stores:
        (hour,) = stores.of(DEFAULT_OWNER).usage(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
        assert (hour.page, hour.totals.requests) == ("compare", 2)


def test_what_was_spent_before_it_was_told_apart_goes_on_counting(url: str) -> None:
    make_old(url, "0018")
    at = datetime.now(UTC)
    with _engine_of(url) as connection:
        connection.exec_driver_sql(f"INSERT INTO ledger_days VALUES ('{at:%Y-%m-%d}', 'default', 'c', 0, {7 * 10**9})")
        connection.exec_driver_sql(
            f"INSERT INTO ledger VALUES ('r', 'default', 'c', '{at:%Y-%m-%d}', {8 * 10**9}, {7 * 10**9})"
        )
    with open_stores(url) as stores:
        stores.set_budget(Budget("all", month=Decimal(10)))
        settle_for(stores.of(DEFAULT_OWNER), "r", Decimal(6))
        (use,) = stores.all_budget_uses(at)
        assert (use.spent, use.held) == (Decimal(6), Decimal(0))


def test_what_was_put_down_at_its_most_may_have_been_billed(url: str) -> None:
    make_old(url, "0019")
    at = datetime.now(UTC)
    with _engine_of(url) as connection:
        connection.exec_driver_sql(
            "INSERT INTO ledger (id, owner, connection, day, bound, spent, own) VALUES"
            f" ('lost', 'default', 'c', '{at:%Y-%m-%d}', 50000000, 50000000, false),"
            f" ('done', 'default', 'c', '{at:%Y-%m-%d}', 50000000, 20000000, false)"
        )
        connection.exec_driver_sql(
            "INSERT INTO ledger_days (day, owner, connection, held, spent, own_held, own_spent) VALUES"
            f" ('{at:%Y-%m-%d}', 'default', 'c', 0, 70000000, 0, 0)"
        )
    with open_stores(url) as stores:
        stores.set_budget(Budget("connection", "c", month=Decimal(1)))
        (use,) = stores.of(DEFAULT_OWNER).budget_uses("c", at)
        assert (use.spent, use.unsure) == (Decimal("0.07"), Decimal("0.05"))


@contextmanager
def _engine_of(url: str) -> Iterator[Connection]:
    engine = connect(url, 5)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_server_migrates_all_or_nothing_and_has_its_own_copies(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_old(url)

    def upgrade(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE conversations ADD COLUMN half_done TEXT")
        connection.exec_driver_sql("UPDATE nowhere SET x = 1")

    whole = migrate._upgrade
    monkeypatch.setattr(migrate, "_upgrade", upgrade)
    with pytest.raises(StoreError, match="could not be updated") as raised:
        open_stores(url)
    monkeypatch.setattr(migrate, "_upgrade", whole)
    assert "It is as it was" in raised.value.hint
    with _engine_of(url) as connection:
        assert schema_version(connection) == OLD

    caplog.set_level(logging.WARNING)
    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        assert stores.migration == Migration(OLD, VERSION, None)
        assert [*kept_chats(store).values()] == ["Kept words"]
    assert "pg_dump" in caplog.text


def test_what_is_from_before_the_history_is_listed_at_once_and_indexed_later(url: str) -> None:
    make_old(url, "0013")
    at = "'2026-01-01 00:00:00'"
    with _engine_of(url) as connection:
        connection.exec_driver_sql(
            "INSERT INTO turns (seq, id, conversation_id, role, text, created_at)"
            f" VALUES (1, 't', 'c', 'user', 'Why is the sea salty?', {at})"
        )
    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        (entry,) = store.history().entries
        assert (entry.kind, entry.id, entry.title, entry.facts) == ("chat", "c", "Kept words", None)
        assert (store.unindexed(), store.history(HistoryFilter("salty")).entries) == (1, ())
        while stores.index_some():
            pass
        assert [found.id for found in store.history(HistoryFilter("salty")).entries] == ["c"]
        assert store.unindexed() == 0


def test_cells_from_before_requests_were_counted_took_one_unless_they_were_never_sent(url: str) -> None:
    make_old(url, "0029")
    at = "'2026-01-01 00:00:00'"
    answers = {
        0: ("passed", {"text": "tea", "sent": "hash"}),
        1: ("error", {"state": "failed", "error": {"message": 'the "sent": one', "hint": "", "kind": "bad_request"}}),
        2: ("error", {"state": "failed", "sent": "hash"}),
        3: ("error", {"state": "failed", "batched": True}),
    }
    with _engine_of(url) as connection:
        connection.exec_driver_sql(f"INSERT INTO datasets VALUES ('d', 'default', 'Words', {at}, {at}, NULL)")
        connection.exec_driver_sql(f"INSERT INTO dataset_versions VALUES ('v', 'd', 1, 'digest', 4, {at})")
        connection.exec_driver_sql(
            "INSERT INTO experiments (id, owner, title, definition, digest, version_id, candidates, repetitions, cells,"
            " judges, status, engine, created_at, updated_at) VALUES ('e', 'default', 'Words', '{}', 'digest', 'v',"
            f" '[{{}}]', 1, 4, 0, 'done', 'app', {at}, {at})"
        )
        for cell, (outcome, answer) in answers.items():
            packed = json.dumps(answer, separators=(",", ":")).replace("'", "''")
            connection.exec_driver_sql(
                "INSERT INTO experiment_answers (experiment_id, cell, candidate, row_number, repetition, outcome, cut,"
                f" refused, spent, answer, checks, asked_at, ended_at) VALUES ('e', {cell}, 0, {cell}, 0, '{outcome}',"
                f" false, false, 0, '{packed}', '[]', {at}, {at})"
            )
    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        assert [cell.requests for cell in store.cells("e")] == [1, 0, 1, 1]
        assert (store.headway("e").unsent, store.requests_made("e")) == (1, 3)
