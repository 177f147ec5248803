"""The values of parameters that are set; what is unset is not among them."""

from collections.abc import Callable, Mapping
from typing import Any

SetParameter = Callable[[str, Any], None]
"""Called with a name and its new value; UNSET unsets it."""

UNSET: Any = object()


def with_parameter(values: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The values with one of them set, or, for UNSET, without it."""
    rest = {other: old for other, old in values.items() if other != name}
    return rest if value is UNSET else {**values, name: value}
