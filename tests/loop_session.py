"""A process of its own that works as the app does, and tells of every file, database or process that its loop touched.

python -m tests.loop_session UPSTREAM OPENAI_URL DATA_DIR MODEL_DATA_DIR
"""

import json
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

WORK = (
    *("open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.chmod", "os.truncate"),
    *("shutil.", "glob.", "tempfile.", "subprocess.", "os.posix_spawn", "os.fork", "os.exec", "os.system", "sqlite3."),
)

found: list[str] = []


def audit(event: str, arguments: tuple[Any, ...]) -> None:
    """https://docs.python.org/3/library/audit_events.html"""
    if event.startswith(WORK) and threading.current_thread().name == "network":
        note(f"{event} {arguments!r:.200}")


def note(what: str) -> None:
    """Where it was done is told without reading a file, which would be done on the loop too."""
    frames = [(frame.f_code.co_filename, number) for frame, number in traceback.walk_stack(None)]
    ours = [f"{name.rpartition('playground/')[2]}:{number}" for name, number in frames if "playground/" in name]
    found.append(f"{what} at {' < '.join(ours[:4])}")


def main(upstream: str, openai_url: str, data: str, model_data: str) -> None:
    sys.addaudithook(audit)
    from sqlalchemy import Engine, event

    def queried(_: Any, __: Any, statement: str, *rest: Any) -> None:
        if threading.current_thread().name == "network":
            note(f"SQL {statement[:60]}")

    event.listen(Engine, "before_cursor_execute", queried)

    from playground.answers.network import network
    from playground.batch.runner import BatchRunners
    from playground.conversation.chat import Chat
    from playground.conversation.setup import Setup
    from playground.messages import Message
    from playground.models.local import EMBEDDED_ID
    from playground.models.roster import Roster
    from playground.owner import DEFAULT_OWNER
    from playground.providers import Connection
    from playground.providers.check import check_connection
    from playground.store import open_stores, sqlite_url
    from tests.upstream import ACCOUNT, TOKEN

    account = {"account_id": ACCOUNT, "api_token": TOKEN}
    connections = {
        "local": Connection(kind="local", name="local"),
        "cloudflare": Connection(kind="workers_ai", name="cloudflare", base_url=upstream, **account),
        "openai": Connection(kind="openai_compatible", name="openai", base_url=openai_url),
    }
    stores = open_stores(sqlite_url(Path(data)))
    store = stores.of(DEFAULT_OWNER)
    roster = Roster(connections, preferences=store, refreshed_at=Path(data) / "workers_ai_models.json")
    chat, batches = Chat(store, roster), BatchRunners(stores, lambda _: roster).resume().of(DEFAULT_OWNER)

    def ask(model: str, text: str) -> str:
        reply = chat.send(store.create_conversation(model=model).id, Message("user", text), Setup(model))
        if not reply.ended.wait(120):
            raise TimeoutError(model)
        return reply.state

    def said(model: str, text: str = "Hello upstream: tokens=5") -> None:
        print(model, ask(model, text), flush=True)

    said("@cf/meta/llama-3.3-70b-instruct-fp8-fast")
    roster.served.list(connections["openai"]).result(60)
    said("openai/gpt-oss-20b")
    said("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "salt " * 3_000)
    said("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "Hello upstream: fail=3040")
    print("refresh", len(roster.refresh(connections["cloudflare"]).result(120).catalog), flush=True)
    for connection in connections.values():
        print("check", network().submit(check_connection(connection)).result(60)[0].ok, flush=True)
    card = roster.card("@cf/meta/llama-3.3-70b-instruct-fp8-fast")
    assert card is not None
    batch = batches.submit(card, [{"prompt": "upstream: tokens=3"}])
    while batches.is_polling(batch):
        threading.Event().wait(0.05)
    found_batch = store.batch(batch)
    print("batch", found_batch and found_batch.status, flush=True)
    if model_data:
        import os

        os.environ["PLAYGROUND_DATA_DIR"] = model_data
        said(EMBEDDED_ID, "Hi")
        said(EMBEDDED_ID, "Hi")
    stores.close()
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
