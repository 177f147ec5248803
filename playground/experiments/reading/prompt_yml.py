"""`.prompt.yml` of GitHub Models with its test data and evaluators, as an experiment.

https://docs.github.com/en/github-models/use-github-models/storing-prompts-in-github-repositories
"""

import re
from collections.abc import Mapping
from typing import Any

from playground.experiments.reading.found import FoundExperiment, made
from playground.importing.imported import UnreadableError
from playground.importing.prompt_file import read_prompt_file
from playground.presets.template import template_of
from playground.text.cleaning import line

_STRINGS = {"equals": "equals", "contains": "contains", "startsWith": "starts_with", "endsWith": "ends_with"}
_COMPLETION = re.compile(r"\{\{\s*completion\s*\}\}")
_GITHUB = "github/"


def is_prompt_file(value: Any) -> bool:
    """Whether a mapping is a prompt file."""
    return isinstance(value, Mapping) and "messages" in value


def read_prompt_experiment(value: Mapping[str, Any], title: str, model: str) -> FoundExperiment:
    """The experiment of a prompt file; `model` where it names none. Raises UnreadableError."""
    data, evaluators = value.get("testData"), value.get("evaluators")
    found = read_prompt_file({name: item for name, item in value.items() if name not in ("testData", "evaluators")})
    notes = [note for note in found.notes if not note.startswith(("name left out", "description left out"))]
    if not isinstance(data, list) or not data:
        raise UnreadableError("It has no testData: add rows to it.")
    checks = []
    for evaluator in evaluators if isinstance(evaluators, list) else []:
        check, note = _check(evaluator)
        checks += [check] if check else []
        notes += [note] if note else []
    if not found.model:
        notes.append(f"It names no model: {model} is asked.")
    messages = [{"role": message.role, "content": template_of(message.text)} for message in found.messages]
    written = {
        "title": line(str(value.get("name") or title), 200),
        "description": str(value.get("description") or ""),
        "dataset": {"rows": [_row(row) for row in data if isinstance(row, Mapping)]},
        "variants": [
            {
                "name": "prompt",
                "system_prompt": found.system_prompt,
                "messages": messages,
                "parameters": found.parameters,
                "tools": list(found.tools),
                "response_format": found.response_format,
            }
        ],
        "models": [found.model or model],
        "checks": checks,
    }
    return made(written, notes)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    own = {"expected": row["expected"]} if row.get("expected") is not None else {}
    return {"variables": {name: value for name, value in row.items() if name != "expected"}, **own}


def _check(evaluator: Any) -> tuple[dict[str, Any] | None, str]:
    """The check of an evaluator, or a note about why there is none."""
    if not isinstance(evaluator, Mapping):
        return None, "An evaluator left out: it is no mapping."
    name = line(str(evaluator.get("name") or ""), 200)
    string, judge = evaluator.get("string"), evaluator.get("llm")
    if isinstance(string, Mapping):
        for theirs, ours in _STRINGS.items():
            if string.get(theirs) is not None:
                value = template_of(str(string[theirs]))
                # Their programs compare without regard to case: github.com/github/gh-models, cmd/eval.
                return {"check": ours, "name": name, "value": value, "ignore_case": ours != "equals"}, ""
    if isinstance(judge, Mapping) and judge.get("prompt") and judge.get("modelId"):
        return _judge(name, judge), ""
    uses = evaluator.get("uses")
    if isinstance(uses, str) and uses.startswith(_GITHUB):
        return None, f"The evaluator {name!r} left out: {line(uses, 60)} is GitHub's own."
    return None, f"The evaluator {name!r} left out: there is nothing like it here."


def _judge(name: str, judge: Mapping[str, Any]) -> dict[str, Any]:
    choices = [choice for choice in judge.get("choices") or () if isinstance(choice, Mapping)]
    check: dict[str, Any] = {
        "check": "judge",
        "name": name,
        "prompt": template_of(_COMPLETION.sub("{{answer}}", str(judge["prompt"]))),
        "model": str(judge["modelId"]),
        **({"system_prompt": str(judge["systemPrompt"])} if judge.get("systemPrompt") else {}),
    }
    if len(choices) > 1:
        check["choices"] = [{"choice": str(one.get("choice")), "score": one.get("score")} for one in choices]
        # Theirs passes with any score above 0.
        above = [one["score"] for one in choices if isinstance(one.get("score"), int | float) and one["score"] > 0]
        check["threshold"] = min(above, default=1)
    return check
