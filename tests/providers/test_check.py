from dataclasses import replace

import pytest

from playground.connections import services
from playground.providers import Connection
from playground.providers.check import CheckStep, check_connection
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream
from tests.upstream.server import ACCOUNT_TOKEN, POWERLESS_TOKEN

pytestmark = pytest.mark.anyio


async def steps(upstream: Upstream, account: str = ACCOUNT, token: str = TOKEN) -> dict[str, CheckStep]:
    base_url = upstream.base_url
    connection = Connection(kind="workers_ai", base_url=base_url, account_id=account, api_token=token, max_retries=0)
    return {step.part: step for step in await check_connection(connection)}


async def test_all_is_well_and_nothing_is_spent(upstream: Upstream) -> None:
    found = await steps(upstream)
    assert [(part, step.ok) for part, step in found.items()] == [
        ("token", True),
        ("account", True),
        ("permission", True),
    ]
    assert [seen.method for seen in upstream.requests] == ["GET", "GET"]
    assert "per_page=1" in upstream.requests[-1].query


async def test_a_token_of_the_account_itself(upstream: Upstream) -> None:
    found = await steps(upstream, token=ACCOUNT_TOKEN)
    assert all(step.ok for step in found.values())
    assert found["token"].message == "The account token is active."


@pytest.mark.parametrize(
    ("account", "token", "wrong"),
    [
        (ACCOUNT, "made-up", "token"),
        (ACCOUNT, "", "token"),
        ("", TOKEN, "account"),
        ("../../user", TOKEN, "account"),
        ("ffffffffffffffffffffffffffffffff", TOKEN, "account"),
        (ACCOUNT, POWERLESS_TOKEN, "permission"),
    ],
)
async def test_the_part_that_is_wrong_is_named(upstream: Upstream, account: str, token: str, wrong: str) -> None:
    found = await steps(upstream, account, token)
    assert [part for part, step in found.items() if step.ok is False] == [wrong]
    assert found[wrong].hint
    if token:
        assert token not in repr(found)


async def test_a_server_that_is_not_there() -> None:
    connection = Connection(
        kind="workers_ai", base_url="http://127.0.0.1:1", account_id=ACCOUNT, api_token=TOKEN, max_retries=0
    )
    (step,) = await check_connection(connection)
    assert (step.part, step.ok) == ("server", False)
    assert "refused" in step.message


async def test_an_openai_compatible_server_lists_its_models(upstream: Upstream) -> None:
    (step,) = await check_connection(Connection(kind="openai_compatible", base_url=upstream.openai_url))
    assert (step.part, step.ok) == ("server", True)
    assert "3 models" in step.message
    wrong = await check_connection(
        Connection(kind="openai_compatible", base_url=upstream.openai_url, api_token="wrong")
    )
    assert [(step.part, step.ok) for step in wrong] == [("server", True), ("token", False)]


@pytest.mark.parametrize(
    ("token", "ok", "said"),
    [
        (TOKEN, True, "The key is right."),
        ("made-up", False, "Incorrect API key provided"),
        (None, False, "There is no API key"),
    ],
)
async def test_a_key_is_checked_also_where_anybody_may_see_the_models(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, token: str | None, ok: bool, said: str
) -> None:
    address = f"{upstream.origin}/openrouter/v1"
    monkeypatch.setattr(services, "SERVICES", (replace(services.service("openrouter"), base_url=address),))
    connection = Connection(kind="openai_compatible", base_url=address, api_token=token, max_retries=0)
    server, key = await check_connection(connection)
    assert (server.part, server.ok) == ("server", True)
    assert (key.part, key.ok) == ("token", ok)
    assert said in key.message
    assert key.ok or key.hint


async def test_a_server_without_a_model_says_what_to_do(upstream: Upstream) -> None:
    upstream.script(Answer.json({"object": "list", "data": []}), "/models")
    (step,) = await check_connection(Connection(kind="openai_compatible", base_url=upstream.openai_url))
    assert step.message == "The server answers and offers 0 models."
    assert "name one by hand" in step.hint
