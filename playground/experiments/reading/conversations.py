"""Rows that are conversations, as JSON Lines: OpenAI's evals (`input`, `ideal`) and fine-tuning files (`messages`).

https://github.com/openai/evals/blob/main/docs/build-eval.md
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from playground.experiments.reading.found import FoundExperiment, made
from playground.importing.imported import UnreadableError
from playground.presets.template import literal_prompt
from playground.text.cleaning import line

_ROLES = ("system", "user", "assistant")
Said = tuple[str, str]
"""A role and what it says."""


def is_conversation(record: Mapping[str, Any]) -> bool:
    """Whether a record is a conversation, and no row of variables."""
    return isinstance(record.get("messages"), list) or ("ideal" in record and "input" in record)


def read_conversations(records: Iterable[Mapping[str, Any]], title: str, model: str) -> FoundExperiment:
    """The experiment of conversations: what differs between them becomes a variable, what is the same the prompt.

    An answer at their end is what is expected. Raises UnreadableError where none can be asked.
    """
    asked: list[tuple[tuple[Said, ...], list[str]]] = []
    notes: list[str] = []
    for number, record in enumerate(records, 1):
        try:
            asked.append(_asked(record))
        except ValueError as error:
            notes.append(f"Line {number} left out: {error}.")
    shapes = Counter(tuple(role for role, _ in said) for said, _ in asked)
    if not shapes:
        raise UnreadableError(notes[0] if notes else "There is no conversation in it.")
    (shape, count), *_ = shapes.most_common(1)
    if count < len(asked):
        notes.append(
            f"{len(asked) - count:,} conversations left out: their messages are no {', '.join(shape)} as in others."
        )
    kept = [(said, ideal) for said, ideal in asked if tuple(role for role, _ in said) == shape]
    return _experiment(kept, title, model, notes)


def _experiment(
    kept: Sequence[tuple[tuple[Said, ...], list[str]]], title: str, model: str, notes: Sequence[str]
) -> FoundExperiment:
    first = kept[0][0]
    varying = [at for at in range(len(first)) if any(said[at][1] != first[at][1] for said, _ in kept)]
    last = len(first) - 1
    names = {at: "input" if at == last else f"message_{at + 1}" for at in {*varying, last}}
    messages = [
        {"role": role, "content": f"{{{{{names[at]}}}}}" if at in names else literal_prompt(text)}
        for at, (role, text) in enumerate(first)
    ]
    several = any(len(ideal) > 1 for _, ideal in kept)
    rows = [
        {
            "variables": {names[at]: said[at][1] for at in names},
            **({"expected": ideal[0]} if ideal else {}),
            **({"checks": [_any_of(ideal)]} if several and ideal else {}),
        }
        for said, ideal in kept
    ]
    checks = [{"check": "contains", "value": "{{expected}}"}] if not several and any(ideal for _, ideal in kept) else []
    return made(
        {
            "title": title,
            "dataset": {"rows": rows},
            "variants": [{"name": "prompt", "messages": messages}],
            "models": [model],
            "checks": checks,
        },
        notes,
    )


def _any_of(ideal: Sequence[str]) -> dict[str, Any]:
    return {"check": "contains_any", "values": [literal_prompt(one) for one in ideal]}


def _asked(record: Mapping[str, Any]) -> tuple[tuple[Said, ...], list[str]]:
    """The messages of a record up to its last question, and what is expected. Raises ValueError."""
    written = record.get("messages", record.get("input"))
    if isinstance(written, str):
        written = [{"role": "user", "content": written}]
    if not isinstance(written, list) or not written:
        raise ValueError("it has no messages")
    said = [_said(message) for message in written]
    ideal = record.get("ideal")
    expected = [one for one in (ideal if isinstance(ideal, list) else [ideal]) if isinstance(one, str)]
    if said[-1][0] == "assistant":
        expected = expected or [said[-1][1]]
        said.pop()
    if not said or said[-1][0] != "user":
        raise ValueError("its last message is no question")
    return tuple(said), [one for one in expected if one.strip()]


def _said(message: Any) -> Said:
    if not isinstance(message, Mapping) or message.get("role") not in _ROLES:
        raise ValueError("a message has no role that is known")
    content = message.get("content")
    if isinstance(content, list):
        content = "".join(str(part.get("text") or "") for part in content if isinstance(part, Mapping))
    if not isinstance(content, str) or not content.strip():
        raise ValueError(f"a message of {line(str(message['role']), 20)} has no words")
    return str(message["role"]), content
