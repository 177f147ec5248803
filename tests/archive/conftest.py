"""The databases of the store's tests."""

from tests.store.conftest import engine, postgresql, postgresql_stores, sqlite_stores, store, stores  # noqa: F401
