"""One parameter of a model: what it may be, and the control that sets it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, get_args

from playground.parameters.kinds import Control, ValueKind

Group = Literal["length", "sampling", "penalties", "reproducibility", "advanced"]

GROUPS: tuple[Group, ...] = get_args(Group)
"""The groups in the order in which a panel shows them."""

Number = int | float


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """The values that a parameter may have.

    `minimum` and `maximum` are the ends of its control, None where there is none. They are the schema's own bounds, or
    one step inside of those where the schema excludes the bound itself: then `above` or `below` is that bound.
    `default` is the server's value when nothing is sent, None where the schema has none; `rest` is the position of the
    control while the parameter is unset. `choices` contains None where null may be chosen; `nullable`: null may be
    sent, for any kind. `bare_text`: a list that may also be one plain string.
    """

    name: str
    kind: ValueKind
    group: Group
    control: Control
    description: str = ""
    default: Any = None
    rest: Number = 0
    nullable: bool = False
    minimum: Number | None = None
    maximum: Number | None = None
    above: Number | None = None
    below: Number | None = None
    multiple_of: Number | None = None
    step: Number | None = None
    required: bool = False
    """The API requires it: a value is sent even if it is not set."""
    choices: tuple[Any, ...] = ()
    max_items: int | None = None
    bare_text: bool = False
    schema: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """The property's own JSON Schema, with the definitions that it refers to."""

    def allows(self, value: Number) -> bool:
        """Whether a finite number is valid, on or off the control's steps."""
        if self.kind == "integer" and value != int(value):
            return False
        if value <= self.above if self.above is not None else self.minimum is not None and value < self.minimum:
            return False
        if value >= self.below if self.below is not None else self.maximum is not None and value > self.maximum:
            return False
        return self.multiple_of is None or exact(value) % exact(self.multiple_of) == 0

    def snap(self, value: Number) -> Number:
        """The nearest value of the control: on its steps, within its range, without binary rounding errors (0.3).

        A slider has steps from one end to the other; a number field takes any legal value, and is rounded only to
        whole numbers and to `multipleOf`. Raises ValueError for NaN and the infinities.
        """
        if not math.isfinite(value):
            raise ValueError(f"{self.name} cannot be {value}")
        grid = self.step if self.control == "slider" else self.multiple_of or (1 if self.kind == "integer" else None)
        if grid is not None and not (isinstance(value, int) and grid == 1):
            origin = exact(self.minimum or 0) if self.control == "slider" else Fraction(0)
            steps = math.floor((exact(value) - origin) / exact(grid) + Fraction(1, 2))
            nearest = origin + steps * exact(grid)
            value = int(nearest) if self.kind == "integer" else float(nearest)
        if self.minimum is not None and value < self.minimum:
            return self.minimum
        if self.maximum is not None and value > self.maximum:
            return self.maximum
        return value if self.kind == "integer" else value + 0.0


def exact(value: Number) -> Fraction:
    """The decimal that a float is written as: 0.1 is a tenth."""
    return Fraction(repr(value))
