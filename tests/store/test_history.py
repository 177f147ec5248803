"""The history: one list of chats, comparisons and batches, searched, filtered, in pages, always that of a recount."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from playground.messages import Message
from playground.metering import Usage
from playground.owner import DEFAULT_OWNER
from playground.providers.base import BatchItem
from playground.store import (
    HistoryEntry,
    HistoryFilter,
    MissingError,
    ReplyRequest,
    Store,
    StoreError,
    Stores,
    Vote,
    beginnings,
    history,
    hits,
)
from playground.store.database.entry_tables import entries, entry_facets, word_documents
from playground.store.database.schema import batches
from playground.store.deleting import Condition
from playground.store.entries import CHANGED, OLD
from tests.store.test_comparisons import make
from tests.store.test_indexes import planned, statements

LATER = datetime.now(UTC) + timedelta(days=1)


def say(store: Store, text: str, answer: str = "", *, model: str = "m", cost: str = "0", state: str = "done") -> str:
    """A chat of one exchange."""
    chat = store.create_conversation(model=model)
    question = store.add_turn(chat.id, None, Message("user", text))
    reply = store.start_reply(chat.id, question.id, model=model, connection="here")
    store.finish_reply(reply, state=state, text=answer, usage=Usage(3, 5), cost=Decimal(cost))  # type: ignore[arg-type]
    return chat.id


def titles(store: Store, text: str = "", **wanted: object) -> list[str]:
    found = store.history(HistoryFilter(text, **wanted))  # type: ignore[arg-type]
    return [entry.title for entry in found.entries]


def batch_of(store: Store, prompt: str, answer: str = "") -> str:
    batch = store.add_batch(connection="there", model="b", items=[{"prompt": prompt}])
    if answer:
        item = BatchItem(0, ok=True, text=answer, external_reference=None, error=None, usage=Usage(1, 1))
        store.finish_batch(batch, [item])
    return batch


def test_chats_comparisons_and_batches_are_one_list_the_last_used_first(store: Store) -> None:
    chat = say(store, "Why is the sea salty?")
    compared = make(store, "Which sea is the saltiest?")
    batch = batch_of(store, "Name a sea")
    store.create_conversation()
    found = store.history().entries
    assert [(entry.kind, entry.id) for entry in found] == [("batch", batch), ("compare", compared), ("chat", chat)]
    assert [entry.title for entry in found] == ["Name a sea", "Which sea is the saltiest?", "Why is the sea salty?"]
    store.add_turn(chat, None, Message("user", "And the lakes?"))
    assert store.history().entries[0].id == chat


def test_an_entry_says_what_it_holds_and_cost(store: Store) -> None:
    chat = say(store, "Why?", "Rivers", model="one", cost="0.1")
    question, answer = store.path(chat)
    other = store.start_reply(chat, question.id, model="two", connection="there")
    store.finish_reply(other, state="failed", text="", usage=Usage(1, 1), cost=Decimal("0.2"))
    store.delete_turn(answer.id)
    store.set_settings(chat, model="two", system_prompt="Short.", parameters={"seed": 4, "stop": "x" * 100})
    (entry,) = store.history().entries
    facts = entry.facts
    assert facts is not None
    assert (facts.models, facts.connections, facts.questions, facts.answers) == (("two",), ("there",), 1, 1)
    assert (facts.state, facts.beginning, facts.system_prompt) == ("failed", "Why?", True)
    assert facts.parameters == {"seed": 4, "stop": f"{'x' * 40}…"}
    assert facts.spent == store.spent(chat)
    assert facts.spent.cost == Decimal("0.3")


@pytest.mark.parametrize(
    "search",
    [
        *(
            "ÉTÉ",
            "  ete ",
            "salty",
            "SALT",
            '"in zurich"',
            "été zurich",
            "zür*",
            "a\x00b",
            "meer -lake",
            "gpt-4.1",
            "שלום",
        ),
        *("中国", "国", "上海 中国", "ไทย", "हिन्दी", "한국", "🎉 meer", "café", "cafe\u0301"),
    ],
)
def test_words_are_found_in_any_script_case_and_form(store: Store, search: str) -> None:
    say(store, "nothing of it in china or lake", "中 and at all")
    say(
        store,
        "L'été\nin ZÜRICH: salty a\x00b \ud800 gpt-4.1 שָׁלוֹם",
        "Das Meer 中国人在上海 ประเทศไทย हिन्दी 한국어 cafe\u0301",
    )
    assert titles(store, search) == ["L'été"]


@pytest.mark.parametrize(
    "search",
    [
        *(
            "sal",
            '"zurich salty"',
            '"meer das"',
            "meer lake",
            "中人",
            "penguin",
            "-salty",
            "NEAR(salty meer)",
            "owner:salty",
        ),
        *("*", '"', "((", "' OR 1=1 --", "\\", "{x}:", "^", "\ud800", "\x00", "🎉", "x" * 10_000, "salty AND"),
    ],
)
def test_any_text_may_be_looked_for(store: Store, search: str) -> None:
    say(store, "salty in zurich", "Das Meer 中国人")
    assert titles(store, search) == []


def test_what_was_found_is_marked_in_its_surroundings(store: Store) -> None:
    say(store, "Why?", f"{'before ' * 100}Rivers carry salt {'after ' * 100}")
    (entry,) = store.history(HistoryFilter("salt rivers")).entries
    assert [piece for piece, hit in entry.excerpt if hit] == ["Rivers", "salt"]
    whole = "".join(piece for piece, _ in entry.excerpt)
    assert whole.startswith("…before")
    assert whole.endswith("…")
    assert len(whole) < 200


def test_a_hit_names_the_turn_that_was_found_on_whatever_branch(store: Store) -> None:
    chat = say(store, "Why is the sea salty?", "Rivers")
    question, answer = store.path(chat)
    store.add_turn(chat, None, Message("user", "And lakes?"))
    store.mark_entry(chat, note="of larks")
    batch_of(store, "zeppelin")
    found = {words: store.history(HistoryFilter(words)).entries[0].turn for words in ("salty", "rivers")}
    assert found == {"salty": question.id, "rivers": answer.id}
    assert [store.history(HistoryFilter(words)).entries[0].turn for words in ("larks", "zeppelin")] == ["", ""]
    assert store.history().entries[0].turn == ""


def test_few_hits_come_by_relevance_in_pages_each_entry_by_its_best(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(store, "sea sea sea", "of one sea")
    say(store, "a sea among many other words that say nothing of it")
    say(store, "sea and sea", "of one sea")
    batch = batch_of(store, "sea sea sea sea")
    store.mark_entry(batch, note="sea and more")
    wanted = HistoryFilter("sea", by_relevance=True)
    pages, after = [], ""
    while True:
        page = store.history(wanted, after=after, limit=2)
        assert page.few
        pages.append([entry.title for entry in page.entries])
        if page.after is None:
            break
        after = page.after
    assert [len(page) for page in pages] == [2, 2]
    assert pages[0] == ["sea sea sea sea", "sea sea sea"]
    assert pages[1][1].startswith("a sea among")
    assert titles(store, "sea", by_relevance=True, facets={"kind": "batch"}) == ["sea sea sea sea"]
    monkeypatch.setattr(hits, "FEW", 3)
    page = store.history(wanted)
    assert not page.few
    assert [entry.title for entry in page.entries] == titles(store, "sea")


@pytest.mark.parametrize("most", [0, 2, 500])
def test_a_beginning_finds_the_same_however_many_words_begin_so(
    store: Store, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(beginnings, "MOST_WRITTEN_OUT", most)
    for said in ("salt", "salty sea", "fine salts", "pepper", "소금을", "saltsalt 7"):
        say(store, said)
    for search, expected in {
        "salt": ("salt", "salty sea", "fine salts", "saltsalt 7"),
        "sal*": ("salt", "salty sea", "fine salts", "saltsalt 7"),
        '"salt"': ("salt",),
        "pepp": ("pepper",),
        "fine sal*": ("fine salts",),
        "sal* -salty": ("salt", "fine salts", "saltsalt 7"),
        "sal* s* se*": ("salty sea",),
        "소금": ("소금을",),
        "salz": (),
    }.items():
        assert titles(store, search) == list(reversed(expected)), search


def test_an_entry_is_found_once_by_its_newest_hit_on_whatever_page(store: Store) -> None:
    chats = [say(store, f"sea {number}", "sea") for number in range(7)]
    store.history()
    store.add_turn(chats[0], None, Message("user", "the sea again"))
    pages, after = [], ""
    while True:
        page = store.history(HistoryFilter("sea"), after=after, limit=3)
        pages.append([entry.title for entry in page.entries])
        if page.after is None:
            break
        after = page.after
    assert pages == [["sea 0", "sea 6", "sea 5"], ["sea 4", "sea 3", "sea 2"], ["sea 1"]]


def test_a_list_comes_in_pages_that_stay_where_they_were(store: Store) -> None:
    for number in range(5):
        say(store, str(number))
    first = store.history(limit=2)
    say(store, "new")
    assert first.after is not None
    second = store.history(after=first.after, limit=2)
    assert [entry.title for entry in (*first.entries, *second.entries)] == ["4", "3", "2", "1"]
    last = store.history(after=second.after or "", limit=2)
    assert ([entry.title for entry in last.entries], last.after) == (["0"], None)


WANTED = {
    "all": HistoryFilter(),
    "by a filter": HistoryFilter(facets={"kind": "chat"}),
    "words": HistoryFilter("sea"),
    "words by relevance": HistoryFilter("sea", by_relevance=True),
}


@pytest.mark.parametrize("wanted", WANTED.values(), ids=WANTED)
def test_newer_pages_are_those_that_were_left(store: Store, wanted: HistoryFilter) -> None:
    chats = [say(store, f"sea {number}", "of the sea") for number in range(9)]
    store.history()
    store.add_turn(chats[2], None, Message("user", "the sea again"))
    down = [store.history(wanted, limit=2)]
    while (after := down[-1].after) is not None:
        down.append(store.history(wanted, after=after, limit=2))
    assert [len(page.entries) for page in down] == [2, 2, 2, 2, 1]
    assert down[0].before is None

    up = [down[-1]]
    while (before := up[-1].before) is not None:
        up.append(store.history(wanted, before=before, limit=2))

    assert [page.entries for page in reversed(up)] == [page.entries for page in down]
    assert [page.after for page in reversed(up)] == [page.after for page in down]


def test_what_is_newer_and_fills_no_page_is_the_first_one(store: Store) -> None:
    for number in range(4):
        say(store, f"sea {number}")
    store.mark_entry(say(store, "a sea that is pinned"), pinned=True)
    for wanted in (HistoryFilter(), HistoryFilter("sea")):
        second = store.history(wanted, after=store.history(wanted, limit=1).after or "", limit=2)
        assert second.before is not None
        assert store.history(wanted, before=second.before, limit=2) == store.history(wanted, limit=2)


def test_a_search_upwards_stops_after_a_while_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(19):
        say(store, f"sea {number}", model="rare" if number in (0, 18) else "m")
    wanted = HistoryFilter("sea", facets={"model": "rare"})
    store.history(wanted)
    monkeypatch.setattr(hits, "PORTIONS", (2, 3))
    page = store.history(wanted)
    found = [entry.title for entry in page.entries]
    while page.after is not None:
        page = store.history(wanted, after=page.after)
        found += [entry.title for entry in page.entries]
    assert found == ["sea 18", "sea 0"]
    back, empty = [entry.title for entry in page.entries], 0
    while page.before is not None:
        page = store.history(wanted, before=page.before)
        back = [*(entry.title for entry in page.entries), *back]
        empty += not page.entries
    assert back == found
    assert empty


@pytest.mark.parametrize(
    "after", ["x", "~", "2026-01-01~1", "2026-01-01T00:00:00+00:00~" + "9" * 30, "\x00", "-1", "9" * 99]
)
def test_an_address_that_names_no_page_is_that_of_the_first(store: Store, after: str) -> None:
    say(store, "sea")
    assert len(store.history(after=after).entries) == 1
    assert len(store.history(HistoryFilter("sea"), after=after).entries) == 1
    assert len(store.history(before=after).entries) == 1
    assert len(store.history(HistoryFilter("sea"), before=after).entries) == 1


def test_each_filter_finds_what_it_names(store: Store) -> None:
    cheap, dear = say(store, "cheap", model="one"), say(store, "dear", model="two", cost="0.02")
    failed = say(store, "failed", state="failed")
    compared = make(store)
    batch_of(store, "batch", "done")
    for _ in range(2):
        set_by = ReplyRequest(cheap, store.path(cheap)[0].id, "one", preset="p1")
        store.ask([set_by])
        store.finish_reply(set_by.id, state="done", text="Again")
    store.mark_entry(dear, tags=[" Sea ", "salt", "", "salt"])
    found = {
        ("kind", "batch"): ["batch"],
        ("kind", "compare"): ["Why is the sea salty?"],
        ("model", "two"): ["dear"],
        ("connection", "there"): ["batch"],
        ("outcome", "failed"): ["failed"],
        ("cost", "0.01"): ["dear"],
        ("cost", "0.1"): [],
        ("cost", "unpriced"): ["batch"],
        ("preset", "p1"): ["cheap"],
        ("tag", "Sea"): ["dear"],
        ("vote", "none"): ["Why is the sea salty?"],
    }
    assert {facet: titles(store, facets=dict([facet])) for facet in found} == found
    assert titles(store, facets={"model": "two", "cost": "0.01", "kind": "chat"}) == ["dear"]
    assert titles(store, facets={"model": "two", "outcome": "failed"}) == []
    assert titles(store, "dear", facets={"model": "two"}) == ["dear"]
    assert titles(store, "dear", facets={"model": "one"}) == []
    assert store.history_values("tag") == ("Sea", "salt")
    assert store.history_values("outcome") == ("done", "failed")
    store.cast_vote(Vote("tie", comparison_id=compared, prompt=1, voter="v"), {"panes": 2})
    assert titles(store, facets={"vote": "none"}) == []
    assert failed in [entry.id for entry in store.history().entries]


def test_a_time_bounds_the_last_use(store: Store) -> None:
    say(store, "sea")
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    for wanted in ({}, {"facets": {"kind": "chat"}}):
        for words in ("", "sea"):
            assert titles(store, words, since=now - hour, until=now + hour, **wanted) == ["sea"]
            assert titles(store, words, since=now + hour, **wanted) == []
            assert titles(store, words, until=now - hour, **wanted) == []


def test_models_of_a_blind_comparison_are_not_found_by_their_names(store: Store) -> None:
    made = make(store)
    pane = {"model": "m", "conversation_id": "x", "unlinked": []}
    store.save_comparison(made, {"panes": [pane, pane], "blind": True, "round": 1})
    assert titles(store, facets={"model": "m"}) == titles(store, facets={"vote": "none"}) == []
    (entry,) = store.history().entries
    assert entry.facts is not None
    assert (entry.facts.hidden, entry.facts.models) == (True, ())


def test_what_is_pinned_comes_first_and_what_is_put_away_has_a_list_of_its_own(store: Store) -> None:
    first, second, third = (say(store, words) for words in ("first", "second", "third"))
    store.mark_entry(first, pinned=True)
    store.mark_entry(second, archived=True)
    assert titles(store) == ["first", "third"]
    assert titles(store, facets={"kind": "chat"}) == ["third", "first"]
    assert titles(store, archived=True) == titles(store, "second", archived=True) == ["second"]
    assert titles(store, "second") == []
    store.mark_entry(first, pinned=False)
    store.mark_entry(second, archived=False)
    assert titles(store) == ["third", "second", "first"]
    assert third


def test_names_tags_and_notes_are_found_and_harmless(store: Store) -> None:
    chat, batch = say(store, "Why?"), batch_of(store, "Name a sea")
    store.rename(chat, "About larks")
    store.mark_entry(chat, note="Ask \x1b Anna", tags=["birds\u202e"])
    store.mark_entry(batch, name="Nightly run")
    assert titles(store, "larks") == titles(store, "anna") == titles(store, "birds") == ["About larks"]
    assert titles(store, "nightly") == titles(store, "sea") == ["Nightly run"]
    entry = store.entry(chat)
    assert entry is not None
    assert (entry.tags, entry.note) == (("birds",), "Ask \ufffd Anna")
    store.rename(chat, "Other")
    store.mark_entry(chat, note="", tags=[])
    assert titles(store, "larks") == titles(store, "anna") == titles(store, "birds") == []
    with pytest.raises(MissingError):
        store.mark_entry("unknown", pinned=True)


def test_what_is_deleted_is_not_changed(store: Store) -> None:
    chat = say(store, "Larks")
    store.delete(chat)
    with pytest.raises(MissingError):
        store.mark_entry(chat, tags=["sea"])
    store.restore(chat)
    assert store.history().entries[0].tags == ()


def test_what_is_deleted_vanishes_at_once_and_comes_back(store: Store) -> None:
    chat, compared, batch = say(store, "sea chat"), make(store, "sea comparison"), batch_of(store, "sea batch", "yes")
    (question, _) = store.path(chat)
    store.delete_turn(question.id)
    assert titles(store, "chat") == []
    store.restore_turn(question.id)
    for delete, restore, id_ in (
        (store.delete, store.restore, chat),
        (store.delete_comparison, store.restore_comparison, compared),
        (store.delete_batch, store.restore_batch, batch),
    ):
        before = {entry.id for entry in store.history(HistoryFilter("sea")).entries}
        delete(id_)
        assert id_ not in [entry.id for entry in store.history().entries]
        assert {entry.id for entry in store.history(HistoryFilter("sea")).entries} == before - {id_}
        restore(id_)
        assert {entry.id for entry in store.history(HistoryFilter("sea")).entries} == before
    assert len(before) == 3


def test_thousands_that_are_deleted_at_once_vanish_at_once(
    stores: Stores, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        say(store, f"sea {number}")
    store.history()
    monkeypatch.setattr(history, "_REFRESHED_AT_ONCE", 1)
    monkeypatch.setattr(history, "_PORTIONS", 1)
    at, _ = store.delete_fitting(Condition(LATER))
    assert titles(store) == titles(store, "sea") == titles(store, facets={"kind": "chat"}) == []
    store.restore_deleted_at(at)
    assert len(titles(store)) == len(titles(store, "sea")) == 6
    assert store.unindexed() > 0
    while stores.index_some():
        pass
    assert store.unindexed() == 0


def test_an_entry_that_cannot_be_read_keeps_no_other_from_being_indexed(
    stores: Stores, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    broken = batch_of(store, "Name a lake", "Baikal")
    store.history()
    with stores.engine.begin() as connection:
        connection.execute(update(batches).where(batches.c.id == broken).values(usage={"moons": 7}))
    say(store, "Why is the sea salty?")
    while stores.index_some():
        pass
    assert store.unindexed() == 0
    assert titles(store, "salty") == ["Why is the sea salty?"]
    assert broken in [entry.id for entry in store.history().entries]
    assert "could not be read" in caplog.text


def test_a_purge_takes_the_words_out_of_the_index(stores: Stores, store: Store) -> None:
    chat, compared, batch = (
        say(store, "xylophone", "quartz"),
        make(store, "obelisk"),
        batch_of(store, "zeppelin", "wombat"),
    )
    stays = say(store, "Kept words", "marzipan")
    store.rename(chat, "basilisk")
    store.history()
    assert all(has_term(stores, word) for word in ("xylophone", "quartz", "obelisk", "zeppelin", "wombat", "basilisk"))
    store.delete(chat)
    store.delete_comparison(compared)
    store.delete_batch(batch)
    stores.purge(LATER)
    gone = ("xylophone", "quartz", "obelisk", "zeppelin", "wombat", "basilisk")
    assert not any(has_term(stores, word) for word in gone)
    assert has_term(stores, "marzipan")
    assert titles(store, "marzipan") == ["Kept words"]
    assert [entry.id for entry in store.history().entries] == [stays]
    with pytest.raises(MissingError):
        store.restore_batch(batch)


def has_term(stores: Stores, term: str) -> bool:
    """Whether a word is anywhere in the index, if only as one that was taken out."""
    with stores.engine.begin() as connection:
        if stores.engine.dialect.name == "sqlite":
            blocks = connection.execute(text("SELECT block FROM document_words_data")).scalars()
            # Terms that begin as the one before them are written without that beginning.
            return any(term[1:].encode() in bytes(block) for block in blocks)
        found = connection.execute(text("SELECT terms::text FROM document_words")).scalars()
        return any(f"'{term}'" in terms for terms in found)


def test_a_long_answer_is_found_from_its_beginning_to_its_end(store: Store) -> None:
    words = " ".join(f"w{number}" for number in range(30_000))
    chat = say(store, "Count", words)
    assert titles(store, "w0 w1") == titles(store, '"w29998 w29999"') == ["Count"]
    store.delete_turn(store.path(chat)[1].id)
    assert titles(store, "w29999") == []


def test_an_answer_that_ends_again_is_found_by_its_last_words_alone(store: Store) -> None:
    chat = say(store, "Why?", "rivers")
    reply = store.path(chat)[1].id
    assert titles(store, "rivers") == ["Why?"]
    store.finish_reply(reply, state="done", text="glaciers")
    assert (titles(store, "rivers"), titles(store, "glaciers")) == ([], ["Why?"])


def test_words_come_into_the_index_when_an_answer_has_ended(stores: Stores, store: Store) -> None:
    chat = store.create_conversation(model="m")
    question = store.add_turn(chat.id, None, Message("user", "Why?"))
    reply = store.start_reply(chat.id, question.id, model="m")
    assert titles(store) == ["Why?"]
    with statements(stores) as sent:
        store.save_partial(reply, "rivers")
        store.save_partial(reply, "rivers and")
    assert not [statement for statement, _ in sent if "documents" in statement or "entries" in statement]
    assert titles(store, "rivers") == []
    assert titles(store, facets={"outcome": "live"}) == ["Why?"]
    store.finish_reply(reply, state="stopped", text="rivers and")
    assert titles(store, "rivers") == ["Why?"]


def test_what_is_old_is_listed_at_once_and_indexed_step_by_step(stores: Stores, store: Store) -> None:
    chats = [say(store, f"sea {number}") for number in range(4)]
    store.history()
    forget(stores)
    say(store, "new sea")
    assert titles(store, "sea") == ["new sea"]
    assert store.unindexed() == 4
    assert titles(store) == ["new sea", "sea 3", "sea 2", "sea 1", "sea 0"]
    while stores.index_some():
        pass
    assert store.unindexed() == 0
    assert titles(store, "sea") == ["new sea", "sea 3", "sea 2", "sea 1", "sea 0"]
    assert len(chats) == 4


def forget(stores: Stores) -> None:
    """Have all entries be as a migration leaves them."""
    with stores.engine.begin() as connection:
        for table in (entry_facets, word_documents):
            connection.execute(table.delete())
        if stores.engine.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO document_words (document_words) VALUES ('delete-all')"))
        shown = {"place": 1, "title": entries.c.title, "facts": None, "label": "", "outdated": OLD}
        connection.execute(entries.update().values(shown))


def test_a_list_is_read_though_nothing_can_be_written(
    store: Store, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(store, "sea")
    store.history()
    say(store, "lake")

    def refuse() -> None:
        raise StoreError("The disk is full.", "Make room.")

    monkeypatch.setattr(stores, "write", refuse)
    assert titles(store) == ["sea"]


def hide(store: Store, chat: str, words: str, hidden: list[str]) -> None:
    if path := store.path(chat):
        store.delete_turn(path[-1].id)
        hidden.append(path[-1].id)


def show(store: Store, chat: str, words: str, hidden: list[str]) -> None:
    if hidden:
        store.restore_turn(hidden.pop())


def go_on(store: Store, chat: str, words: str) -> None:
    if store.conversation(chat):
        store.add_turn(chat, None, Message("user", words))


def mark(store: Store, chat: str, **marks: Any) -> None:
    """Mark a chat; what was deleted is in no list, and cannot be marked."""
    with suppress(MissingError):
        store.mark_entry(chat, **marks)


IN_A_CHAT: dict[str, Callable[[Store, str, str, list[str]], object]] = {
    "again": lambda store, chat, words, _: go_on(store, chat, words),
    "delete": lambda store, chat, *_: store.delete(chat),
    "restore": lambda store, chat, *_: store.restore(chat),
    "hide": hide,
    "show": show,
    "rename": lambda store, chat, words, _: store.rename(chat, words),
    "tag": lambda store, chat, words, _: mark(store, chat, tags=[words]),
    "pin": lambda store, chat, words, _: mark(store, chat, pinned=words == "sea"),
}
ELSEWHERE: dict[str, Callable[[Store, str], object]] = {
    "compare": lambda store, words: make(store, words or "x", panes=1),
    "batch": lambda store, words: batch_of(store, words, words),
    "look": lambda store, _: store.history(),
}
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(("say", *IN_A_CHAT, *ELSEWHERE)),
        st.integers(0, 3),
        st.sampled_from(("sea", "lake", "river sea", "中国", "")),
    ),
    max_size=14,
)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_entries_are_those_of_a_recount(stores: Stores, actions: Sequence[tuple[str, int, str]]) -> None:
    with stores.engine.begin() as connection:
        for table in ("turns", "replies", "conversations", "comparisons", "batches", "documents"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("INSERT INTO document_words (document_words) VALUES ('delete-all')"))
    store = stores.of(DEFAULT_OWNER)
    chats: list[str] = []
    hidden: list[str] = []
    for action, which, words in actions:
        if action == "say" or not chats:
            chats.append(say(store, words or "x", words))
        elif action in IN_A_CHAT:
            IN_A_CHAT[action](store, chats[which % len(chats)], words, hidden)
        else:
            ELSEWHERE[action](store, words)
    before = seen(store)
    store.history()
    with stores.engine.begin() as connection:
        connection.execute(text("INSERT INTO document_words (document_words, rank) VALUES ('integrity-check', 0)"))
        connection.execute(entry_facets.delete())
        connection.execute(word_documents.delete())
        connection.execute(text("INSERT INTO document_words (document_words) VALUES ('delete-all')"))
        connection.execute(entries.update().values(outdated=CHANGED, facts=None, label=""))
    assert seen(store) == before


def seen(store: Store) -> dict[str, list[HistoryEntry] | list[str]]:
    """All that can be read of the history."""
    searches = ("sea", "lake", "river", "中国", "x")
    return {
        "": list(store.history().entries),
        **{name: list(store.history_values(name)) for name in ("kind", "model", "outcome", "tag", "vote")},
        **{words: sorted(entry.id for entry in store.history(HistoryFilter(words)).entries) for words in searches},
    }


QUERIES = {
    "all": HistoryFilter(),
    "in a time": HistoryFilter(since=datetime(2020, 1, 1, tzinfo=UTC), until=LATER),
    "archived": HistoryFilter(archived=True),
    "by a filter": HistoryFilter(facets={"model": "m0"}),
    "by several": HistoryFilter(facets={"model": "m0", "kind": "chat", "tag": "t1"}, until=LATER),
    "words": HistoryFilter("sea"),
    "words by relevance": HistoryFilter("sea", by_relevance=True),
    "words by several": HistoryFilter("sea -lake", facets={"model": "m0", "kind": "chat"}, until=LATER),
}


@pytest.fixture(scope="module")
def many_chats(module_stores: Stores) -> Stores:
    """Sixty chats, with two models and tags."""
    store = module_stores.of(DEFAULT_OWNER)
    for number in range(60):
        chat = say(store, f"sea {number}", model=f"m{number % 2}")
        if number % 3 == 0:
            store.mark_entry(chat, tags=[f"t{number % 2}"])
    store.history()
    with module_stores.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    return module_stores


@pytest.mark.parametrize("asked", QUERIES)
def test_each_query_goes_along_an_index_in_its_order(many_chats: Stores, asked: str) -> None:
    store = many_chats.of(DEFAULT_OWNER)
    first = store.history(QUERIES[asked], limit=5)
    with statements(many_chats) as sent:
        store.history(QUERIES[asked], limit=5)
        second = store.history(QUERIES[asked], after=first.after or "", limit=5)
        store.history(QUERIES[asked], before=second.before or "", limit=5)
        store.history_values("model")
        store.unindexed()
    big = ("FROM entries", "FROM entry_facets", "FROM document_words", "FROM documents", "JOIN entries")
    read = [(statement, values) for statement, values in sent if any(name in statement for name in big)]
    assert read
    for statement, values in read:
        plan = planned(many_chats, statement, values)
        for slow in ("TEMP B-TREE", "SCAN entries\n", "SCAN entry_facets\n", "SCAN documents", "Seq Scan"):
            assert slow not in f"{plan}\n", f"{statement}\n{plan}"
        if many_chats.engine.dialect.name == "sqlite":
            assert "Sort" not in plan


def test_the_search_stops_after_a_while_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        say(store, f"sea {number}", model="rare" if number == 0 else "m")
    monkeypatch.setattr(hits, "PORTIONS", (2, 3))
    wanted = HistoryFilter("sea", facets={"model": "rare"})
    page = store.history(wanted)
    assert (page.entries, page.unfinished) == ((), True)
    assert page.after is not None
    page = store.history(wanted, after=page.after)
    assert [entry.title for entry in page.entries] == ["sea 0"]


def test_the_counter_of_documents_goes_up_for_what_is_new(stores: Stores, store: Store) -> None:
    say(store, "sea")
    store.history()
    with stores.engine.begin() as connection:
        first = connection.scalars(select(word_documents.c.number)).all()
    say(store, "lake")
    store.history()
    with stores.engine.begin() as connection:
        later = connection.scalars(select(word_documents.c.number)).all()
    assert min(set(later) - set(first)) > max(first)
