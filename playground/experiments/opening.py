"""The database and the models by the environment and secrets.toml, where no Streamlit runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from playground.answers.request_switch import request_switch
from playground.connections import configured, settings
from playground.connections.rosters import Rosters
from playground.connections.secrets_toml import connections_in_secrets
from playground.store import Stores, open_stores


@contextmanager
def environment_stores() -> Iterator[Stores]:
    """The stores of the environment's database, whose switch stops requests here too.

    Raises SettingError and StoreError.
    """
    connections_in_secrets()  # reading it also puts its top level into the environment
    settings.open_data_dir()
    with open_stores(settings.database_url()) as stores:
        request_switch().follow(stores)
        yield stores


def environment_rosters(stores: Stores) -> Rosters:
    """The models of all owners, with the connections of the environment, of secrets.toml and of the database.

    Raises SettingError and StoreError.
    """
    secrets = connections_in_secrets()
    return Rosters(
        configured.connections(secrets), configured.connection_problems(secrets), stores, settings.data_dir()
    )
