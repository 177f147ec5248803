from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.answers.live_replies import live_replies
from playground.conversation.chat import Chat
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import Store, Stores, open_stores
from tests.databases import new_database
from tests.upstream import ACCOUNT, TOKEN, Upstream


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(new_database(tmp_path)) as opened:
        yield opened


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores.of(DEFAULT_OWNER)


@pytest.fixture
def chat(upstream: Upstream, store: Store) -> Iterator[Chat]:
    """Chats with the stand-in's models."""
    connection = Connection(
        kind="workers_ai",
        name="cloudflare",
        base_url=upstream.base_url,
        account_id=ACCOUNT,
        api_token=TOKEN,
        max_retries=0,
    )
    made = Chat(store, Roster({"cloudflare": connection}))
    yield made
    for reply in [*live_replies._replies.values()]:
        reply.stop()
        reply.ended.wait(20)
