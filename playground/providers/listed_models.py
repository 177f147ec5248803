"""What servers list of their models beside the names, remembered for as long as the process lives.

https://platform.claude.com/docs/en/api/models/list
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MOST = 5_000


@dataclass(frozen=True, slots=True)
class ListedModel:
    """One model as its server describes it; None where it does not say. Sizes are in tokens."""

    max_output_tokens: int | None = None
    context_window: int | None = None
    vision: bool | None = None
    reasoning: bool | None = None
    structured_outputs: bool | None = None


_listed: dict[str, dict[str, ListedModel]] = {}
"""By server and id."""


def remember_list(server: str, answer: Any) -> None:
    """Remember a server's list of models, in place of the one before."""
    rows = answer.get("data") if isinstance(answer, Mapping) else None
    found = [row for row in (rows if isinstance(rows, list) else [])[:_MOST] if isinstance(row, Mapping)]
    listed = {row["id"]: _read(row) for row in found if isinstance(row.get("id"), str)}
    _listed[server] = {model: facts for model, facts in listed.items() if facts != ListedModel()}


def listed_model(server: str, model: str) -> ListedModel:
    """The model as the server last listed it."""
    return _listed.get(server, {}).get(model, ListedModel())


def _read(row: Mapping[str, Any]) -> ListedModel:
    capabilities = row.get("capabilities")
    capabilities = capabilities if isinstance(capabilities, Mapping) else {}
    return ListedModel(
        max_output_tokens=_count(row.get("max_tokens")),
        context_window=_count(row.get("max_input_tokens")),
        vision=_supported(capabilities.get("image_input")),
        reasoning=_supported(capabilities.get("thinking")),
        structured_outputs=_supported(capabilities.get("structured_outputs")),
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9 else None


def _supported(capability: Any) -> bool | None:
    supported = capability.get("supported") if isinstance(capability, Mapping) else None
    return supported if isinstance(supported, bool) else None
