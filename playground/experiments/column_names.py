"""What columns are called beside each other: by what they differ in."""

from collections.abc import Sequence

from playground.experiments.candidates import Candidate
from playground.text.labels import visible


def column_names(candidates: Sequence[Candidate]) -> tuple[str, ...]:
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
