"""What columns are called beside each other: by what they differ in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.experiments.candidates import Candidate
from playground.text.labels import visible


@dataclass(frozen=True, slots=True)
class NamedColumn:
    """A candidate under a short title."""

    number: int
    variant: str
    model: str
    connection: str
    title: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    setting: Mapping[str, Any] = field(default_factory=dict)


def named_columns(candidates: Sequence[Candidate]) -> tuple[NamedColumn, ...]:
    """Candidates as columns that are called by what they differ in."""
    return tuple(
        NamedColumn(one.number, one.variant, one.model, one.connection, title, one.parameters, one.setting)
        for one, title in zip(candidates, column_titles(candidates), strict=True)
    )


def column_titles(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """A name for each candidate: variant, model, connection and setting, as far as they are not the same for all."""
    several = {
        part: len({getattr(candidate, part) for candidate in candidates}) > 1
        for part in ("variant", "model", "connection")
    }
    models = {candidate.model for candidate in candidates}
    short = {model: model.rpartition("/")[2] for model in models}
    if len(set(short.values())) < len(models):
        short = {model: model for model in models}
    found = []
    for candidate in candidates:
        parts = [
            candidate.variant if several["variant"] else "",
            visible(short[candidate.model]) if several["model"] else "",
            f"at {visible(candidate.connection)}" if several["connection"] and not several["model"] else "",
            ", ".join(f"{visible(name)} {value}" for name, value in candidate.setting.items()),
        ]
        found.append(" · ".join(filter(None, parts)))
    if len(set(found)) < len(found) or not all(found):
        return tuple(candidate.title for candidate in candidates)
    return tuple(found)
