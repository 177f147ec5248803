"""Where an experiment can run, by its models."""

import pytest

from playground.experiments.engines import engine_offers
from playground.models.roster import Roster
from playground.providers import Connection
from tests.upstream import ACCOUNT, TOKEN

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
SMALL = "@cf/meta/llama-3.2-1b-instruct"


def offered(roster: Roster, *models: str) -> dict[str, str]:
    """What is offered for models, each with why it cannot be used."""
    cards = [card for model in models if (card := roster.card(model)) is not None]
    assert len(cards) == len(models)
    return {offer.name: offer.why_not for offer in engine_offers(cards, roster)}


def test_batches_are_offered_where_a_model_takes_them_at_workers_ai() -> None:
    connection = Connection.model_validate(
        {"kind": "workers_ai", "name": "cloudflare", "account_id": ACCOUNT, "api_token": TOKEN}
    )
    roster = Roster({"cloudflare": connection})
    assert offered(roster, LLAMA, SMALL)["app"] == ""
    assert offered(roster, LLAMA, SMALL)["batch"] == ""
    assert "None of the models takes batches" in offered(roster, SMALL)["batch"]


def test_without_a_connection_only_the_app_is_offered() -> None:
    roster = Roster({})
    possible = [name for name, why_not in offered(roster, LLAMA).items() if not why_not]
    assert possible == ["app"]


def test_a_cluster_is_offered_where_its_address_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYGROUND_CLUSTER_URL", raising=False)
    assert "set PLAYGROUND_CLUSTER_URL" in offered(Roster({}), LLAMA)["cluster"]
    monkeypatch.setenv("PLAYGROUND_CLUSTER_URL", "tcp://127.0.0.1:8786")
    assert not offered(Roster({}), LLAMA)["cluster"]
