"""Curl commands of services' documentation as connections."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.connections.pasted import read_curl_connection
from playground.importing.imported import UnreadableError

OPENAI = """curl https://api.openai.com/v1/chat/completions \\
  -H "Content-Type: application/json" \\
  -H "Authorization: Bearer sk-s3cret" \\
  -d '{"model": "gpt-5", "messages": []}'"""
CLOUDFLARE = """$ curl https://api.cloudflare.com/client/v4/accounts/0a1b/ai/run/@cf/meta/llama-3.1-8b-instruct \\
  -X POST -H "Authorization: Bearer cf-s3cret" -d '{ "prompt": "Where" }'"""
ANTHROPIC = """curl https://api.anthropic.com/v1/messages --header "x-api-key: sk-ant-s3cret" \\
  --header "anthropic-version: 2023-06-01" --data '{"model": "claude-haiku-4-5", "max_tokens": 9}'"""
WINDOWS = (
    'curl https://api.groq.com/openai/v1/chat/completions ^\n  -H "Authorization: Bearer gsk_s3cret" ^\n  '
    '-d "{\\"model\\": \\"llama-3.3-70b-versatile\\"}"'
)
LOCAL = 'curl localhost:11434/api/chat -d \'{"model": "llama3.2"}\''


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (OPENAI, ("openai_compatible", "https://api.openai.com/v1", "", "gpt-5", "sk-s3cret")),
        (
            CLOUDFLARE,
            (
                "workers_ai",
                "https://api.cloudflare.com/client/v4",
                "0a1b",
                "@cf/meta/llama-3.1-8b-instruct",
                "cf-s3cret",
            ),
        ),
        (ANTHROPIC, ("anthropic", "https://api.anthropic.com/v1", "", "claude-haiku-4-5", "sk-ant-s3cret")),
        (
            WINDOWS,
            ("openai_compatible", "https://api.groq.com/openai/v1", "", "llama-3.3-70b-versatile", "gsk_s3cret"),
        ),
        (
            "curl https://openrouter.ai/api/v1/models --oauth2-bearer sk-or-s3cret",
            ("openai_compatible", "https://openrouter.ai/api/v1", "", "", "sk-or-s3cret"),
        ),
        (LOCAL, ("openai_compatible", "http://localhost:11434/api", "", "llama3.2", None)),
    ],
)
def test_address_key_and_model_are_taken(command: str, found: tuple[str, ...]) -> None:
    pasted = read_curl_connection(command)
    key = pasted.key and pasted.key.get_secret_value()
    assert (pasted.kind, pasted.base_url, pasted.account_id, pasted.model, key) == found
    assert "s3cret" not in repr(pasted)


@pytest.mark.parametrize("endpoint", ["embeddings", "images/generations", "audio/speech", "moderations", "rerank"])
def test_a_model_that_is_asked_for_something_else_than_chat_is_not_taken(endpoint: str) -> None:
    pasted = read_curl_connection(OPENAI.replace("chat/completions", endpoint))
    assert pasted.model == ""
    assert pasted.base_url == "https://api.openai.com/v1"


@pytest.mark.parametrize("name", ["$OPENAI_API_KEY", "${KEY}", "%KEY%", "<your key>", "YOUR_API_KEY", "xxxx", "..."])
def test_a_name_in_the_place_of_a_key_is_no_key(name: str) -> None:
    pasted = read_curl_connection(OPENAI.replace("sk-s3cret", name))
    assert pasted.key is None
    assert "paste the key itself" in pasted.note


def test_a_user_name_and_password_are_not_taken_and_that_is_said() -> None:
    pasted = read_curl_connection("curl -u me:s3cret https://api.example.com/v1/models")
    assert pasted.key is None
    assert "-u were not taken" in pasted.note
    assert "s3cret" not in repr(pasted)


def test_an_account_that_is_a_name_is_left_out() -> None:
    assert read_curl_connection(CLOUDFLARE.replace("0a1b", "$CLOUDFLARE_ACCOUNT_ID")).account_id == ""


def test_what_an_address_holds_beside_the_place_is_left_out() -> None:
    pasted = read_curl_connection("curl 'https://me:s3cret@api.example.com/v1/chat/completions?key=s3cret'")
    assert pasted.base_url == "https://api.example.com/v1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sk-s3cret", "no curl command"),
        ("curl", "no address"),
        ("curl $URL", "no address"),
        ("curl 'http://[s3cret'", "not valid"),
        ("curl http://h:s3cret", "not valid"),
        ("curl 'https://api", "quote"),
        ("curl " + "x" * 100_001, "longer than"),
    ],
)
def test_what_is_none_is_said_without_what_it_holds(text: str, said: str) -> None:
    with pytest.raises(UnreadableError) as raised:
        read_curl_connection(text)
    assert said in str(raised.value)
    assert "s3cret" not in str(raised.value)


@given(st.text(max_size=300))
def test_anything_is_read_or_refused(text: str) -> None:
    with suppress(UnreadableError):
        read_curl_connection(f"curl {text}")
