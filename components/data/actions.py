"""What the page of your data does when somebody presses something."""

import secrets
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile

import streamlit as st

from components.frame.process import chat, models_of, stores, visitor
from components.frame.session import shows_errors
from playground.archive.backups import delete_own_copies
from playground.archive.disk import EXPORTS
from playground.archive.reading import read_export
from playground.archive.work import WorkKind, data_works
from playground.archive.writing import ArchiveProgress, write_export
from playground.connections import settings
from playground.store.database.database import now
from playground.store.deleting import Condition
from playground.store.upkeep.housekeeping import KEPT_FOR
from playground.system.private_files import private_folder
from playground.web.downloads import downloads

COPIED_AT_ONCE = 1 << 20
COPIES_TOO = "purge_copies"
"""The key of the choice to delete copies of the database with what is removed for good."""


def begin_export() -> None:
    """Write everything to a file, which is then offered in place of the last one."""
    store = chat().store
    forget_work("export")
    file = settings.data_dir() / EXPORTS / f"{secrets.token_hex(8)}.zip"

    def write(progress: ArchiveProgress) -> Path:
        write_export(store, file, progress)
        return file

    data_works.begin(store.owner, "export", write)


def begin_import(key: str) -> None:
    """Take in the file that was chosen."""
    uploaded = st.session_state.get(key)
    if uploaded is None:
        return
    store = chat().store
    models = models_of(store.owner)

    def read(progress: ArchiveProgress) -> object:
        with TemporaryFile(dir=private_folder(settings.data_dir() / EXPORTS)) as copy:  # gone with the process too
            shutil.copyfileobj(uploaded, copy, COPIED_AT_ONCE)
            taken = read_export(store, copy, progress)
        models.take_up()
        return taken

    data_works.begin(store.owner, "import", read)


def cancel_work(kind: WorkKind) -> None:
    """Have an export or import stop."""
    work = data_works.get(chat().store.owner, kind)
    if work is not None:
        work.cancel()


def forget_work(kind: WorkKind) -> None:
    """Show the outcome no more, and remove an export."""
    work = data_works.get(chat().store.owner, kind)
    if work is not None and isinstance(work.result, Path):
        downloads.withdraw(work.result)
        with suppress(OSError):
            work.result.unlink(missing_ok=True)
    data_works.forget(chat().store.owner, kind)


def measure(condition: Condition) -> None:
    """Find out how much fits the choices."""
    st.session_state.deletion = (condition, chat().store.fitting(condition), now())


@shows_errors
def delete_fitting(condition: Condition) -> None:
    """Delete what fits the choices, and was not used since it was counted."""
    counted_at = st.session_state.deletion[2]
    at, count = chat().store.delete_fitting(replace(condition, before=min(condition.before, counted_at)))
    st.session_state.deletion = None
    st.session_state.deleted_at = (at, count)


@shows_errors
def restore_deleted() -> None:
    """Bring back what was deleted here last."""
    at, _ = st.session_state.deleted_at
    chat().store.restore_deleted_at(at)
    st.session_state.deleted_at = None


@shows_errors
def begin_purge() -> None:
    """Remove for good what was deleted."""
    store, everybodys, folder = chat().store, stores(), settings.data_dir()
    copies_too = bool(st.session_state.get(COPIES_TOO)) and visitor().may_administer
    store.expire_deleted()
    st.session_state.deleted_at = None

    def purge(_: ArchiveProgress) -> int:
        removed = everybodys.purge(now() - KEPT_FOR)
        if copies_too:
            delete_own_copies(everybodys, folder)
        return removed

    data_works.begin(store.owner, "purge", purge)
