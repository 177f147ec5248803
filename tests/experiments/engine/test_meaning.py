"""Answers compared with a text by embeddings: units like judges, with their limits, budget, errors and resuming."""

from decimal import Decimal
from typing import Any

import pytest

from playground.errors import ProviderError
from playground.experiments.candidates import candidates_of
from playground.experiments.checks.check import CheckResult
from playground.experiments.checks.meaning import EmbeddingChoice
from playground.experiments.embedding_models import embedding_card
from playground.experiments.engine.column import AskedColumn
from playground.experiments.engine.runner import ExperimentRunner, ExperimentRunners
from playground.experiments.estimate_judges import estimate_judges
from playground.experiments.setting_up import make_experiment
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import Store, StoredExperiment, Stores
from tests.experiments.engine.conftest import Make, definition
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
SAYS = [{"name": "v", "prompt": "{{word}} upstream: tokens=1 echo=yes"}]


def meaning(**more: Any) -> list[dict[str, Any]]:
    """A check of what answers mean."""
    return [{"check": "similar_meaning", "value": "{{word}} upstream: tokens=1 echo=yes", "model": "server/e"} | more]


def told(store: Store, experiment: StoredExperiment) -> CheckResult:
    """What the check of the first cell says."""
    (cell,) = store.cells(experiment.id, numbers=[0])
    (result,) = (CheckResult(**dict(packed)) for packed in cell.checks)
    return result


@pytest.mark.parametrize(
    ("more", "passed", "score"),
    [
        ({}, True, 1.0),
        ({"value": "utterly other words"}, False, None),
        ({"value": "utterly other words", "threshold": -1}, True, None),
        ({"negate": True}, False, 0.0),
        ({"value": "{{nothing}}"}, None, None),
    ],
    ids=["alike", "unlike", "at any angle", "turned round", "nothing to compare with"],
)
def test_an_answer_is_compared_by_what_it_means(
    runner: ExperimentRunner, store: Store, make: Make, more: dict[str, Any], passed: bool | None, score: float | None
) -> None:
    experiment = make(definition(rows=1, variants=SAYS, checks=meaning(**more)))
    runner.start(experiment.id).result(20)
    result = told(store, experiment)
    assert result.passed is passed
    if score is not None:
        assert result.score == pytest.approx(score)
    if passed is not None:
        assert result.note.startswith("cosine ")
        assert result.score is not None
        assert 0 <= result.score <= 1
    else:
        assert "nothing" in result.note


def test_what_it_used_is_counted(runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream) -> None:
    experiment = make(definition(rows=3, variants=SAYS, checks=meaning()))
    runner.start(experiment.id).result(20)
    asked = [seen for seen in upstream.requests if seen.path.endswith("/embeddings")]
    assert [seen.json["model"] for seen in asked] == ["e"] * 3
    (judgement,) = store.judgements(experiment.id, [0])[0]
    assert judgement.answer["usage"]["prompt_tokens"] > 0
    assert judgement.answer["asked"] == {"connection": "server", "model": "server/e"}
    found = store.experiment(experiment.id)
    assert found is not None
    assert found.status == "done"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"data": []}, "does not have 2 embeddings"),
        ({"data": [{"embedding": [1.0]}, {"embedding": [1.0, 2.0]}]}, "have 1 and 2 numbers"),
        ({"data": [{"embedding": [0.0]}, {"embedding": [1.0]}]}, "no direction"),
        ({"data": [{"embedding": ["x"]}, {"embedding": [1.0]}]}, "no list of numbers"),
        ({"data": [{"embedding": [1e200, 1e200]}, {"embedding": [1e200, 1.0]}]}, "no direction"),
        ({"choices": []}, "no embeddings"),
    ],
)
def test_an_answer_that_is_none_is_an_error_of_the_check(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream, body: dict[str, Any], why: str
) -> None:
    upstream.script(Answer.json(body), "e")
    experiment = make(definition(rows=1, variants=SAYS, checks=meaning()))
    runner.start(experiment.id).result(20)
    result = told(store, experiment)
    assert result.passed is None
    assert why in result.note
    (cell,) = store.cells(experiment.id, numbers=[0])
    assert cell.outcome == "unchecked"


def test_at_workers_ai_it_has_a_price_and_its_tokens_are_estimated(stores: Stores, upstream: Upstream) -> None:
    account = {"account_id": ACCOUNT, "api_token": TOKEN, "base_url": upstream.base_url}
    connection = Connection.model_validate({"kind": "workers_ai", "name": "cloudflare", **account})
    roster, store = Roster({"cloudflare": connection}), stores.of(DEFAULT_OWNER)
    variants = [SAYS[0] | {"parameters": {"max_tokens": 20}}]
    asked = definition(
        LLAMA, rows=1, variants=variants, checks=meaning(model="@cf/baai/bge-m3"), limits={"max_cost": "0.01"}
    )
    (estimated,) = estimate_judges(asked, columns(asked, roster), asked.dataset.rows, 1, roster)
    assert estimated.cost is not None
    assert estimated.capped
    experiment = make_experiment(store, roster, asked, asked.dataset.rows).experiment
    ExperimentRunners(stores, lambda _: roster).of(DEFAULT_OWNER).start(experiment.id).result(20)
    assert told(store, experiment).passed
    (judgement,) = store.judgements(experiment.id, [0])[0]
    assert judgement.answer["usage"]["estimated"]
    tokens = judgement.answer["usage"]["prompt_tokens"]
    assert Decimal(judgement.answer["cost"]) == tokens * Decimal("0.012") / 1_000_000
    assert judgement.answer["cost_estimated"]
    assert upstream.requests[-1].path.endswith("/ai/run/@cf/baai/bge-m3")


def columns(asked: Any, roster: Roster) -> list[Any]:
    """The columns of a definition as they are asked."""
    return [AskedColumn.asked(one, asked, roster) for one in candidates_of(asked, roster).kept]


def test_without_a_price_it_is_not_asked_under_a_limit(runner: ExperimentRunner, store: Store, make: Make) -> None:
    experiment = make(definition(rows=1, variants=SAYS, checks=meaning(), limits={"max_cost": "1"}))
    runner.start(experiment.id).result(20)
    found = store.experiment(experiment.id)
    assert found is not None
    assert found.status == "paused"


def test_without_a_connection_there_is_no_model() -> None:
    with pytest.raises(ProviderError, match="connection"):
        embedding_card(EmbeddingChoice(id="@cf/baai/bge-m3"), Roster({}))


def test_what_could_not_be_compared_is_compared_when_the_run_goes_on(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    upstream.script(Answer.json({"error": {"message": "No such key"}}, 401), "e")
    experiment = make(definition(rows=1, variants=SAYS, checks=meaning()))
    runner.start(experiment.id).result(20)
    found = store.experiment(experiment.id)
    assert found is not None
    assert (found.status, store.headway(experiment.id).judging) == ("paused", 1)
    runner.start(experiment.id).result(20)
    assert told(store, experiment).passed
    asked = [seen.path for seen in upstream.requests if seen.method == "POST"]
    assert asked == ["/v1/chat/completions", "/v1/embeddings", "/v1/embeddings"]
