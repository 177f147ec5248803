import os
import sys
from pathlib import Path

import pytest

from playground.connections import settings
from playground.connections.configured import connection_problems, connections
from playground.connections.settings import LocalLimits, SettingError, local_limits

OURS = ("PLAYGROUND_", "CLOUDFLARE_", "OPENAI_", "ANTHROPIC_", "WORKERS_AI_", "XDG_DATA_HOME")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(OURS):
            monkeypatch.delenv(name)


def test_the_data_directory_can_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", f" {tmp_path} \n")
    assert settings.data_dir() == tmp_path
    assert settings.database_url() == f"sqlite:///{tmp_path / 'playground.db'}"
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", "~/here")
    assert settings.data_dir() == Path.home() / "here"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the XDG directories are those of Linux")
def test_the_data_directory_is_the_users_own_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.data_dir() == Path.home() / ".local/share/llm-playground"
    monkeypatch.setenv("XDG_DATA_HOME", "relative/paths/are/ignored")
    assert settings.data_dir() == Path.home() / ".local/share/llm-playground"
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    assert settings.data_dir() == Path("/somewhere/llm-playground")


def test_limits_of_local_models(monkeypatch: pytest.MonkeyPatch) -> None:
    assert local_limits() == LocalLimits(context=None, slots=4)
    monkeypatch.setenv("PLAYGROUND_LOCAL_CONTEXT", "2048")
    monkeypatch.setenv("PLAYGROUND_LOCAL_SLOTS", "2")
    assert local_limits() == LocalLimits(context=2048, slots=2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLAYGROUND_LOCAL_CONTEXT", "many"),
        ("PLAYGROUND_LOCAL_CONTEXT", "-1"),
        ("PLAYGROUND_LOCAL_SLOTS", "0"),
        ("PLAYGROUND_LOCAL_SLOTS", "2.5"),
    ],
)
def test_a_limit_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=f"{name}='{value}': input should be"):
        local_limits()
    assert name in connection_problems()["local"]
    assert "local" in connections()


def test_the_local_connection_is_always_there() -> None:
    assert list(connections()) == ["local"]
    assert connections()["local"].kind == "local"
    assert connection_problems() == {}


@pytest.mark.parametrize("token", ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_AUTH_TOKEN"])
def test_cloudflare_from_the_environment(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", "\ufeff abc123 ")
    monkeypatch.setenv(token, "t0ken\r\n")
    found = connections()["cloudflare"]
    assert (found.kind, found.name, found.account_id) == ("workers_ai", "cloudflare", "abc123")
    assert found.base_url == "https://api.cloudflare.com/client/v4"
    assert found.api_token is not None
    assert found.api_token.get_secret_value() == "t0ken"
    monkeypatch.setenv("WORKERS_AI_BASE_URL", "http://127.0.0.1:9000/client/v4")
    assert connections()["cloudflare"].base_url == "http://127.0.0.1:9000/client/v4"


def test_a_gateway_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", "a1")
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "t0ken")
    monkeypatch.setenv("CLOUDFLARE_GATEWAY_TOKEN", "g4te")
    assert connections()["cloudflare"].gateway is None
    monkeypatch.setenv("CLOUDFLARE_GATEWAY_ID", " mine ")
    gateway = connections()["cloudflare"].gateway
    assert gateway is not None
    assert (gateway.id, gateway.base_url) == ("mine", None)
    assert gateway.token is not None
    assert gateway.token.get_secret_value() == "g4te"
    monkeypatch.setenv("CLOUDFLARE_GATEWAY_BASE_URL", "https://gateway.ai.cloudflare.com/v1/a1/mine")
    monkeypatch.delenv("CLOUDFLARE_GATEWAY_ID")
    monkeypatch.delenv("CLOUDFLARE_GATEWAY_TOKEN")
    gateway = connections()["cloudflare"].gateway
    assert gateway is not None
    assert (gateway.base_url, gateway.token) == ("https://gateway.ai.cloudflare.com/v1/a1/mine", None)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "CLOUDFLARE_GATEWAY_BASE_URL",
            "https://me:s3cret@gateway.ai.cloudflare.com/v1",
            "of the gateway, the address (base_url) must hold no",
        ),
        ("CLOUDFLARE_GATEWAY_BASE_URL", "s3cret", "of the gateway, the address (base_url) must begin with https://"),
        ("CLOUDFLARE_GATEWAY_ID", "s3cret\ngateway", "gateway's id or token holds blanks"),
    ],
)
def test_a_gateway_that_cannot_be_is_explained(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", "a1")
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "t0ken")
    monkeypatch.setenv(name, value)
    assert "cloudflare" not in connections()
    problem = connection_problems()["cloudflare"]
    assert said in problem
    assert "s3cret" not in problem


def test_an_openai_compatible_server_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k3y")
    assert list(connections()) == ["local"]
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:11434/v1")
    found = connections()["openai"]
    assert (found.kind, found.base_url) == ("openai_compatible", "http://localhost:11434/v1")
    monkeypatch.delenv("OPENAI_API_KEY")
    assert connections()["openai"].api_token is None


def test_anthropic_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", " k3y ")
    found = connections()["anthropic"]
    assert (found.kind, found.base_url) == ("anthropic", "https://api.anthropic.com/v1")
    assert found.api_token is not None
    assert found.api_token.get_secret_value() == "k3y"
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "https://api.minimax.io/anthropic")
    assert connections()["anthropic"].base_url == "https://api.minimax.io/anthropic"
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    assert connections()["anthropic"].api_token is None


PRICE = {"input": "3", "output": "15", "as_of": "2026-11-01"}


def test_anthropic_in_the_secrets_file() -> None:
    secrets = {"claude": {"kind": "anthropic", "api_token": "t", "prices": {"*": PRICE}}}
    found = connections(secrets)["claude"]
    assert (found.kind, found.base_url) == ("anthropic", "https://api.anthropic.com/v1")
    assert list(found.prices) == ["*"]


@pytest.mark.parametrize("only", ["CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN"])
def test_half_of_cloudflare_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, only: str) -> None:
    monkeypatch.setenv(only, "s3cret")
    assert "cloudflare" not in connections()
    problem = connection_problems()["cloudflare"]
    missing = {"CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN"} - {only}
    assert f"is set ({missing.pop()})" in problem
    assert "s3cret" not in problem


def test_connections_of_the_secrets_file() -> None:
    secrets = {
        "work": {"kind": "workers_ai", "account_id": " a1 ", "api_token": "t", "gateway": {"id": "g", "token": "x"}},
        "home": {"kind": "openai_compatible", "base_url": "http://10.0.0.2:8080/v1", "idle_timeout_s": 5},
    }
    found = connections(secrets)
    assert list(found) == ["local", "work", "home"]
    assert found["work"].account_id == "a1"
    assert found["work"].gateway is not None
    assert found["work"].gateway.id == "g"
    assert found["home"].idle_timeout_s == 5


def test_the_secrets_file_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://one/v1")
    secrets = {"openai": {"kind": "openai_compatible", "base_url": "http://two/v1"}}
    assert connections(secrets)["openai"].base_url == "http://two/v1"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("s3cret", "must be a table"),
        ({}, "kind: field required"),
        ({"kind": "s3cret"}, "kind: input should be 'workers_ai'"),
        ({"kind": "openai_compatible"}, "the address (base_url) must begin with https://"),
        ({"kind": "openai_compatible", "base_url": "ftp://s3cret"}, "the address (base_url) must begin with https://"),
        ({"kind": "openai_compatible", "base_url": "http://me:s3cret@host/v1"}, "must hold no user name"),
        ({"kind": "openai_compatible", "base_url": "http://host/v1?key=s3cret"}, "must end before any"),
        ({"kind": "openai_compatible", "base_url": "http://[s3cret"}, "is not valid"),
        ({"kind": "openai_compatible", "base_url": "http://h:s3cret/"}, "is not valid"),
        ({"kind": "openai_compatible", "base_url": "http://h", "api_token": "s3 cret"}, "API token holds"),
        ({"kind": "openai_compatible", "base_url": "http://h", "api_token": "s3crét"}, "API token holds"),
        (
            {"kind": "openai_compatible", "base_url": "http://h", "tokn": "s3cret"},
            "tokn: there is no such setting; perhaps api_token is meant",
        ),
        ({"kind": "openai_compatible", "base_url": "http://h", "api_key": "s3cret"}, "perhaps api_token is meant"),
        ({"kind": "openai_compatible", "url": "http://s3cret"}, "perhaps base_url is meant"),
        (
            {"kind": "openai_compatible", "base_url": "http://h", "zzz": "s3cret"},
            "there are account_id, api, api_token",
        ),
        (
            {"kind": "workers_ai", "account_id": "a", "api_token": "t", "gateway": {"cache_ttl": "s3cret"}},
            "'bad': gateway.cache_ttl: there is no such setting; perhaps cache_ttl_s is meant.",
        ),
        ({"kind": "workers_ai", "account_id": "a/../s3cret", "api_token": "t"}, "account id holds"),
        ({"kind": "workers_ai", "account_id": "a", "api_token": ["s3cret"]}, "api_token: input should be"),
    ],
)
def test_a_bad_entry_is_explained_and_costs_no_other(entry: object, said: str) -> None:
    good = {"kind": "openai_compatible", "base_url": "http://host/v1"}
    secrets = {"bad": entry, "good": good}
    assert list(connections(secrets)) == ["local", "good"]
    problem = connection_problems(secrets)["bad"]
    assert said in problem
    assert "'bad'" in problem
    assert "s3c" not in problem


def test_a_models_folder_that_is_none_is_a_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLAYGROUND_MODELS_DIR", str(tmp_path))
    assert connection_problems() == {}
    monkeypatch.setenv("PLAYGROUND_MODELS_DIR", str(tmp_path / "missing"))
    assert "is not a folder" in connection_problems()["local"]


def test_no_two_connections_have_one_name() -> None:
    servers = {
        name: {"kind": "openai_compatible", "base_url": f"http://127.0.0.1:{port}/v1", "name": "one"}
        for name, port in (("home", 1), ("office", 2))
    }
    assert {name: found.name for name, found in connections(servers).items()} == {
        name: name for name in ("local", "home", "office")
    }


def test_the_name_of_this_machine_is_taken() -> None:
    server = {"local": {"kind": "openai_compatible", "base_url": "http://127.0.0.1:1/v1"}}
    assert connections(server)["local"].kind == "local"
    assert "choose another" in connection_problems(server)["local"]
    assert connections({"local": {"kind": "local", "max_in_flight": 2}})["local"].max_in_flight == 2


def test_how_much_is_imported_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYGROUND_IMPORT_MB", raising=False)
    assert settings.import_limits().megabytes == 20
    monkeypatch.setenv("PLAYGROUND_IMPORT_MB", "100")
    assert settings.import_limits().megabytes == 100
    for wrong in ("0", "many"):
        monkeypatch.setenv("PLAYGROUND_IMPORT_MB", wrong)
        with pytest.raises(settings.SettingError, match=f"PLAYGROUND_IMPORT_MB='{wrong}'"):
            settings.import_limits()
