"""What servers tell of their models beside the names, remembered for as long as the process lives.

https://platform.claude.com/docs/en/api/models/list
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MOST = 5_000


@dataclass(frozen=True, slots=True)
class ListedModel:
    """One model as its server describes it; None where it does not say."""

    longest: int | None = None
    """The most tokens of an answer."""
    window: int | None = None
    """The most tokens that it reads."""
    sees: bool | None = None
    thinks: bool | None = None
    fits_schemas: bool | None = None


_listed: dict[str, dict[str, ListedModel]] = {}
"""By server and id."""


def remember_list(server: str, answer: Any) -> None:
    """Take the list of models that a server answered with, in place of the one before."""
    rows = answer.get("data") if isinstance(answer, Mapping) else None
    found = [row for row in (rows if isinstance(rows, list) else [])[:_MOST] if isinstance(row, Mapping)]
    told = {row["id"]: _read(row) for row in found if isinstance(row.get("id"), str)}
    _listed[server] = {model: facts for model, facts in told.items() if facts != ListedModel()}


def listed_model(server: str, model: str) -> ListedModel:
    """What the server last listed of a model."""
    return _listed.get(server, {}).get(model, ListedModel())


def _read(row: Mapping[str, Any]) -> ListedModel:
    can = row.get("capabilities")
    can = can if isinstance(can, Mapping) else {}
    return ListedModel(
        longest=_count(row.get("max_tokens")),
        window=_count(row.get("max_input_tokens")),
        sees=_supported(can.get("image_input")),
        thinks=_supported(can.get("thinking")),
        fits_schemas=_supported(can.get("structured_outputs")),
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9 else None


def _supported(capability: Any) -> bool | None:
    supported = capability.get("supported") if isinstance(capability, Mapping) else None
    return supported if isinstance(supported, bool) else None
