"""Rows that are added to plans, and a plan that begins with an answer of a chat."""

from collections.abc import Mapping, Sequence
from typing import Any

from playground.conversation.provenance import reply_setup
from playground.experiments.plans import first_draft
from playground.experiments.reading.chats import QUESTION_VARIABLE
from playground.experiments.rows import EXPECTED, OWN_FIELDS
from playground.presets.template import TemplateError, prompt_variables, template_of
from playground.store import StoredReply
from playground.text.cleaning import clean, line

_LONGEST_TITLE = 60


def add_rows(draft: dict[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Put rows below those of a plan; one whose rows are in a file has these in its place."""
    dataset = draft.setdefault("dataset", {})
    if isinstance(dataset, dict):
        dataset.pop("file", None)
        dataset["rows"] = [*(dataset.get("rows") or ()), *rows]


def columns_of(draft: Mapping[str, Any]) -> tuple[str, ...]:
    """The variables of a plan, those of its prompts before those of its rows alone; the usual one where it has none."""
    names: dict[str, None] = {}
    for variant in draft.get("variants") or ():
        messages = [message.get("content") for message in variant.get("messages") or ()]
        for text in (variant.get("system_prompt"), variant.get("prompt"), *messages):
            try:
                names |= dict.fromkeys(prompt_variables(str(text or "")))
            except TemplateError:
                continue
    dataset = draft.get("dataset")
    for row in dataset.get("rows") or () if isinstance(dataset, Mapping) else ():
        variables = row.get("variables")
        names |= dict.fromkeys(variables if isinstance(variables, Mapping) else ())
        names |= dict.fromkeys(name for name in row if name not in OWN_FIELDS)
    return tuple(name for name in names if name != EXPECTED) or (QUESTION_VARIABLE,)


def row_with(variable: str, question: str, expected: str) -> dict[str, Any]:
    """The row of a question, with what is expected where that is said."""
    value = {variable: clean(question)}
    row: dict[str, Any] = {"variables": value} if variable in OWN_FIELDS else value
    return {**row, EXPECTED: clean(expected)} if expected.strip() else row


def draft_about(reply: StoredReply, row: Mapping[str, Any]) -> dict[str, Any]:
    """A plan that asks the model of an answer in the same way, about one row."""
    variant: dict[str, Any] = {"name": "prompt 1", "prompt": f"{{{{{QUESTION_VARIABLE}}}}}"}
    setup = reply_setup(reply)
    if setup is not None:
        if setup.system_prompt.strip():
            variant["system_prompt"] = template_of(setup.system_prompt)
        asked = {"parameters": dict(setup.parameters), "tools": list(setup.tools)}
        variant |= {name: value for name, value in asked.items() if value}
        if setup.response_format is not None:
            variant["response_format"] = dict(setup.response_format)
    title = line(str(row.get(QUESTION_VARIABLE, "")), _LONGEST_TITLE).rstrip(".?! ")
    return {**first_draft(), "title": title, "dataset": {"rows": [row]}, "variants": [variant], "models": [reply.model]}
