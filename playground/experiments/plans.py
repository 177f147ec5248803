"""Plans of experiments: definitions while they are written, those that are shipped and an owner's own."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from playground.errors import BadRequestError
from playground.experiments.definition import Definition
from playground.experiments.definition_file import read_definition
from playground.experiments.plan_mistakes import PlanMistake, plan_mistakes
from playground.store import Store
from playground.text.cleaning import line

SHIPPED_PLANS = Path(__file__).parent / "examples"
PLANS_KEPT_AS = "experiment_plan:"
"""Own plans are preferences under this and their names."""
MOST_PLANS = 200
LONGEST_PLAN = 4_000_000
"""Characters of a plan as JSON: it is kept anew with each change."""
_DRAFT, _CHANGED = "draft", "changed_at"
_NUMBERED = re.compile(r" \d{1,3}$")


class PlanError(BadRequestError):
    """A plan cannot be kept."""


@dataclass(frozen=True)
class ExperimentPlan:
    """What somebody wants to try, as JSON in the form of a definition's file; it may not be one yet."""

    name: str
    draft: Mapping[str, Any] = field(repr=False)
    shipped: bool = False
    changed_at: datetime | None = None

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
    def mistakes(self) -> tuple[PlanMistake, ...]:
        """What has to be mended before it can run."""
        return () if isinstance(self._read, Definition) else plan_mistakes(self._read)

    @cached_property
    def _read(self) -> Definition | ValidationError:
        try:
            return Definition.model_validate(self.draft)
        except ValidationError as error:
            return error


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
        """The owner's, the one that was changed last first."""
        kept = self.store.preferences_called(PLANS_KEPT_AS)
        found = [_plan(name.removeprefix(PLANS_KEPT_AS), value) for name, value in kept.items()]
        first = datetime.min.replace(tzinfo=UTC)
        return tuple(sorted(found, key=lambda plan: plan.changed_at or first, reverse=True))

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
        self.store.prefer(
            PLANS_KEPT_AS + name, {_DRAFT: dict(draft), _CHANGED: datetime.now(UTC).isoformat(timespec="milliseconds")}
        )
        return name

    def keep_copy(self, draft: Mapping[str, Any]) -> str:
        """Keep a new plan under a title that no other has; returns its name. Raises PlanError."""
        titles = {plan.title for plan in (*shipped_plans(), *self.own())}
        title = line(str(draft.get("title") or ""), 190)
        if title in titles:
            begun = _NUMBERED.sub("", title)
            title = next(made for n in range(2, len(titles) + 3) if (made := f"{begun} {n}") not in titles)
        return self.keep({**draft, "title": title})

    def delete(self, name: str) -> None:
        """Delete an own plan; what it ran stays."""
        self.store.prefer(PLANS_KEPT_AS + name, None)


def _plan(name: str, kept: object) -> ExperimentPlan:
    found: dict[str, Any] = kept if isinstance(kept, dict) else {}
    draft, at = found.get(_DRAFT), found.get(_CHANGED)
    if not isinstance(draft, dict):
        return ExperimentPlan(name, found)  # as it was kept before plans had a time
    try:
        changed = datetime.fromisoformat(str(at)).replace(tzinfo=UTC)
    except ValueError:
        changed = None
    return ExperimentPlan(name, draft, changed_at=changed)
