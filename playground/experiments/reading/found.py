"""What was read of an experiment from elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from playground.experiments.definition import Definition
from playground.importing.bounds import limited
from playground.importing.imported import UnreadableError
from playground.text.cleaning import line
from playground.text.json_value import harmless


@dataclass(frozen=True, slots=True)
class FoundExperiment:
    """An experiment, and a sentence for each thing that was changed or left out."""

    definition: Definition
    notes: tuple[str, ...] = ()


def made(written: Mapping[str, Any], notes: Iterable[str]) -> FoundExperiment:
    """The experiment of what was gathered. Raises UnreadableError where it is none."""
    told = tuple(limited(list(notes)))
    try:
        return FoundExperiment(Definition.model_validate(harmless(dict(written))), told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        message = str(first["msg"]).removeprefix("Value error, ")
        left = f" {' '.join(told[:3])}" if told else ""
        raise UnreadableError(f"It is no experiment that can be run: {line(where, 100)}: {message}.{left}") from None
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"It is no experiment that can be run: {line(str(error), 200)}.") from None
