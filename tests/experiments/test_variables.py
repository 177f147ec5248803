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


@pytest.mark.parametrize("taken", ["tags", "split", "checks", "variables", "1st", "a{b", "x" * 81])
def test_a_name_that_no_variable_may_have_is_refused(taken: str) -> None:
    plan = draft()
    with pytest.raises(PlanError, match=r"cannot be called|is no name"):
        rename_variable(plan, "topic", taken)
    assert plan == draft()


def test_a_variable_is_renamed_behind_backslashes_and_between_more_braces() -> None:
    plan = draft()
    plan["variants"][0]["messages"][0]["text"] = r"\\{{topic}} \\\{{topic}} {{{topic}}} {{topic}} {{"
    rename_variable(plan, "topic", "theme")
    assert plan["variants"][0]["messages"][0]["text"] == r"\\{{theme}} \\\{{topic}} {{{theme}}} {{theme}} {{"


def test_a_system_prompt_that_is_no_template_stays_as_it_is_written() -> None:
    plan = draft()
    plan["variants"] = [{"name": "a", "system_prompt": "{{topic}} {{", "prompt": "{{topic}}"}]
    rename_variable(plan, "topic", "theme")
    assert plan["variants"] == [{"name": "a", "system_prompt": "{{topic}} {{", "prompt": "{{theme}}"}]


JUDGE = {"check": "judge", "prompt": "Is {{answer}} good for {{question}}, as {{solution}} is?"}


@pytest.mark.parametrize("old", ["question", "answer"])
def test_what_a_judge_is_told_of_the_model_is_no_variable(old: str) -> None:
    plan = {
        "dataset": {"rows": [{old: "x", "checks": [JUDGE, {"check": "contains", "value": f"{{{{{old}}}}}"}]}]},
        "checks": [JUDGE],
    }
    rename_variable(plan, old, "word")
    assert plan["checks"] == [JUDGE]
    assert plan["dataset"] == {"rows": [{"word": "x", "checks": [JUDGE, {"check": "contains", "value": "{{word}}"}]}]}


@pytest.mark.parametrize("new", ["question", "answer"])
def test_a_name_that_a_judge_would_take_for_the_models_is_refused(new: str) -> None:
    plan: dict[str, Any] = {"dataset": {"rows": [{"solution": "x"}]}, "checks": [JUDGE]}
    with pytest.raises(PlanError, match="in the prompt of a judge"):
        rename_variable(plan, "solution", new)
    plan["checks"] = [{"check": "judge", "prompt": "Is it good?"}]
    rename_variable(plan, "solution", new)
    assert plan["dataset"]["rows"] == [{new: "x"}]


def test_a_variable_is_removed_with_its_values() -> None:
    plan = draft()
    assert variables_of(plan) == ("topic", "tone")
    remove_variable(plan, "tone")
    assert variables_of(plan) == ("topic",)
    remove_variable(plan, "expected")
    assert plan["dataset"]["rows"][0]["expected"] == "x"
