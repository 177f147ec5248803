"""Model servers that run on this machine, offered and not used by themselves."""

from concurrent.futures import Future

import streamlit as st

from components.connections import draft as drafts
from components.connections.work import Running, begin
from components.frame.process import managed, own_connections
from playground.answers.network import network
from playground.connections.local_servers import LocalServer, find_local_servers
from playground.connections.services import service_at
from playground.money import figures


class Search:
    """Looking for them, once each time that the page is opened."""

    def __init__(self) -> None:
        self.future: Future[tuple[LocalServer, ...]] = network().submit(find_local_servers())

    @property
    def running(self) -> bool:
        """Whether an answer may still come."""
        return not self.future.done()

    @property
    def progress(self) -> tuple[str, float | None]:
        """What is being done, in a few words."""
        return "Looking for model servers on this machine", None


def _search(*, anew: bool) -> Search:
    if anew or "local_servers" not in st.session_state:
        st.session_state.local_servers = Search()
    found: Search = st.session_state.local_servers
    return found


def found_servers(running: Running, *, anew: bool) -> None:
    """A row for each server that answered and is not connected; `anew` looks for them once more."""
    search = _search(anew=anew)
    if search.running:
        begin(search, running)
        return
    addresses = [connection.base_url for connection in managed().roster.connections.values()]
    addresses += [own.connection.base_url for own in own_connections().all()]
    connected = {service_at(address).id for address in addresses}
    for server in search.future.result():
        if server.service.id in connected:
            continue
        offers = "wants a key" if server.models is None else f"offers {figures.counted(server.models, 'model')}"
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"found-{server.service.id}", border=True
        ):
            address = server.service.base_url.removeprefix("http://").removesuffix("/v1")
            st.markdown(
                f":material/lan: **{server.service.name}** runs on this machine and {offers}. `{address}`",
                width="content",
            )
            st.space("stretch")
            st.button(
                "Connect",
                key=f"connect-{server.service.id}",
                icon=":material/add_link:",
                on_click=drafts.choose_service if server.models is None else drafts.begin_found,
                args=(server.service.id,),
            )
