"""The page of your data without a browser."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from components.data.actions import begin_export
from components.frame.process import chat, stores
from playground.archive.backups import back_up_database, default_copy, own_copies
from playground.archive.disk import EXPORTS
from playground.archive.exports import remove_old_exports
from playground.archive.work import data_works
from playground.connections import settings
from playground.messages import Message
from playground.owner import DEFAULT_OWNER
from playground.store import Migration
from playground.store.database.database import now
from playground.store.database.schema import conversations
from tests.pages.conftest import OpenPage, alone, shown
from tests.store.test_history_of_experiments import ended, made
from tests.store.test_history_of_experiments import run as run_cells

PAGE = "pages/data.py"


def old_chat(days: int = 370) -> str:
    """A chat that was last used so many days ago."""
    store = chat().store
    made = store.create_conversation(model="m").id
    store.add_turn(made, None, Message("user", "Why is the sea salty?"))
    with stores().engine.begin() as connection:
        old = conversations.update().where(conversations.c.id == made)
        connection.execute(old.values(updated_at=now() - timedelta(days=days)))
    return made


def test_it_opens_with_nothing_in_it(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    assert not page.exception
    assert not page.error
    assert "Keys are not in it" in shown(page)
    assert page.button(key="import").disabled


def test_old_chats_are_counted_deleted_brought_back_and_removed_for_good() -> None:
    old, new = old_chat(), chat().store.create_conversation(model="m").id
    page = alone(PAGE)
    page.button(key="count").click().run()
    assert page.button(key="delete_fitting").label == "Delete 1 chat (21 bytes)"
    page.button(key="delete_fitting").click().run()
    assert chat().store.conversation(old) is None
    assert chat().store.conversation(new) is not None
    assert "1 deleted" in shown(page)

    page.button(key="undo_deletion").click().run()
    assert chat().store.conversation(old) is not None

    page.button(key="count").click().run()
    page.button(key="delete_fitting").click().run()
    page.button(key="purge").click().run()
    assert "removed for good" in shown(page)
    with stores().engine.begin() as connection:
        assert old not in connection.scalars(conversations.select()).all()


def test_where_it_is_removed_for_good_it_says_in_which_copies_it_stays_and_offers_to_delete_them() -> None:
    folder = settings.data_dir()
    page = alone(PAGE)

    def deleted_chat() -> None:
        chat().store.delete(old_chat())

    deleted_chat()
    page.run()
    assert "The app has made no copy of the database" in shown(page)
    back_up_database(settings.database_url(), default_copy(folder, settings.database_url()))
    before_update = folder / "playground.db.before-0001-x"
    before_update.write_bytes(b"x" * 1_000_000)
    (folder / "backups" / "mine.db").write_bytes(b"mine")
    page.run()
    assert "It stays in 2 copies of the database that the app made" in shown(page)

    page.button(key="purge").click().run()
    assert len(own_copies(stores(), folder)) == 2
    deleted_chat()
    page.run()
    page.checkbox(key="purge_copies").check().run()
    page.button(key="purge").click().run()
    assert "removed for good" in shown(page)
    assert own_copies(stores(), folder) == ()
    assert (folder / "backups" / "mine.db").exists()


def test_what_was_used_since_it_was_counted_stays() -> None:
    old = old_chat()
    page = alone(PAGE)
    page.selectbox(key="delete_age").set_value("any age").run()
    page.button(key="count").click().run()
    new = old_chat(days=0)

    page.button(key="delete_fitting").click().run()

    assert chat().store.conversation(old) is None
    assert chat().store.conversation(new) is not None


def test_nothing_is_deleted_that_was_not_counted() -> None:
    old_chat()
    page = alone(PAGE)
    page.button(key="count").click().run()
    page.selectbox(key="delete_age").set_value("any age").run()
    assert not [button for button in page.button if button.key == "delete_fitting"]
    page.multiselect(key="delete_kinds").set_value([]).run()
    assert page.button(key="count").disabled


def test_it_says_where_conversations_are_kept_and_where_they_are_as_they_were_before_an_update(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(PAGE)
    assert "Conversations and answers are kept in" in shown(page)
    assert "schema" not in shown(page)
    opened = stores()
    copy = Path(f"{opened.engine.url.database}.before-9999-20261120T101500Z")
    copy.write_bytes(bytes(1_500_000))
    monkeypatch.setattr(opened, "migration", Migration("0001", "9999", copy))
    words = shown(page.run()).replace("\\", "")
    assert f"updated from schema 0001 to 9999 at the start. As it was before: {copy}" in words
    assert f"1.5 MB: {copy}" in words


def test_an_export_takes_the_place_of_the_last_one_and_old_ones_go() -> None:
    folder = settings.data_dir() / EXPORTS

    def exported() -> Path:
        begin_export()
        work = data_works.get(DEFAULT_OWNER, "export")
        assert work is not None
        assert work.over.wait(20)
        (file,) = folder.iterdir()
        return file

    first, second = exported(), exported()
    assert first != second
    remove_old_exports(folder)
    assert second.is_file()
    os.utime(second, (0, 0))
    remove_old_exports(folder)
    assert not second.exists()
    data_works.forget(DEFAULT_OWNER, "export")


def test_experiments_with_labels_stay_unless_that_is_chosen() -> None:
    store = chat().store
    labelled = made(store)
    run_cells(store, labelled, ended(0))
    store.change_experiment(labelled.id, "done")
    store.label_cell(labelled.id, 0, labeller=store.owner.id, passed=True)
    page = alone(PAGE)
    page.selectbox(key="delete_age").set_value("any age").run()
    page.multiselect(key="delete_kinds").set_value(["experiments"]).run()
    page.button(key="count").click().run()
    assert "1 experiment would fit and stays: it runs, or has labels of people." in shown(page)
    page.checkbox(key="delete_labelled").check().run()
    page.button(key="count").click().run()
    page.button(key="delete_fitting").click().run()
    assert store.experiments() == ()
    page.button(key="undo_deletion").click().run()
    assert [one.id for one in store.experiments()] == [labelled.id]
