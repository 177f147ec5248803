"""What the history shows of a chat, a comparison, a batch or an experiment, and what it is found by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Literal, Self

from playground.store.charges import Spent

EntryKind = Literal["chat", "compare", "batch", "experiment"]
FacetName = Literal["kind", "model", "connection", "outcome", "cost", "preset", "vote", "tag"]
"""What an entry is found by, each by that name in the address of the history."""

COSTS = ("0.001", "0.01", "0.1", "1", "10")
"""USD from which on an entry is found by its cost."""
LONGEST_BEGINNING = 240
_LONGEST_VALUE = 40


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What an entry holds, on all branches. `state` is that of its last answer, `states` are those of all; `presets`
    are the ids of those that answers were set by.

    Of a comparison whose models are hidden until a vote, models, connections, presets and votes are left out.
    """

    models: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    presets: tuple[str, ...] = ()
    questions: int = 0
    answers: int = 0
    states: tuple[str, ...] = ()
    state: str = ""
    votes: tuple[str, ...] = ()
    beginning: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    system_prompt: bool = False
    hidden: bool = False
    spent: Spent = field(default_factory=Spent)

    def as_json(self) -> dict[str, Any]:
        """The facts as JSON."""
        spent = asdict(self.spent) | {"cost": str(self.spent.cost), "billed": str(self.spent.billed)}
        return asdict(self) | {"spent": spent}

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Self:
        """The value that `as_json` packed."""
        spent = packed["spent"]
        money = {name: Decimal(spent[name]) for name in ("cost", "billed")}
        lists = ("models", "connections", "states", "votes")
        packed = {**packed, "presets": tuple(packed.get("presets", ()))}  # those of before had none
        return cls(**{**packed, **{name: tuple(packed[name]) for name in lists}, "spent": Spent(**{**spent, **money})})

    def facets(self, kind: str, tags: Sequence[str]) -> Iterator[tuple[FacetName, str]]:
        """What an entry with these facts is found by."""
        yield "kind", kind
        for name, values in (("model", self.models), ("connection", self.connections), ("outcome", self.states)):
            yield from ((name, value) for value in dict.fromkeys(values))  # type: ignore[misc]
        if kind == "compare" and not self.hidden:
            yield from (("vote", vote) for vote in dict.fromkeys(self.votes or ("none",)))
        if not self.hidden:
            yield from (("cost", least) for least in COSTS if self.spent.cost >= Decimal(least))
            if self.spent.unpriced:
                yield "cost", "unpriced"
        yield from (("preset", preset) for preset in self.presets)
        yield from (("tag", tag) for tag in dict.fromkeys(tags))


def shortened_parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters with what is long in them cut off."""
    return {
        name: value if _is_short(value) else f"{str(value)[:_LONGEST_VALUE]}…" for name, value in parameters.items()
    }


def _is_short(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float) or len(str(value)) <= _LONGEST_VALUE
