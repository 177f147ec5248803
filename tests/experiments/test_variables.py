"""Variables of a plan are renamed and removed."""

from typing import Any

import pytest

from playground.experiments.plans import PlanError
from playground.experiments.variables import remove_variable, rename_variable, variables_of


def draft() -> dict[str, Any]:
    return {
        "dataset": {
            "rows": [
                {"topic": "sea", "tone": "", "expected": "x", "checks": [{"check": "contains", "value": "{{topic}}"}]},
                {"topic": "moon", "tags": ["a"], "variables": {"split": "s"}},
            ]
        },
        "variants": [{"name": "topic", "messages": [{"role": "user", "text": r"{{ topic }} \{{topic}} {{topics}}"}]}],
        "checks": [{"check": "regex", "value": "{{topic}}|x"}],
    }


def test_a_variable_is_renamed_wherever_it_is_named() -> None:
    plan = draft()
    rename_variable(plan, "topic", " theme ")
    first, second = plan["dataset"]["rows"]
    assert list(first) == ["theme", "tone", "expected", "checks"]
    assert first["checks"][0]["value"] == "{{theme}}"
    assert second == {"theme": "moon", "tags": ["a"], "variables": {"split": "s"}}
    assert plan["variants"][0] == {
        "name": "topic",
        "messages": [{"role": "user", "text": r"{{theme}} \{{topic}} {{topics}}"}],
    }
    assert plan["checks"][0]["value"] == "{{theme}}|x"


@pytest.mark.parametrize("taken", ["tone", "expected"])
def test_a_name_that_is_taken_is_refused(taken: str) -> None:
    plan = draft()
    with pytest.raises(PlanError, match="already"):
        rename_variable(plan, "topic", taken)
    assert plan == draft()


def test_a_variable_is_removed_with_its_values() -> None:
    plan = draft()
    assert variables_of(plan) == ("topic", "tone")
    remove_variable(plan, "tone")
    assert variables_of(plan) == ("topic",)
    remove_variable(plan, "expected")
    assert plan["dataset"]["rows"][0]["expected"] == "x"
