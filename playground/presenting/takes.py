"""Which recordings a demo has: for each thing that a pane is asked, the answer that a rehearsal got."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from playground.presenting.recordings import Recording, recording_of
from playground.store import Store

MOST_TAKES = 2_000
"""Answers that one demo may have."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What one pane is asked: its settings and all prompts so far, the last of which is to be answered.

    `pane` tells panes apart that are asked the same.
    """

    model: str
    system_prompt: str
    parameters: Mapping[str, Any]
    response_format: Mapping[str, Any] | None
    prompts: tuple[str, ...]
    pane: int = 0

    @property
    def key(self) -> str:
        """The same for what is asked the same; something else once a word of it is changed."""
        asked = [
            self.model,
            self.system_prompt,
            dict(self.parameters),
            self.response_format,
            list(self.prompts),
            self.pane,
        ]
        text = json.dumps(asked, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Takes:
    """The recordings of the demo of a name, in the store of who rehearsed it. Raises StoreError."""

    store: Store
    demo: str

    def recording(self, cue: Cue) -> Recording | None:
        """The recording of what a pane is asked; None where none was made, or its answer is gone."""
        reply_id = self._known().get(cue.key)
        return recording_of(self.store, reply_id) if isinstance(reply_id, str) else None

    def keep(self, new: Iterable[tuple[Cue, str]]) -> None:
        """Take replies, by their ids, as the recordings of what was asked, in place of those before."""
        keys = {cue.key: reply_id for cue, reply_id in new}
        before = {key: reply_id for key, reply_id in self._known().items() if key not in keys}
        kept = dict([*before.items(), *keys.items()][-MOST_TAKES:])
        self.store.prefer(self._name, kept or None)

    def forget(self) -> None:
        """Have no recordings; the answers stay where they are."""
        self.store.prefer(self._name, None)

    @property
    def _name(self) -> str:
        return f"takes {self.demo}"

    def _known(self) -> dict[str, Any]:
        known = self.store.preference(self._name)
        return known if isinstance(known, dict) else {}
