"""What the connections page does when somebody presses something, and the work that this starts."""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from components.frame.session import chat, shows_errors
from playground.answers.network import network
from playground.errors import BadRequestError
from playground.money.own_prices import PriceError, read_price
from playground.parameters.authoring import SchemaError, read_parameter_schema
from playground.providers.check import check_connection

Errand = Literal["check", "refresh", "list"]


@dataclass(slots=True, eq=False)
class ConnectionWork:
    """An errand on the network's loop; it goes on whether or not somebody watches."""

    errand: Errand
    future: "Future[Any]"
    done: int = 0
    total: int = 0

    @property
    def running(self) -> bool:
        """Whether it is not over yet."""
        return not self.future.done()


def work(errand: Errand, name: str) -> ConnectionWork | None:
    """What was last begun for a connection in this session."""
    return _works().get((errand, name))


def begin_work(errand: Errand, name: str) -> None:
    """Check a connection, refresh its catalogue, or list its models again."""
    roster = chat().roster
    connection = roster.connections[name]
    match errand:
        case "check":
            begun = ConnectionWork("check", network().submit(check_connection(connection)))
        case "refresh":
            begun = ConnectionWork("refresh", Future())

            def read(done: int, total: int) -> None:
                begun.done, begun.total = done, total

            begun.future = roster.refresh(connection, read)
        case "list":
            begun = ConnectionWork("list", roster.served.list(connection))
    _works()[errand, name] = begun


def cancel(errand: Errand, name: str) -> None:
    """Break the errand off."""
    begun = work(errand, name)
    if begun is not None:
        begun.future.cancel()


@shows_errors
def use_shipped() -> None:
    """Go back to the catalogue that ships with the playground."""
    _works().clear()
    try:
        chat().roster.use_shipped()
    except OSError as error:
        raise BadRequestError(
            f"The list that was kept cannot be removed: {error.strerror}.", hint="Make the data directory writable."
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
    chat().roster.served.set_parameters(name, schema)


@shows_errors
def reset_schema(name: str, key: str) -> None:
    """Go back to OpenAI's parameters."""
    st.session_state.pop(f"{key}-wrong", None)
    st.session_state.pop(key, None)
    chat().roster.served.set_parameters(name, None)


@shows_errors
def name_models(name: str, key: str) -> None:
    """Take the ids that are written in a text area, one a line."""
    chat().roster.served.name_by_hand(name, st.session_state[key].splitlines())


@shows_errors
def set_price(name: str, key: str) -> None:
    """Set the price that is written in the fields whose keys begin with `key`, if it is one, and empty them."""
    written = {field: st.session_state[f"{key}-{field}"] for field in ("input", "output", "cached_input", "as_of")}
    served = chat().roster.served
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
    chat().roster.served.set_price(name, model, None)


def _works() -> dict[tuple[Errand, str], ConnectionWork]:
    if "connection_work" not in st.session_state:
        st.session_state.connection_work = {}
    found: dict[tuple[Errand, str], ConnectionWork] = st.session_state.connection_work
    return found
