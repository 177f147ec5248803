"""The table of services, and what can be told by an address or a key."""

import pytest

from playground.connections.configured import read_connection
from playground.connections.services import OTHER, SERVICES, first_model, foreign_key, service, service_at

IDS = [known.id for known in SERVICES]


@pytest.mark.parametrize("known", SERVICES, ids=IDS)
def test_each_service_makes_a_connection(known: object) -> None:
    chosen = service(known.id)  # type: ignore[attr-defined]
    key = {"api_token": f"{chosen.key_start}abc"} if chosen.keys_at else {}
    account = {"account_id": "a1"} if chosen.kind == "workers_ai" else {}
    connection = read_connection(chosen.id, {"kind": chosen.kind, "base_url": chosen.base_url, **key, **account})
    assert service_at(connection.base_url) is chosen
    assert bool(chosen.keys_at) != chosen.local
    assert not chosen.local or connection.base_url.startswith("http://127.0.0.1:")
    assert chosen.local or connection.base_url.startswith("https://")


def test_names_are_there_once() -> None:
    assert len(set(IDS)) == len(IDS)
    assert OTHER.id not in IDS
    assert service("unheard of") is OTHER


@pytest.mark.parametrize(
    ("address", "id_"),
    [
        ("https://openrouter.ai/api/v1/", "openrouter"),
        ("http://localhost:11434", "ollama"),
        ("http://127.0.0.1:1234/v1", "lmstudio"),
        ("http://127.0.0.1:9/v1", "server"),
        ("http://[", "server"),
        ("http://127.0.0.1:99999", "server"),
        ("", "server"),
    ],
)
def test_a_service_is_known_by_its_address(address: str, id_: str) -> None:
    assert service_at(address).id == id_


@pytest.mark.parametrize(
    ("key", "chosen", "whose"),
    [
        ("sk-ant-api03-x", "openai", "anthropic"),
        ("sk-or-v1-x", "openai", "openrouter"),
        ("gsk_x", "mistral", "groq"),
        ("sk-proj-x", "openai", None),
        ("sk-x", "deepseek", None),
        ("sk-x", "openai", None),
        ("sk-x", "together", None),
        ("sk-ant-x", "anthropic", None),
        ("sk-ant-x", "server", None),
        ("sk-ant-x", "ollama", None),
        ("anything", "openai", None),
    ],
)
def test_a_key_of_another_service_is_known(key: str, chosen: str, whose: str | None) -> None:
    found = foreign_key(key, service(chosen))
    assert (found and found.id) == whose


def test_the_first_chat_is_with_a_model_that_chats() -> None:
    listed = ["babbage-002", "gpt-4o-mini-2024-07-18", "gpt-4o-mini", "whisper-1"]
    assert first_model(service("openai"), listed) == "gpt-4o-mini"
    assert first_model(OTHER, listed) == "babbage-002"
    assert first_model(OTHER, []) == ""
