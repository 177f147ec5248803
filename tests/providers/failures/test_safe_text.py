"""The words of an error: short, plain, and without secrets."""

import pytest

from playground.providers.failures import read_embedded_error, unreadable
from tests.providers.error_bodies import UUID, fail, openai, rest


@pytest.mark.parametrize(
    "secret",
    [
        "Bearer abcdefgh12345678",
        "sk-proj-abcdef0123456789",
        "sk-abcdef***wxyz",
        'api_key="abcdef0123"',
        "aB3" * 14,
        "v1.0-token-of-mine",
    ],
)
def test_secrets_are_never_shown(secret: str) -> None:
    kept = secret.removeprefix("Bearer ").removeprefix('api_key="').removesuffix('"')
    shown = [
        fail(401, openai(f"Incorrect key {secret}. Check it."), secrets=["v1.0-token-of-mine"]),
        fail(502, f"proxy said {secret}", secrets=["v1.0-token-of-mine"]),
        read_embedded_error({"error": f"bad {secret}"}, secrets=["v1.0-token-of-mine"]),
        unreadable(f"what {secret}", ["v1.0-token-of-mine"]),
    ]
    for error in shown:
        assert kept not in error.message
        assert "[hidden]" in error.message


def test_model_names_and_ids_are_no_secrets() -> None:
    words = f"No such model @cf/deepseek-ai/deepseek-r1-distill-qwen-32b, id {UUID}, task sk"
    assert fail(400, rest(5007, words)).message.endswith(words)


def test_words_are_one_short_line() -> None:
    message = fail(400, {"error": "a\n\n b\x00\x1b[31m\u202ec" + "d" * 9999}).message
    assert "a b [31m c" in message
    assert len(message) < 600


def test_megabytes_of_error_are_read_at_once() -> None:
    assert len(fail(500, "a-B1" * 500_000).message) < 600
    assert len(fail(500, "<title" * 300_000).message) < 600


def test_a_short_secret_leaves_the_words_that_hold_its_letters() -> None:
    message = fail(401, openai("The token t is not the right one: t."), secrets=["t"]).message
    assert message.endswith("The token [hidden] is not the right one: [hidden].")
