"""What the connections page does when somebody presses something, and the work that this starts."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from components.frame.process import managed, own_connections
from components.frame.session import shows_errors
from playground.answers.network import network
from playground.connections.key_file import KeyFileError
from playground.connections.settings import SettingError
from playground.errors import BadRequestError
from playground.money.own_prices import PriceError, read_price
from playground.parameters.authoring import SchemaError, read_parameter_schema
from playground.providers.check import check_connection
from playground.text.labels import visible

Operation = Literal["check", "refresh", "list"]
_VERBS = {"check": "Checking", "refresh": "Asking Cloudflare for its models", "list": "Asking for the models"}


@dataclass(slots=True, eq=False)
class ConnectionWork:
    """An operation on the network's loop; it goes on whether or not somebody watches."""

    operation: Operation
    future: "Future[Any]"
    done: int = 0
    total: int = 0

    @property
    def running(self) -> bool:
        """Whether it is not over yet."""
        return not self.future.done()

    @property
    def progress(self) -> tuple[str, float | None]:
        """What is being done in a few words, and how much of it, where that is known."""
        if self.total:
            return f"Reading schemas: {self.done} of {self.total} models", self.done / self.total
        return _VERBS[self.operation], None


def work(operation: Operation, name: str) -> ConnectionWork | None:
    """What was last begun for a connection in this session."""
    return _works().get((operation, name))


def begin_work(operation: Operation, name: str) -> None:
    """Check a connection, refresh its catalogue, or list its models again."""
    roster = managed().roster
    connection = roster.connections.get(name)
    if connection is None:  # it was removed or switched off in another tab
        return
    match operation:
        case "check":
            begun = ConnectionWork("check", network().submit(check_connection(connection)))
        case "refresh":
            begun = ConnectionWork("refresh", Future())

            def read(done: int, total: int) -> None:
                begun.done, begun.total = done, total

            begun.future = roster.refresh(connection, read)
        case "list":
            begun = ConnectionWork("list", roster.served.list(connection))
    _works()[operation, name] = begun


def watch_list(name: str, listing: "Future[None]") -> None:
    """Have the page show that a server's models are asked for."""
    _works()["list", name] = ConnectionWork("list", listing)


@contextmanager
def as_provider_errors() -> Iterator[None]:
    """Turn what prevents a connection from being saved into an error that `shows_errors` shows."""
    try:
        yield
    except (SettingError, KeyFileError) as error:
        raise BadRequestError(error.message, hint="") from None


@shows_errors
def switch_connection(name: str, on: bool) -> None:
    """Switch a connection on or off."""
    own_connections().switch(name, on)


@shows_errors
def remove_connection(name: str) -> None:
    """Have a connection no more; `undo_removal` offers to bring it back."""
    with as_provider_errors():
        own_connections().remove(name)
    for key in [key for key in _works() if key[1] == name]:
        _works().pop(key).future.cancel()
    st.session_state.connection_removed = name


@shows_errors
def rename_connection(name: str, key: str) -> None:
    """Give a connection the name that is written in a field."""
    with as_provider_errors():
        new = own_connections().rename(name, st.session_state[key])
    for operation, known in list(_works()):
        if known == name:
            _works().pop((operation, known)).future.cancel()
    st.session_state.connection_renamed = (name, new) if new != name else None


@shows_errors
def restore_connection(name: str) -> None:
    """Bring back a connection that was removed."""
    st.session_state.connection_removed = None
    with as_provider_errors():
        if not own_connections().restore(name):
            raise BadRequestError(f"{visible(name)} cannot be brought back any more.", hint="Add it again.")


def cancel(operation: Operation, name: str) -> None:
    """Break the operation off."""
    begun = work(operation, name)
    if begun is not None:
        begun.future.cancel()


@shows_errors
def use_shipped() -> None:
    """Go back to the catalogue that ships with the playground."""
    _works().clear()
    try:
        managed().roster.use_shipped()
    except OSError as error:
        raise BadRequestError(
            f"The saved list cannot be removed: {error.strerror}.", hint="Make the data directory writable."
        ) from None


@shows_errors
def save_schema(name: str, key: str) -> None:
    """Use the schema that is written in a text area, if it is one."""
    try:
        schema = read_parameter_schema(st.session_state[key])
    except SchemaError as error:
        st.session_state[f"{key}-wrong"] = error.message
        return
    st.session_state.pop(f"{key}-wrong", None)
    managed().roster.served.set_parameters(name, schema)


@shows_errors
def reset_schema(name: str, key: str) -> None:
    """Go back to OpenAI's parameters."""
    st.session_state.pop(f"{key}-wrong", None)
    st.session_state.pop(key, None)
    managed().roster.served.set_parameters(name, None)


@shows_errors
def name_models(name: str, key: str) -> None:
    """Take the ids that are written in a text area, one a line."""
    managed().roster.served.name_by_hand(name, st.session_state[key].splitlines())


@shows_errors
def set_price(name: str, key: str) -> None:
    """Set the price that is written in the fields whose keys begin with `key`, if it is one, and empty them."""
    written = {field: st.session_state[f"{key}-{field}"] for field in ("input", "output", "cached_input", "as_of")}
    served = managed().roster.served
    try:
        model, quote = read_price(st.session_state[f"{key}-model"], written)
        served.set_price(name, model, quote)
    except PriceError as error:
        st.session_state[f"{key}-wrong"] = error.message
        return
    st.session_state.pop(f"{key}-wrong", None)
    for field in ("input", "output", "cached_input"):
        st.session_state[f"{key}-{field}"] = ""
    st.session_state[f"{key}-model"] = None


@shows_errors
def take_back_price(name: str, model: str) -> None:
    """Forget a price that was set on the page."""
    managed().roster.served.set_price(name, model, None)


def _works() -> dict[tuple[Operation, str], ConnectionWork]:
    if "connection_work" not in st.session_state:
        st.session_state.connection_work = {}
    found: dict[tuple[Operation, str], ConnectionWork] = st.session_state.connection_work
    return found
