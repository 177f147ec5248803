"""Reads the catalogue as Cloudflare lists it now, compares it with the shipped one, and saves it with its date."""

import asyncio
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import ValidationError

from playground.errors import ProviderError
from playground.models.catalog.card import ModelCard
from playground.models.catalog.listing import live_card
from playground.models.catalog.snapshot import Catalog, shipped
from playground.system.private_files import private_folder

_AT_ONCE = 6


class ModelSource(Protocol):
    """Where live facts come from."""

    async def model_rows(self) -> Sequence[Mapping[str, Any]]:
        """A row for each model. Raises ProviderError."""
        ...

    async def model_schema(self, model: str) -> Mapping[str, Any]:
        """`{"input": …, "output": …}`. Raises ProviderError."""
        ...


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A catalogue and how it came about.

    `as_of` is when Cloudflare was last asked, None for the shipped snapshot. `appeared` are the ids that are not in
    the snapshot, `changed` the facts of others that differ from it. `problems` are sentences for people, `error` is
    set where the list could not be read at all.
    """

    catalog: Catalog
    as_of: datetime | None = None
    appeared: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    error: ProviderError | None = None


def _ignore_progress(done: int, total: int) -> None:
    """Ignore progress."""


async def refresh(
    source: ModelSource,
    path: Path,
    now: datetime | None = None,
    on_progress: Callable[[int, int], None] = _ignore_progress,
) -> Refreshed:
    """Ask for all models and their schemas, and save the result at `path`; never raises ProviderError.

    A row that cannot be read is one of the problems. If the list cannot be read at all, the saved one or the snapshot
    is returned with the reason in `problems` and `error`. `on_progress` gets the number of models read, and of all.
    """
    now = datetime.now(UTC) if now is None else now
    try:
        rows = await source.model_rows()
    except ProviderError as error:
        stored = await asyncio.to_thread(load, path)
        return Refreshed(
            stored.catalog, stored.as_of, stored.appeared, stored.changed, (error.message, *stored.problems), error
        )
    schemas = await _schemas(source, [row["name"] for row in rows if isinstance(row.get("name"), str)], on_progress)
    return await asyncio.to_thread(_assemble, path, rows, schemas, shipped(), now)


def _assemble(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    schemas: Mapping[str, Mapping[str, Any] | ProviderError],
    snapshot: Catalog,
    now: datetime,
) -> Refreshed:
    """The catalogue from the answers, which is also saved; takes a second."""
    cards: list[ModelCard] = []
    problems: list[str] = []
    for row in rows:
        name = row.get("name")
        known = snapshot.get(name) if isinstance(name, str) else None
        schema = schemas.get(name) if isinstance(name, str) else None
        if isinstance(schema, ProviderError):
            problems.append(f"{name}: no schema ({schema.message})")
            schema = None
        try:
            card, unread = live_card(row, schema, known, now.date())
        except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            problems.append(f"A row of the list could not be read: {error}.")
            continue
        cards.append(card)
        problems += unread
    try:
        _save(path, cards, now, problems)
    except OSError as error:
        problems.append(
            f"The list could not be kept in {path.parent} and will be gone after a restart: {error.strerror}."
        )
    return _compared(snapshot, cards, now, tuple(problems))


def load(path: Path) -> Refreshed:
    """The catalogue that was saved at `path`, over the shipped snapshot; the snapshot alone where there is none."""
    snapshot = shipped()
    try:
        stored = json.loads(path.read_bytes())
        as_of = datetime.fromisoformat(stored["as_of"])
        entries, problems = list(stored["cards"]), [str(problem) for problem in stored["problems"]]
    except FileNotFoundError:
        return Refreshed(snapshot)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Refreshed(snapshot, problems=(f"{path.name} could not be read: the shipped catalogue is shown.",))
    cards: list[ModelCard] = []
    for entry in entries:
        try:
            cards.append(ModelCard.model_validate(entry))
        except ValidationError:
            problems.append(f"{path.name} holds a model that could not be read.")
    return _compared(snapshot, cards, as_of, tuple(problems))


def changes(before: ModelCard, after: ModelCard) -> tuple[str, ...]:
    """The names of the facts that differ, whoever their source is."""
    old, new = _facts(before), _facts(after)
    return tuple(name for name in old if old[name] != new[name])


async def _schemas(
    source: ModelSource, names: Sequence[str], on_progress: Callable[[int, int], None]
) -> dict[str, Mapping[str, Any] | ProviderError]:
    gate = asyncio.Semaphore(_AT_ONCE)
    read = 0
    on_progress(read, len(names))

    async def ask(name: str) -> Mapping[str, Any] | ProviderError:
        nonlocal read
        async with gate:
            try:
                return await source.model_schema(name)
            except ProviderError as error:
                return error
            finally:
                read += 1
                on_progress(read, len(names))

    return dict(zip(names, await asyncio.gather(*map(ask, names)), strict=True))


def _compared(snapshot: Catalog, cards: Sequence[ModelCard], as_of: datetime, problems: tuple[str, ...]) -> Refreshed:
    appeared = tuple(card.id for card in cards if card.id not in snapshot)
    changed = {
        card.id: differences
        for card in cards
        if (known := snapshot.get(card.id)) is not None and (differences := changes(known, card))
    }
    marks: Mapping[str, Literal["new", "changed"]] = {
        **dict.fromkeys(changed, "changed"),
        **dict.fromkeys(appeared, "new"),
    }
    marked = (card.model_copy(update={"since_shipped": marks.get(card.id)}) for card in cards)
    return Refreshed(snapshot.with_cards(marked), as_of, appeared, changed, problems)


def _facts(card: ModelCard) -> dict[str, Any]:
    price = card.price
    return {
        "context window": card.context_window,
        "price": None if price is None else (price.input, price.output, price.cached_input),
        "function calling": bool(card.function_calling),
        "reasoning": bool(card.reasoning),
        "vision": bool(card.vision),
        "LoRA": bool(card.lora),
        "batch": bool(card.batch),
        "paid plan": card.requires_paid_plan,
        "retirement": card.retirement and card.retirement.on,
    }


def _save(path: Path, cards: Sequence[ModelCard], as_of: datetime, problems: Sequence[str]) -> None:
    """Write to a temporary file and move it into place, so that nobody reads half of it."""
    content = {
        "as_of": as_of.isoformat(),
        "cards": [card.model_dump(mode="json") for card in cards],
        "problems": list(problems),
    }
    private_folder(path.parent)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
