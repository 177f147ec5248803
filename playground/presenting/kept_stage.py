"""Where presentations are, kept so that a reload finds them after a restart of the app."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from playground.presenting.position import Position
from playground.store import Store

STAGES = "stages"
"""The name of the preference that has them, by the ids of presentations."""
MOST_KEPT_STAGES = 20
"""The last ones of an owner."""


@dataclass(frozen=True, slots=True)
class KeptStage:
    """Of one presentation: what is presented, where it is, when it began, and what its subject has asked so far."""

    subject: str
    position: Position
    began: float = field(default_factory=time.time)
    asked: dict[str, tuple[str, str]] = field(default_factory=dict)


def keep_stage(store: Store, show_id: str, stage: KeptStage) -> None:
    """Keep where a presentation is, in place of what was kept of it. Raises StoreError."""

    def changed(known: Any) -> Mapping[str, Any]:
        others = {id_: kept for id_, kept in (known or {}).items() if id_ != show_id}
        return dict([*others.items(), (show_id, asdict(stage))][-MOST_KEPT_STAGES:])

    store.revise(STAGES, changed)


def kept_stage(store: Store, show_id: str, subject: str) -> KeptStage | None:
    """What was kept of a presentation of a subject; None where there is none. Raises StoreError."""
    known = store.preference(STAGES)
    try:
        found = _STAGE.validate_python(known[show_id]) if isinstance(known, dict) and show_id in known else None
    except ValidationError:  # by another version, or an import
        return None
    return found if found is not None and found.subject == subject else None


_STAGE = TypeAdapter(KeptStage)
