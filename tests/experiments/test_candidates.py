"""Columns of an experiment: variants by models by settings, and what is left out."""

from typing import Any

import pytest

from playground.errors import ProviderError
from playground.experiments.candidates import Candidate, candidates_of
from playground.experiments.definition import Definition
from playground.models.roster import Roster
from playground.providers import Connection

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


@pytest.fixture
def roster() -> Roster:
    account = {"kind": "workers_ai", "name": "cloudflare", "account_id": "a" * 32, "api_token": "t"}
    server = {"kind": "openai_compatible", "name": "server", "base_url": "http://127.0.0.1:9/v1"}
    return Roster({one["name"]: Connection.model_validate(one) for one in (account, server)})


def asked(*models: Any, **more: Any) -> Definition:
    values: dict[str, Any] = {
        "title": "Seas",
        "dataset": {"rows": [{"word": "sea"}]},
        "variants": [{"name": "a", "prompt": "{{word}}"}, {"name": "b", "prompt": "Say {{word}}"}],
        "models": list(models),
    }
    return Definition.model_validate(values | more)


def test_variants_come_first_then_models_then_settings(roster: Roster) -> None:
    found = candidates_of(asked(LLAMA, "server/m", axes={"temperature": [0, 1], "seed": [1]}), roster)
    assert [(one.number, one.variant, one.model, one.setting["temperature"]) for one in found.kept] == [
        (0, "a", LLAMA, 0),
        (1, "a", LLAMA, 1),
        (2, "a", "server/m", 0),
        (3, "a", "server/m", 1),
        (4, "b", LLAMA, 0),
        (5, "b", LLAMA, 1),
        (6, "b", "server/m", 0),
        (7, "b", "server/m", 1),
    ]
    assert found.kept[1].title == f"a · {LLAMA} · temperature 1, seed 1"
    assert found.kept[1].parameters == {"temperature": 1, "seed": 1}
    assert Candidate.from_json(found.kept[1].as_json()) == found.kept[1]


def test_settings_win_over_the_models_parameters_and_those_over_the_variants(roster: Roster) -> None:
    variants = [{"name": "a", "prompt": "x", "parameters": {"temperature": 0.1, "top_p": 0.2, "max_tokens": 9}}]
    model = {"id": "server/m", "parameters": {"temperature": 0.3, "top_p": 0.4}}
    (one,) = candidates_of(asked(model, variants=variants, axes={"temperature": [0.5]}), roster).kept
    assert one.parameters == {"temperature": 0.5, "top_p": 0.4, "max_tokens": 9}


def test_a_model_may_be_named_by_its_connection(roster: Roster) -> None:
    found = candidates_of(asked({"id": "m", "connection": "server"}, {"id": LLAMA, "connection": "cloudflare"}), roster)
    assert [(one.model, one.connection) for one in found.kept[:2]] == [("server/m", "server"), (LLAMA, "cloudflare")]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("nowhere/m", "nowhere/m"),
        ({"id": LLAMA, "connection": "nowhere"}, "nowhere"),
        ({"id": "gpt-4o", "connection": "openai"}, "There is no connection 'openai', which gpt-4o is to be asked at"),
    ],
)
def test_a_model_that_is_not_there_is_named(roster: Roster, model: Any, words: str) -> None:
    with pytest.raises(ProviderError, match=words):
        candidates_of(asked(model), roster)


def test_too_many_columns_are_refused(roster: Roster) -> None:
    axes = {"temperature": [number / 100 for number in range(100)], "seed": list(range(1, 60))}
    with pytest.raises(ProviderError, match="More than 5,000 columns"):
        candidates_of(asked("server/m", axes=axes), roster)
