"""Comparisons that are ready to be tried: panes with their settings, and a prompt."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from playground.compare.comparing import Comparing
from playground.compare.comparison import Comparison, Pane
from playground.models.local import EMBEDDED_ID
from playground.models.roster import Roster


@dataclass(frozen=True, slots=True)
class ReadyPane:
    """A model, and the parameters that are this pane's own."""

    model: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadyComparison:
    """What is compared, in a word or two and in half a sentence."""

    name: str
    about: str
    prompt: str
    panes: tuple[ReadyPane, ...]

    def obstacle(self, roster: Roster) -> str:
        """Why one of its models cannot run, and what to do; "" where all can."""
        for pane in self.panes:
            if (card := roster.card(pane.model)) is None:
                return f"There is no model {pane.model} here."
            if (obstacle := roster.obstacle(card)) is not None:
                return f"{obstacle.message} {obstacle.hint}"
        return ""


READY = (
    ReadyComparison(
        "Careful or bold",
        "one model at two temperatures, no key needed",
        "Write two sentences about a lighthouse keeper.",
        (ReadyPane(EMBEDDED_ID, {"temperature": 0.2}), ReadyPane(EMBEDDED_ID, {"temperature": 1.2})),
    ),
    ReadyComparison(
        "Small or large",
        "Llama with 3 and with 70 billion parameters",
        "A farmer has 17 sheep. All but 9 run away. How many are left? Explain in one sentence.",
        (ReadyPane("@cf/meta/llama-3.2-3b-instruct"), ReadyPane("@cf/meta/llama-3.3-70b-instruct-fp8-fast")),
    ),
    ReadyComparison(
        "Three makers",
        "Gemma, Qwen and Mistral",
        "Name three risks of moving a database to another city, the greatest first, in one line each.",
        (
            ReadyPane("@cf/google/gemma-4-26b-a4b-it"),
            ReadyPane("@cf/qwen/qwen3-30b-a3b-fp8"),
            ReadyPane("@cf/mistralai/mistral-small-3.1-24b-instruct"),
        ),
    ),
)


def set_up(comparing: Comparing, comparison_id: str, comparison: Comparison, ready: ReadyComparison) -> Comparison:
    """A comparison in which nothing was said yet with the panes of a ready one, not saved yet. Raises StoreError."""
    while len(comparison.panes) < len(ready.panes):
        comparison = comparing.with_new_pane(comparison_id, comparison, comparison.panes[-1])
    panes = tuple(_set_up(pane, wanted) for pane, wanted in zip(comparison.panes, ready.panes, strict=False))
    return replace(comparison, panes=panes, system_prompt="", parameters={}, order=())


def _set_up(pane: Pane, wanted: ReadyPane) -> Pane:
    parameters = dict(wanted.parameters)
    return replace(
        pane, model=wanted.model, unlinked=frozenset(parameters), parameters=parameters, system_prompt="", preset=""
    )
