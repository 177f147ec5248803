"""An export of everything, taken in elsewhere: the same rows to the last digit, and twice is once."""

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from playground.answers.extras import Extras
from playground.archive.errors import DataFileError
from playground.archive.reading import CONNECTIONS_ARE_OFF, read_export, taken_in_words
from playground.archive.schema import PUBLISHED, text_of_schema
from playground.archive.writing import write_export
from playground.connections.own_connection import MOST_CONNECTIONS
from playground.connections.rosters import Rosters
from playground.messages import Message, ToolCall
from playground.metering import Price, Timings, Usage
from playground.owner import DEFAULT_OWNER
from playground.store import EndState, Failure, HistoryFilter, ReplyRequest, Store, Stores, open_stores
from playground.store.database.entry_tables import entries
from playground.store.database.experiment_tables import experiment_retaken, experiments
from playground.store.database.schema import metadata, replies
from playground.store.transfer import incoming
from playground.store.transfer.tables import LEFT_OUT, MARKS, TRANSFERRED
from tests.databases import new_database
from tests.store.chats import kept_chats, listed_chats
from tests.store.conftest import database_on
from tests.store.test_owners import ANNA, BERT, COSTLY, DAWN, DUSK, fill
from tests.upstream import Upstream

PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def elsewhere(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Empty stores on the other engine."""
    if engine == "postgresql":
        with open_stores(new_database(tmp_path / "elsewhere")) as opened:
            yield opened
    else:
        with database_on(request.getfixturevalue("postgresql")) as url, open_stores(url) as opened:
            yield opened


def fill_more(store: Store) -> None:
    """Rows of each kind, answers in each state, and numbers with many digits."""
    ids = fill(store)
    preset = ids.preset
    store.close_ballot(ids.ballot)
    store.revoke_snapshot(ids.snapshot)
    chat = store.create_conversation(model="m", system_prompt="Be\u2028brief", parameters={"temperature": 0.1 + 0.2})
    question = store.add_turn(chat.id, None, Message("user", ({"type": "text", "text": "Look"}, PICTURE)))
    price = Price(Decimal("0.150000001"), Decimal("0.6"), "a page", datetime(2026, 8, 28).date(), Decimal("1E-7"))
    answers: dict[EndState, dict[str, Any]] = {
        "done": {
            "usage": Usage(10, 20, 5, 0.1 + 0.2, billed=Decimal("0.000000100"), reasoning_tokens=3),
            "price": price,
            "cost": Decimal("0.00001230000"),
            "timings": Timings(0.1234567890123, 2.5, {"queued": 1 / 3}, 0.5),
            "reasoning": "Hm",
            "tool_calls": [ToolCall("1", "look", "{}", provider_details={"signature": "x"})],
            "extras": Extras(images=("data:image/png;base64,iVBORw0KGgo=",)),
            "notes": ["A note"],
        },
        "stopped": {"usage": Usage(1, 2, estimated=True)},
        "failed": {"error": Failure("rate_limited", "Slow down", "Wait", "429", "r", True, 1.5)},
        "interrupted": {},
    }
    for state, ending in answers.items():
        setup = {"model": "m", "seed": 2**60}
        asked = ReplyRequest(chat.id, question.id, "m", setup=setup, preset=preset)
        store.ask([asked])
        reply = asked.id
        store.finish_reply(reply, state=state, text=f"\N{SNOWMAN} {state}", **COSTLY | ending)
    store.prefer("prices server", {"m": {"input": "0.15", "output": "0.60", "as_of": "2026-11-01"}})
    store.rename(chat.id, "Mine")
    store.mark_entry(chat.id, pinned=True, note="Look at it again", tags=["sea", "salt"])


def rows_of(stores: Stores) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, but for what belongs to a database itself and what its answers were on their way."""
    found: dict[str, list[dict[str, Any]]] = {}
    with stores.engine.begin() as connection:
        for table in metadata.sorted_tables:
            if table.name in LEFT_OUT and table.name != "usage_hours":
                continue
            only = MARKS if table is entries else table.c.keys()
            counted = ("process", "seq", *(("number",) if table is experiment_retaken else ()))
            own = [column for column in table.c if column.name not in counted and column.name in only]
            order = table.c.seq if "seq" in table.c else table.c.id if table is entries else None
            query = select(*own).order_by(*([order] if order is not None else table.primary_key))
            found[table.name] = [dict(row) for row in connection.execute(query).mappings()]
    found["entries"] = [row for row in found["entries"] if any(row[name] for name in MARKS if name != "id")]
    return found


def ended(stores: Stores) -> None:
    """Have no answer on its way, nor one whose end is not written, and no experiment that runs."""
    store = stores.of(DEFAULT_OWNER)
    with stores.engine.begin() as connection:
        live = connection.scalars(select(replies.c.id).where(replies.c.state == "live")).all()
    for reply in live:
        store.finish_reply(reply, state="stopped", text="It is ")
        store.release_reply(reply)
    with stores.engine.begin() as connection:
        running = connection.scalars(select(experiments.c.id).where(experiments.c.status == "running")).all()
    for experiment in running:
        store.change_experiment(experiment, "paused")


def test_what_is_taken_in_elsewhere_is_the_same_to_the_last_digit(
    stores: Stores, elsewhere: Stores, tmp_path: Path
) -> None:
    fill_more(stores.of(DEFAULT_OWNER))
    ended(stores)
    annas = stores.of(ANNA)
    annas.add_turn(annas.create_conversation(model="m").id, None, Message("user", "Hers"))
    write_export(stores.of(DEFAULT_OWNER), tmp_path / "all.zip")

    read_export(elsewhere.of(DEFAULT_OWNER), tmp_path / "all.zip")

    usage = stores.of(DEFAULT_OWNER).usage(DAWN, DUSK)
    assert elsewhere.of(DEFAULT_OWNER).usage(DAWN, DUSK) == usage
    assert sum((hour.totals.cost for hour in usage), Decimal(0)) > 0
    here, there = rows_of(stores), rows_of(elsewhere)
    for name, rows in here.items():
        own = [row for row in rows if row.get("owner", "default") == "default"]
        if name in ("turns", "requests", "exchanges", "paces"):
            ids = {row["id"] for row in here["conversations"] + here["replies"] if row["owner"] == "default"}
            own = [row for row in rows if row.get("conversation_id", row.get("reply_id")) in ids]
        assert there[name] == own, name
        assert own or name not in TRANSFERRED, f"nothing of {name} was compared"


def test_taken_in_twice_it_is_there_once(stores: Stores, elsewhere: Stores, tmp_path: Path) -> None:
    store, other = stores.of(DEFAULT_OWNER), elsewhere.of(DEFAULT_OWNER)
    fill_more(store)
    write_export(store, tmp_path / "all.zip")
    first = read_export(other, tmp_path / "all.zip")
    assert first.chats.came == first.chats.new == len(kept_chats(store)) + 2  # deleted ones too
    before = rows_of(elsewhere)

    again = read_export(other, tmp_path / "all.zip")

    assert rows_of(elsewhere) == before
    assert {name: (tally.new, tally.changed) for name, tally in again.tables.items()} == dict.fromkeys(
        TRANSFERRED, (0, 0)
    )
    assert taken_in_words(again)[0] == f"{first.chats.came} chats: {first.chats.came} were here already."


def test_what_came_since_is_added(stores: Stores, elsewhere: Stores, tmp_path: Path) -> None:
    store, other = stores.of(DEFAULT_OWNER), elsewhere.of(DEFAULT_OWNER)
    chat = store.create_conversation(model="m")
    question = store.add_turn(chat.id, None, Message("user", "Why?"))
    write_export(store, tmp_path / "first.zip")
    read_export(other, tmp_path / "first.zip")
    answer = store.start_reply(chat.id, question.id, model="m")
    store.finish_reply(answer, state="done", text="Rivers", **COSTLY)
    further = store.add_turn(chat.id, answer, Message("user", "Which?"))
    store.add_turn(chat.id, further.id, Message("user", "And which not?"))
    store.create_conversation(model="m")
    write_export(store, tmp_path / "second.zip")

    taken = read_export(other, tmp_path / "second.zip")

    assert (taken.chats.came, taken.chats.new, taken.chats.changed) == (2, 1, 1)
    assert [turn.message.text for turn in other.path(chat.id)] == ["Why?", "Rivers", "Which?", "And which not?"]
    assert other.request(answer) == COSTLY["request"]
    assert other.spent(chat.id) == store.spent(chat.id)
    assert other.usage(DAWN, DUSK) == store.usage(DAWN, DUSK)


def test_what_was_said_on_here_stays(stores: Stores, tmp_path: Path) -> None:
    store = stores.of(DEFAULT_OWNER)
    chat = store.create_conversation(model="m")
    question = store.add_turn(chat.id, None, Message("user", "Why?"))
    write_export(store, tmp_path / "all.zip")
    store.add_turn(chat.id, question.id, Message("user", "Never mind"))
    store.rename(chat.id, "Renamed")
    before = rows_of(stores)
    read_export(store, tmp_path / "all.zip")
    assert rows_of(stores) == before


def test_what_was_deleted_comes_back_and_what_was_purged_too(stores: Stores, tmp_path: Path) -> None:
    store = stores.of(DEFAULT_OWNER)
    fill_more(store)
    ended(stores)
    write_export(store, tmp_path / "all.zip")
    store.usage(DAWN, DUSK)
    before = rows_of(stores)
    for number, chat in enumerate(listed_chats(store)):
        store.delete(chat.id)
        if number == 0:
            stores.purge(LATER)
    assert rows_of(stores) != before

    read_export(store, tmp_path / "all.zip")

    store.usage(DAWN, DUSK)
    found = rows_of(stores)
    assert {row["id"] for row in found["turns"]} == {row["id"] for row in before["turns"]}
    for name in before.keys() - {"turns"}:
        assert found[name] == before[name], name


@pytest.mark.parametrize("purged_before_the_second", [False, True])
def test_ids_of_somebody_else_become_others_and_twice_is_still_once(
    stores: Stores, tmp_path: Path, purged_before_the_second: bool
) -> None:
    annas, berts = stores.of(ANNA), stores.of(BERT)
    fill_more(annas)
    write_export(annas, tmp_path / "annas.zip")
    hers = only(rows_of(stores), ANNA.id)

    read_export(berts, tmp_path / "annas.zip")

    assert only(rows_of(stores), ANNA.id) == hers
    ids = {row["id"] for rows in hers.values() for row in rows if "id" in row}
    assert len(ids) > 20
    his = repr(only(rows_of(stores), BERT.id))
    assert [id_ for id_ in ids if id_ in his] == [], "what a row refers to is renamed with it"
    chats = listed_chats(berts)
    assert [chat.title for chat in chats] == [chat.title for chat in listed_chats(annas)]
    assert not {chat.id for chat in chats} & {chat.id for chat in listed_chats(annas)}
    for mine, her in zip(chats, listed_chats(annas), strict=True):
        assert [turn.message for turn in berts.path(mine.id)] == [turn.message for turn in annas.path(her.id)]
        assert berts.spent(mine.id).cost == annas.spent(her.id).cost
    before = shown(rows_of(stores), BERT.id)
    if purged_before_the_second:
        for chat in listed_chats(annas):
            annas.delete(chat.id)
        stores.purge(LATER)

    read_export(berts, tmp_path / "annas.zip")

    assert shown(rows_of(stores), BERT.id) == before


def shown(rows: dict[str, list[dict[str, Any]]], owner: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of one owner that a purge, which is one for all owners, leaves alone."""
    found = only(rows, owner)
    return {
        name: [row for row in rows if row.get("deleted_at") is None and row.get("title") != ""]
        for name, rows in found.items()
    }


def only(rows: dict[str, list[dict[str, Any]]], owner: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of one owner, by tables that say whose a row is."""
    return {name: [row for row in found if row.get("owner") == owner] for name, found in rows.items()}


def test_an_answer_that_is_coming_is_exported_as_far_as_it_came(
    stores: Stores, elsewhere: Stores, tmp_path: Path
) -> None:
    store = stores.of(DEFAULT_OWNER)
    ids = fill(store)
    write_export(store, tmp_path / "all.zip")
    read_export(elsewhere.of(DEFAULT_OWNER), tmp_path / "all.zip")
    coming, held = (elsewhere.of(DEFAULT_OWNER).reply(id_) for id_ in (ids.coming, ids.ended))
    assert coming is not None
    assert held is not None
    assert (coming.state, coming.text) == ("interrupted", "It is ")
    assert (held.state, held.text) == ("done", "In memory")

    store.finish_reply(ids.coming, state="done", text="It is done")
    write_export(store, tmp_path / "later.zip")
    read_export(elsewhere.of(DEFAULT_OWNER), tmp_path / "later.zip")
    coming = elsewhere.of(DEFAULT_OWNER).reply(ids.coming)
    assert coming is not None
    assert (coming.state, coming.text) == ("done", "It is done")


def test_connections_of_two_places_are_together_afterwards(stores: Stores, tmp_path: Path) -> None:
    store = stores.of(DEFAULT_OWNER)
    a, b, c = ({"name": name, "kind": "openai_compatible", "on": True} for name in "abc")
    store.prefer("connections", [{**a, "on": False}, b])
    write_export(store, tmp_path / "all.zip")
    store.prefer("connections", [c, a])
    taken = read_export(store, tmp_path / "all.zip")
    assert [(one["name"], one["on"]) for one in store.preference("connections")] == [
        ("c", True),
        ("a", True),
        ("b", False),
    ]
    assert taken_in_words(taken)[-1] == CONNECTIONS_ARE_OFF


def test_a_connection_out_of_a_file_is_asked_nothing_before_somebody_switches_it_on(
    stores: Stores, tmp_path: Path, upstream: Upstream
) -> None:
    ada = stores.of(ANNA)
    address = {"kind": "openai_compatible", "base_url": upstream.openai_url}
    ada.prefer("connections", [{"name": "home", "on": True, **address}, {"name": "odd", "kind": "none such"}])
    write_export(ada, tmp_path / "all.zip")
    bert = Rosters({}, {}, stores, tmp_path).of(BERT)
    read_export(stores.of(BERT), tmp_path / "all.zip")
    bert.take_up()
    assert [(one.name, one.on) for one in bert.own.all()] == [("home", False)]
    assert bert.roster.connections.keys() <= {"local"}
    assert upstream.requests == []
    bert.own.switch("home", on=True)
    bert.roster.served.wait(10)
    assert bert.roster.served.listed("home")


def test_as_many_connections_come_as_there_may_be(stores: Stores, tmp_path: Path) -> None:
    def many(letter: str) -> list[dict[str, str]]:
        return [{"name": f"{letter}{number}", "kind": "openai_compatible"} for number in range(60)]

    store = stores.of(DEFAULT_OWNER)
    store.prefer("connections", many("a"))
    write_export(store, tmp_path / "all.zip")
    store.prefer("connections", many("b"))
    read_export(store, tmp_path / "all.zip")
    assert [one["name"] for one in store.preference("connections")] == [
        one["name"] for one in (many("b") + many("a"))[:MOST_CONNECTIONS]
    ]


def test_marks_are_put_beside_those_that_are_here(stores: Stores, tmp_path: Path) -> None:
    store = stores.of(DEFAULT_OWNER)
    chat = store.create_conversation(model="m").id
    store.add_turn(chat, None, Message("user", "Why is the sea salty?"))
    store.mark_entry(chat, pinned=True, note="First", tags=["sea"])
    write_export(store, tmp_path / "all.zip")
    store.mark_entry(chat, pinned=False, note="Second", tags=["salt"])
    read_export(store, tmp_path / "all.zip")
    found = store.entry(chat)
    assert found is not None
    assert (found.pinned, found.note, found.tags) == (True, "Second", ("salt", "sea"))


def test_what_was_taken_in_is_found_by_its_words(stores: Stores, elsewhere: Stores, tmp_path: Path) -> None:
    store, other = stores.of(DEFAULT_OWNER), elsewhere.of(DEFAULT_OWNER)
    chat = store.create_conversation(model="m").id
    store.add_turn(chat, None, Message("user", "Why is the sea salty?"))
    write_export(store, tmp_path / "all.zip")
    read_export(other, tmp_path / "all.zip")
    (found,) = other.history(HistoryFilter(text="salty")).entries
    assert found.id == chat


def test_nothing_is_left_of_an_import_that_is_broken_off(
    stores: Stores, elsewhere: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_more(stores.of(DEFAULT_OWNER))
    fill(elsewhere.of(ANNA))
    write_export(stores.of(DEFAULT_OWNER), tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        parts = len(archive.namelist())
    assert parts == len(TRANSFERRED) + 2
    before = rows_of(elsewhere)
    steps = [0]

    def give_up(done: int, total: int) -> None:
        steps[0] += 1
        if steps[0] == 2 * len(TRANSFERRED) - 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_export(elsewhere.of(DEFAULT_OWNER), tmp_path / "all.zip", give_up)
    assert rows_of(elsewhere) == before

    steps[0] = -100
    monkeypatch.setattr(incoming, "remove_staged", lambda *_: None)  # as if the process had been killed
    monkeypatch.setattr(incoming._Arrival, "finish", killed)
    with pytest.raises(KeyboardInterrupt):
        read_export(elsewhere.of(DEFAULT_OWNER), tmp_path / "all.zip", give_up)
    monkeypatch.undo()
    assert rows_of(elsewhere) != before
    assert kept_chats(elsewhere.of(DEFAULT_OWNER)) == {}
    elsewhere.claims.release()
    elsewhere.process = "0123456789abcd"

    elsewhere.remove_unfinished_imports()

    assert rows_of(elsewhere) == before


def killed(_: object) -> None:
    raise KeyboardInterrupt


def test_only_one_import_of_an_owner_goes_on_at_a_time(stores: Stores, tmp_path: Path) -> None:
    store = stores.of(DEFAULT_OWNER)
    fill(store)
    write_export(store, tmp_path / "all.zip")

    def another(done: int, total: int) -> None:
        with pytest.raises(DataFileError, match="already"):
            read_export(store, tmp_path / "all.zip")
        read_export(stores.of(ANNA), tmp_path / "all.zip")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_export(store, tmp_path / "all.zip", another)
    assert listed_chats(stores.of(ANNA))
    read_export(store, tmp_path / "all.zip")


def test_every_table_is_taken_along_or_said_to_be_left_out() -> None:
    assert metadata.tables.keys() == TRANSFERRED.keys() | LEFT_OUT.keys(), (
        "A new table belongs into TRANSFERRED, or with a reason into LEFT_OUT, of playground/store/transfer/tables.py"
    )
    assert not TRANSFERRED.keys() & LEFT_OUT.keys()


def test_the_published_schema_is_that_of_the_tables() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == text_of_schema(), "python -m playground.archive.schema writes it"


def test_each_line_is_as_the_schema_says(stores: Stores, tmp_path: Path) -> None:
    from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

    fill_more(stores.of(DEFAULT_OWNER))
    write_export(stores.of(DEFAULT_OWNER), tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        schema = json.loads(archive.read("schema.json"))
        for name, part in schema["properties"].items():
            checking = Draft202012Validator({**part, "$defs": schema["$defs"]}, format_checker=FormatChecker())
            text = archive.read(name).decode()
            lines = [text] if name == "manifest.json" else text.split("\n")[:-1]
            assert lines
            for line in lines:
                checking.validate(json.loads(line))


def test_a_file_that_is_there_is_not_written_over(stores: Stores, tmp_path: Path) -> None:
    store = stores.of(DEFAULT_OWNER)
    fill(store)
    write_export(store, tmp_path / "all.zip")
    written = (tmp_path / "all.zip").read_bytes()
    assert (tmp_path / "all.zip").stat().st_mode & 0o077 == 0
    with pytest.raises(DataFileError, match="already"):
        write_export(store, tmp_path / "all.zip")
    assert (tmp_path / "all.zip").read_bytes() == written


def test_nothing_is_left_of_an_export_that_is_broken_off(stores: Stores, tmp_path: Path) -> None:
    def give_up(done: int, total: int) -> None:
        raise KeyboardInterrupt

    fill(stores.of(DEFAULT_OWNER))
    with pytest.raises(KeyboardInterrupt):
        write_export(stores.of(DEFAULT_OWNER), tmp_path / "all.zip", give_up)
    assert not list(tmp_path.glob("all.zip*"))
