"""What a check sees, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from playground.experiments.answer import AnswerRecord
from playground.experiments.part import DefinitionPart, ShortName
from playground.presets.template import UnfilledError, fill

_EXPECTED = "expected"  # as rows call it, which have checks themselves


class UntoldError(Exception):
    """Whether a check passes cannot be told; the message says why."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer, the values of its row (`expected` among them) and the tools that the model was given."""

    answer: AnswerRecord
    values: Mapping[str, str]
    tools: tuple[Mapping[str, Any], ...] = ()

    def filled(self, template: str) -> str:
        """A text of a check with the row's values filled in. Raises UntoldError where one is missing."""
        return filled_for_row(template, self.values)

    def sought(self, template: str) -> str:
        """A text that is looked for in the answer. Raises UntoldError where a value is missing, or leaves it empty."""
        text = self.filled(template)
        if template.strip() and not text.strip():
            raise UntoldError("the text to look for is empty in this row")
        return text


def filled_for_row(template: str, values: Mapping[str, str]) -> str:
    """A template with the values of a row. One may be empty on purpose; that nothing is expected is no expectation.

    Raises UntoldError where one is missing.
    """
    told = {name: value for name, value in values.items() if name != _EXPECTED or value.strip()}
    try:
        return fill(template, told, may_be_blank=True)
    except UnfilledError as error:
        raise UntoldError(f"the row has no {', '.join(error.names)}") from None


@dataclass(frozen=True, slots=True)
class Told:
    """What a check found: whether it passes, a score from 0 to 1 where it has degrees, and what there is to say."""

    passed: bool
    score: float | None = None
    note: str = ""


class CheckPart(DefinitionPart):
    """What every check has: what it is called, what it counts for, and whether it is turned round."""

    check: str
    name: ShortName = Field("", description="What it is called on screen; without it, what it checks.")
    metric: ShortName = Field("", description="A name under which scores of several checks are gathered.")
    weight: float = Field(1, ge=0, le=1000, description="What it counts for in the score; 0 only reports.")
    negate: bool = Field(False, description="Turned round: it passes where it would fail.")

    @property
    def called(self) -> str:
        """Its name, or what it checks in a few words."""
        return self.name or f"{'not ' if self.negate else ''}{self.label}"

    @property
    def label(self) -> str:
        """What it checks, in a few words."""
        return self.check.replace("_", " ")


class RuleCheck(CheckPart):
    """A check that is told from the answer alone."""

    def told(self, seen: Seen) -> Told:
        """What it finds, not turned round yet. Raises UntoldError."""
        raise NotImplementedError
