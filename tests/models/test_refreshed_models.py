"""A model that only Cloudflare's own list knows, from the refresh to the request, its preview and its code."""

from pathlib import Path
from typing import Any

from playground.conversation.chat import Chat
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.snippets import LANGUAGES, snippet
from playground.store import open_stores
from tests.databases import new_database
from tests.upstream import ACCOUNT, TOKEN, Upstream
from tests.upstream.models import row

NEW = "@cf/meta/llama-5-instruct"
SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}}
ENVELOPE: Any = {"properties": {"type": {}, "json_schema": {"properties": {"name": {}, "schema": {}}}}}
INPUT: dict[str, Any] = {"properties": {"messages": {"type": "array"}, "response_format": ENVELOPE}}


def test_it_is_asked_as_its_own_schema_says(upstream: Upstream, tmp_path: Path) -> None:
    upstream.service.rows = [row(NEW, "Speaks as OpenAI's models do, unlike its author's others.")]
    upstream.service.schemas[NEW] = {"input": INPUT}
    upstream.script(['{"choices": [{"delta": {"content": "{}"}, "finish_reason": "stop"}]}', "[DONE]"], NEW)
    connection = Connection(
        kind="workers_ai", name="cloudflare", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN
    )
    roster = Roster({"cloudflare": connection}, refreshed_at=tmp_path / "models.json")
    setup = Setup(NEW, response_format={"type": "json_schema", "json_schema": SCHEMA})
    roster.refresh(connection).result(20)

    with open_stores(new_database(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)
        chat = Chat(store, roster)
        conversation = store.create_conversation(model=NEW).id
        reply = chat.send(conversation, Message("user", "hi"), setup)
        assert reply.ended.wait(20)
        path = store.path(conversation)[:1]
        preview, request = chat.preview(path, setup), chat.last_request(path, setup)

    sent = upstream.requests[-1].json
    assert reply.error is None
    assert preview == sent
    assert sent["stream"] is True
    assert sent["response_format"]["json_schema"]["schema"] == SCHEMA
    assert request is not None
    code = snippet(LANGUAGES[0], request, connection, catalog=roster.workers_ai).text
    assert '"strict":true' in code.replace(" ", "")
