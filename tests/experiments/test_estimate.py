"""What an experiment takes before it runs: cells, money from low to high, time by the tightest limit."""

from decimal import Decimal
from typing import Any

import pytest

from playground.errors import ProviderError
from playground.experiments.candidates import candidates_of
from playground.experiments.definition import Definition
from playground.experiments.estimate import ExperimentEstimate, estimate_experiment
from playground.experiments.limit_obstacles import limit_obstacles
from playground.experiments.progress_line import told_estimate
from playground.models.roster import Roster
from playground.providers import Connection

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
PRICE = {"input": "10", "output": "100", "as_of": "2026-11-01"}


@pytest.fixture
def roster() -> Roster:
    cloudflare = Connection(kind="workers_ai", name="cloudflare", account_id="a" * 32, api_token="t")
    server = {
        "kind": "openai_compatible",
        "name": "server",
        "base_url": "http://127.0.0.1:9/v1",
        "prices": {"m": PRICE},
    }
    return Roster({"cloudflare": cloudflare, "server": Connection.model_validate({**server, "prices": {"m": PRICE}})})


def estimated(roster: Roster, *models: str, rows: int = 50, **more: Any) -> ExperimentEstimate:
    values: dict[str, Any] = {
        "title": "Seas",
        "dataset": {"rows": [{"word": f"sea {number}"} for number in range(rows)]},
        "variants": [{"name": "plain", "prompt": "Say {{word}}.", "parameters": {"max_tokens": 100}}],
        "models": list(models),
    }
    definition = Definition.model_validate(values | more)
    candidates = candidates_of(definition, roster)
    return estimate_experiment(definition, definition.dataset.rows, candidates, roster)


def test_ten_thousand_cells_of_a_model_at_workers_ai_take_half_an_hour(roster: Roster) -> None:
    estimate = estimated(roster, LLAMA, rows=10_000)
    assert estimate.cells == 10_000
    assert 32 * 60 < estimate.seconds < 36 * 60
    assert estimate.tightest is not None
    assert estimate.tightest.why == "300 requests a minute"


def test_money_is_from_low_to_high_and_what_has_no_price_is_counted_apart(roster: Roster) -> None:
    estimate = estimated(roster, "server/m", "server/unpriced", rows=50, repetitions=2)
    low, high = estimate.cost
    prompts = Decimal(estimate.prompt_tokens) / 2 * 10 / 1_000_000
    assert low == pytest.approx(prompts + Decimal(100 * 100) / 1_000_000)
    assert high == pytest.approx(prompts + Decimal(100 * 100 * 100) / 1_000_000)
    assert (estimate.cells, estimate.unpriced, estimate.uncapped) == (200, 100, 0)
    assert estimate.difference is not None
    assert 0.1 < estimate.difference < 0.3


def test_settings_that_a_model_does_not_allow_are_left_out_with_the_reason(roster: Roster) -> None:
    estimate = estimated(roster, LLAMA, rows=2, axes={"temperature": [0, 1, 9]})
    assert estimate.cells == 4
    (left_out,) = estimate.left_out
    assert left_out.setting == {"temperature": 9}
    assert "temperature 9" in left_out.why


def test_rows_without_a_value_are_told(roster: Roster) -> None:
    estimate = estimated(roster, "server/m", rows=3, variants=[{"name": "a", "prompt": "{{other}}"}])
    assert estimate.unfilled == {"other": 3}


def test_empty_values_and_empty_messages_are_told_apart(roster: Roster) -> None:
    variants = [
        {"name": "bare", "prompt": "{{text}}", "system_prompt": "{{text}}"},
        {"name": "worded", "prompt": "About {{text}}"},
    ]
    rows = [{"text": ""}, {"text": "sea"}, {"other": "x"}]
    estimate = estimated(roster, "server/m", dataset={"rows": rows}, variants=variants)
    assert (estimate.unfilled, estimate.blank, estimate.empty) == ({"text": 1}, {"text": 1}, {"bare": 1})
    told = [*told_estimate(estimate)]
    assert "With an empty value for text: 1 row, which is sent as it is." in told
    assert "An empty message of bare: 1 row, not sent, for most services refuse it." in told


def test_a_message_that_is_written_empty_is_meant_so(roster: Roster) -> None:
    roles = (("user", "{{text}}"), ("assistant", ""), ("user", "Go on."))
    variants = [{"name": "a", "messages": [{"role": role, "content": content} for role, content in roles]}]
    rows = [{"text": ""}, {"text": "sea"}]
    estimate = estimated(roster, "server/m", dataset={"rows": rows}, variants=variants)
    assert (estimate.blank, estimate.empty) == ({"text": 1}, {"a": 1})


def test_the_same_model_by_two_names_is_refused(roster: Roster) -> None:
    with pytest.raises(ProviderError, match="twice"):
        estimated(roster, models=["server/m", {"id": "m", "connection": "server"}])
    two = ["server/m", {"id": "m", "connection": "server", "parameters": {"temperature": 0}}]
    assert estimated(roster, models=two).cells == 100


def test_what_a_model_does_not_take_as_it_was_written_is_said(roster: Roster) -> None:
    variant = {"name": "hot", "prompt": "Say {{word}}.", "parameters": {"max_tokens": 100, "temperature": 99}}
    estimate = estimated(roster, LLAMA, variants=[variant])
    assert any("temperature 99" in note for note in estimate.notes)
    assert any("temperature 99" in told for told in told_estimate(estimate))


def test_the_time_goes_from_short_answers_to_the_longest(roster: Roster) -> None:
    short = estimated(
        roster, "server/m", rows=100, variants=[{"name": "a", "prompt": "x", "parameters": {"max_tokens": 20}}]
    )
    assert (short.seconds, short.longest_s) == (3.75, 3.75)
    capped = estimated(
        roster, "server/m", rows=100, variants=[{"name": "a", "prompt": "x", "parameters": {"max_tokens": 800}}]
    )
    assert (capped.seconds, capped.longest_s) == (10, 101.25)
    endless = estimated(roster, "server/m", rows=100, variants=[{"name": "a", "prompt": "x"}])
    assert (endless.seconds, endless.longest_s) == (10, 126.25)
    assert "about 10.0 s to 2 min 6 s" in next(iter(told_estimate(endless)))
    limited = estimated(roster, LLAMA, rows=10_000)
    assert limited.longest_s == pytest.approx(limited.seconds, rel=0.01)


@pytest.mark.parametrize(
    ("model", "parameters", "told"),
    [
        ("server/m", {"max_tokens": 20}, []),
        ("server/m", {}, ["server/m: Set max_tokens: how long the answer may get is not known."]),
        (
            "server/unpriced",
            {"max_tokens": 20},
            ["server/unpriced: Set a price for the model on the Connections page."],
        ),
    ],
)
def test_a_limit_that_cannot_be_held_is_told_before_the_start(
    roster: Roster, model: str, parameters: dict[str, Any], told: list[str]
) -> None:
    values: dict[str, Any] = {
        "title": "Seas",
        "dataset": {"rows": [{"other": "x"}, {"word": "sea"}]},
        "variants": [{"name": "plain", "prompt": "Say {{word}}.", "parameters": parameters}],
        "models": [model],
    }

    def obstacles(**more: Any) -> list[str]:
        definition = Definition.model_validate(values | more)
        found = limit_obstacles(definition, definition.dataset.rows, candidates_of(definition, roster), roster)
        return [f"{one.model}: {one.missing}{' (judge)' * one.judges}" for one in found]

    assert obstacles() == []
    assert obstacles(limits={"max_cost": 1}) == told
    judged = obstacles(limits={"max_cost": 1}, judge="server/unpriced", checks=[{"check": "judge", "prompt": "Good?"}])
    assert judged == [*told, "server/unpriced: Set a price for the model on the Connections page. (judge)"]


def test_judges_are_in_the_money_and_the_time(roster: Roster) -> None:
    plain, polite = (
        {"name": name, "prompt": prompt, "parameters": {"max_tokens": 100}}
        for name, prompt in (("plain", "Say {{word}}."), ("polite", "Please say {{word}}."))
    )
    more: dict[str, Any] = {"rows": 1_000, "variants": [plain, polite]}
    without = estimated(roster, "server/m", **more)
    judge = {"id": LLAMA, "parameters": {"max_tokens": 50}}
    checks = [{"check": "judge", "prompt": "Is it {{word}}?"}, {"check": "pairwise", "prompt": "?", "against": "plain"}]
    judged = estimated(roster, "server/m", judge=judge, checks=checks, **more)
    assert judged.judge_calls == 2_000 + 2 * 1_000  # the plain one is not compared with itself
    low, high = judged.judges_cost
    assert Decimal("0.1") < low < high
    # About the same: tokens are counted more exactly once the tokenizer is there.
    assert judged.cost[0] - low == pytest.approx(without.cost[0], rel=Decimal("0.2"))
    assert judged.cost[1] - high == pytest.approx(without.cost[1], rel=Decimal("0.2"))
    assert judged.tightest is not None
    assert (judged.tightest.model, judged.tightest.requests) == (LLAMA, 4_000)
    assert judged.seconds == pytest.approx(4_000 / 300 * 60, rel=0.3)
    assert (judged.uncapped, judged.judges_unpriced) == (0, 0)
    assert any("4,000 requests to judges in it" in line for line in told_estimate(judged))


def test_judges_without_a_price_or_a_bound_are_said(roster: Roster) -> None:
    checks = [{"check": "judge", "prompt": "Is it {{word}}?"}]
    judged = estimated(roster, "server/m", rows=10, judge="server/unpriced", checks=checks)
    assert (judged.judges_unpriced, judged.judges_uncapped, judged.uncapped) == (10, 10, 0)
    told = [*told_estimate(judged)]
    assert "Judges without max_tokens: 10 requests, which may cost more than that." in told
    assert not any(line.startswith("Without max_tokens") for line in told)
    assert not any(judged.judges_cost)
    assert "10 requests to judges without a known price" in next(iter(told_estimate(judged)))


def test_of_batches_no_time_is_told_and_what_is_asked_by_the_app_is(roster: Roster) -> None:
    estimate = estimated(roster, LLAMA, rows=2_500, engine="batch")
    assert estimate.models == ()
    assert estimate.batches is not None
    assert (estimate.batches.cells, estimate.batches.batches, estimate.batches.by_app) == (2_500, 3, ())
    told = list(told_estimate(estimate))
    assert "about" not in told[0]
    assert told[1] == "2,500 cells go to Workers AI in 3 batches or more; it does not say how long it takes."

    estimate = estimated(roster, LLAMA, "server/m", rows=10, engine="batch")
    assert [model.model for model in estimate.models] == ["server/m"]
    assert "10 cells are asked by this app: m takes no batches." in list(told_estimate(estimate))


def test_fewer_cells_go_in_a_batch_whose_answers_may_be_long(roster: Roster) -> None:
    variants = [{"name": "long", "prompt": "Say {{word}}.", "parameters": {"max_tokens": 20_000}}]
    estimate = estimated(roster, LLAMA, rows=1_000, variants=variants, engine="batch")
    assert estimate.batches is not None
    assert estimate.batches.batches == 5
