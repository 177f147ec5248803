"""How much room everything takes on disk, by kind."""

import os
from collections.abc import Iterable
from pathlib import Path

from playground.store import Stores
from playground.store.database.database import sqlite_path
from playground.system.private_files import DATABASE

EXPORTS, BACKUPS = "exports", "backups"
"""Folders of the data directory."""


def disk_usage(stores: Stores, data_dir: Path) -> dict[str, int]:
    """Bytes by kind, the parts of the database first; kinds of which there is nothing are left out.

    Raises StoreError.
    """
    kinds = dict(stores.sizes())
    sqlite = stores.engine.dialect.name == "sqlite"
    copies = stores.backups()
    database = sqlite_path(stores.engine.url) if sqlite else data_dir / DATABASE
    own = {database, *(database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm"))}
    kinds["copies of the database"] = sum(map(_size, copies)) + _sum(_files(data_dir / BACKUPS))
    kinds["exports"] = _sum(_files(data_dir / EXPORTS))
    known = {*own, *copies}
    others = [
        file
        for file in _files(data_dir)
        if file not in known and file.relative_to(data_dir).parts[0] not in (EXPORTS, BACKUPS)
    ]
    models = [
        file
        for file in others
        if len(parts := file.relative_to(data_dir).parts) > 1 and not parts[0].endswith("-claims")
    ]
    kinds["models that were fetched, and what runs them"] = _sum(models)
    kinds["other files"] = _sum(set(others) - set(models))
    return {kind: size for kind, size in kinds.items() if size}


def _files(folder: Path) -> Iterable[Path]:
    for at, _, names in os.walk(folder):
        yield from (Path(at) / name for name in names)


def _sum(files: Iterable[Path]) -> int:
    return sum(map(_size, files))


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:  # it has gone meanwhile
        return 0
