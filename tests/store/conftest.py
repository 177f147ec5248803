"""Stores on both engines: real SQLite files, and a PostgreSQL server of our own where its programs are installed."""

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import URL

from playground.owner import DEFAULT_OWNER
from playground.store import Store, Stores, open_stores, sqlite_url
from playground.store.database.schema import metadata
from playground.store.held import Held
from tests.databases import new_database


def program(name: str) -> str | None:
    """A program of PostgreSQL's, where it is installed."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(installed[-1]) if installed else None)


def _account() -> str | None:
    """Whom to run the server as: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a private PostgreSQL server, without a database."""
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("PostgreSQL is not installed: no initdb and pg_ctl (apt install postgresql)")
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed (pip install 'psycopg[binary]')")
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="playground-postgresql-"))
    if account is not None:
        shutil.chown(folder, account)

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=account, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    cluster = str(folder / "cluster")
    with (folder / "setup.log").open("wb") as log:
        try:
            run(initdb, "-D", cluster, "-U", "playground", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
            port = _free_port()
            options = f"-h 127.0.0.1 -p {port} -c unix_socket_directories= -c fsync=off -c max_connections=200"
            run(pg_ctl, "-D", cluster, "-w", "-o", options, "-l", str(folder / "server.log"), "start")
            try:
                yield f"postgresql://playground@127.0.0.1:{port}/"
            finally:
                run(pg_ctl, "-D", cluster, "-w", "-m", "immediate", "stop")
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def database_on(postgresql: str, bare: bool = False) -> Iterator[str]:
    """The URL of a new database of a server, with all tables and nothing in them; without any, where it is `bare`."""
    import psycopg

    name = f"test_{secrets.token_hex(6)}"
    template = "template1" if bare else _template(postgresql)
    with psycopg.connect(postgresql + "postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        yield postgresql + name
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@cache
def _template(postgresql: str) -> str:
    """A database with all tables, which is copied: to migrate one takes a server five times as long."""
    import psycopg

    with psycopg.connect(postgresql + "postgres", autocommit=True) as server:
        server.execute(b"CREATE DATABASE with_tables")
    open_stores(postgresql + "with_tables").close()
    return "with_tables"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """The kind of database that a test runs on."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql")
    return str(request.param)


@pytest.fixture
def url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with all tables and nothing in them."""
    if engine == "sqlite":
        yield new_database(tmp_path / "data")
    else:
        with database_on(request.getfixturevalue("postgresql")) as new:
            yield new


@pytest.fixture
def bare_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that nobody has used yet."""
    if engine == "sqlite":
        yield sqlite_url(tmp_path / "data")
    else:
        with database_on(request.getfixturevalue("postgresql"), bare=True) as new:
            yield new


@pytest.fixture(scope="session")
def postgresql_stores(postgresql: str) -> Iterator[Stores]:
    """Stores that are emptied for each test: to make a database takes PostgreSQL a quarter of a second."""
    with database_on(postgresql) as url, open_stores(url) as opened:
        yield opened


@pytest.fixture(scope="session")
def sqlite_stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Stores that are emptied for each test: an engine keeps its statements, which take longer to write than to run."""
    with open_stores(new_database(tmp_path_factory.mktemp("stores"))) as opened:
        yield opened


def empty(stores: Stores) -> None:
    """Leave nothing of what was there, in the database and in memory."""
    with stores.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        if stores.engine.dialect.name == "sqlite":  # on PostgreSQL the index goes with the documents
            connection.exec_driver_sql("INSERT INTO document_words (document_words) VALUES ('delete-all')")
    stores.held = Held()  # what waits to be saved is in memory


@pytest.fixture
def stores(engine: str, request: pytest.FixtureRequest) -> Stores:
    """Empty stores."""
    shared: Stores = request.getfixturevalue(f"{engine}_stores")
    empty(shared)
    return shared


@contextlib.contextmanager
def new_stores(kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Empty stores in a database of their own."""
    if kind == "sqlite":
        with open_stores(new_database(tmp_path_factory.mktemp("stores"))) as opened:
            yield opened
    else:
        with database_on(request.getfixturevalue("postgresql")) as url, open_stores(url) as opened:
            yield opened


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def module_stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Empty stores for the tests of a module that read what is put into them once."""
    with new_stores(request.param, request, tmp_path_factory) as opened:
        yield opened


@pytest.fixture(scope="module")
def more_module_stores(
    module_stores: Stores, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stores]:
    """Others of the same kind."""
    with new_stores(module_stores.engine.dialect.name, request, tmp_path_factory) as opened:
        yield opened


@pytest.fixture
def store(stores: Stores) -> Store:
    """An empty store."""
    return stores.of(DEFAULT_OWNER)


@contextlib.contextmanager
def refusing(url: URL) -> Iterator[None]:
    """A PostgreSQL database that ends all its connections and takes none, as while its server is away."""
    import psycopg

    server = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as control:
        control.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false'.encode())
        control.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (url.database,))
        try:
            yield
        finally:
            control.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true'.encode())
