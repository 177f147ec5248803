"""ExperimentPlans of experiments: definitions while they are written, those that are shipped and an owner's own."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from playground.errors import BadRequestError
from playground.experiments.definition import Definition
from playground.experiments.definition_file import read_definition
from playground.store import Store
from playground.text.cleaning import line

SHIPPED_PLANS = Path(__file__).parent / "examples"
PLANS_KEPT_AS = "experiment_plan:"
"""Own plans are preferences under this and their names."""
MOST_PLANS = 200
LONGEST_PLAN = 4_000_000
"""Characters of a plan as JSON: it is kept anew with each change."""
MOST_TOLD = 5
"""Mistakes that are told at once."""


class PlanError(BadRequestError):
    """A plan cannot be kept."""


@dataclass(frozen=True)
class ExperimentPlan:
    """What somebody wants to try, as JSON in the form of a definition's file; it may not be one yet."""

    name: str
    draft: Mapping[str, Any] = field(repr=False)
    shipped: bool = False

    @property
    def title(self) -> str:
        """Its title, or that it has none."""
        title = self.draft.get("title")
        return line(title, 200) if isinstance(title, str) and title.strip() else "Without a title"

    @cached_property
    def definition(self) -> Definition | None:
        """What it defines; None while it has mistakes."""
        return self._read if isinstance(self._read, Definition) else None

    @cached_property
    def mistakes(self) -> tuple[str, ...]:
        """What has to be mended before it can run, a sentence each."""
        if isinstance(self._read, Definition):
            return ()
        found = self._read.errors(include_url=False, include_input=False, include_context=False)
        told = tuple(_told(one["loc"], _SAID.get(one["type"], one["msg"])) for one in found[:MOST_TOLD])
        return (*told, f"And {len(found) - MOST_TOLD} more.") if len(found) > MOST_TOLD else told

    @cached_property
    def _read(self) -> Definition | ValidationError:
        try:
            return Definition.model_validate(self.draft)
        except ValidationError as error:
            return error


_SAID = {"string_too_short": "is empty", "too_short": "there is none", "missing": "is missing"}
"""What pydantic's mistakes are called here, by their type."""


def _told(place: tuple[int | str, ...], message: str) -> str:
    steps = [f"number {step + 1}" if isinstance(step, int) else step.replace("_", " ") for step in place]
    return f"{line(' → '.join(steps), 200) or 'The plan'}: {line(message.removeprefix('Value error, '), 300)}"


@cache
def shipped_plans() -> tuple[ExperimentPlan, ...]:
    """Those that come with the app; they run on the model inside it."""
    texts = {path.stem: path.read_text("utf-8") for path in sorted(SHIPPED_PLANS.glob("*.yaml"))}
    return tuple(ExperimentPlan(name, draft_of(read_definition(text)), shipped=True) for name, text in texts.items())


def draft_of(definition: Definition) -> dict[str, Any]:
    """A definition as a draft."""
    draft: dict[str, Any] = json.loads(definition.model_dump_json(by_alias=True, exclude_defaults=True))
    return draft


def first_draft() -> dict[str, Any]:
    """What a new plan begins with."""
    return {
        "title": "",
        "dataset": {"rows": [{"topic": "the sea"}, {"topic": "the moon"}]},
        "variants": [{"name": "prompt 1", "prompt": "Write one sentence about {{topic}}."}],
        "models": [],
        "checks": [],
    }


@dataclass(frozen=True, slots=True)
class ExperimentPlans:
    """The plans of a store's owner. Raises StoreError."""

    store: Store

    def own(self) -> tuple[ExperimentPlan, ...]:
        """The owner's, by title."""
        kept = self.store.preferences_called(PLANS_KEPT_AS)
        found = [_plan(name.removeprefix(PLANS_KEPT_AS), value) for name, value in kept.items()]
        return tuple(sorted(found, key=lambda plan: plan.title.casefold()))

    def find(self, name: str) -> ExperimentPlan | None:
        """A plan by its name; None where there is none."""
        shipped = next((plan for plan in shipped_plans() if plan.name == name), None)
        if shipped is not None:
            return shipped
        kept = self.store.preference(PLANS_KEPT_AS + name)
        return None if kept is None else _plan(name, kept)

    def keep(self, draft: Mapping[str, Any], name: str | None = None) -> str:
        """Keep a plan, in place of the own one of that name; returns its name. Raises PlanError."""
        if len(json.dumps(draft, ensure_ascii=False)) > LONGEST_PLAN:
            raise PlanError(
                f"This plan is longer than {LONGEST_PLAN:,} characters.",
                hint="Run it from a file by `python -m playground experiment run`, with the rows in a file beside it.",
            )
        if name is None and len(self.store.preferences_called(PLANS_KEPT_AS)) >= MOST_PLANS:
            raise PlanError(f"There are {MOST_PLANS} plans.", hint="Delete one first.")
        name = name or secrets.token_hex(5)
        self.store.prefer(PLANS_KEPT_AS + name, dict(draft))
        return name

    def delete(self, name: str) -> None:
        """Delete an own plan; what it ran stays."""
        self.store.prefer(PLANS_KEPT_AS + name, None)


def _plan(name: str, kept: object) -> ExperimentPlan:
    return ExperimentPlan(name, kept if isinstance(kept, dict) else {})
