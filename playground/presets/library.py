"""The presets there are: those that ship, and a person's own in the store."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from playground.conversation.setup import Setup
from playground.models.catalog import ModelCard
from playground.presets.files import read_preset
from playground.presets.preset import LONGEST_PRESET_NAME, Preset
from playground.presets.refusal import PresetError
from playground.store import SavedPreset, Store

SHIPPED = Path(__file__).parent / "shipped"


@dataclass(frozen=True, slots=True)
class LibraryPreset:
    """A preset with its address; `own` where it can be changed."""

    id: str
    preset: Preset
    own: bool = True


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What became of presets that were brought in: added, there already, or refused with a sentence each."""

    added: list[LibraryPreset] = field(default_factory=list)
    already_there: list[Preset] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@lru_cache(maxsize=1)
def shipped_presets() -> tuple[LibraryPreset, ...]:
    """The examples that come with the app, in the order of their files."""
    return tuple(
        LibraryPreset(path.stem.split("-", 1)[1], read_preset(path.read_bytes()), own=False)
        for path in sorted(SHIPPED.glob("*.json"))
    )


@dataclass(frozen=True, slots=True)
class PresetLibrary:
    """Presets in a store beside those that ship. What is written raises PresetError and StoreError.

    `secrets` are what no preset may hold.
    """

    store: Store
    secrets: tuple[str, ...] = ()

    def find(self, preset_id: str) -> LibraryPreset | None:
        """The preset of that id; None where there is none. Any string may be asked for."""
        own = self.store.preset(preset_id)
        return (
            _kept(own) if own is not None else next((kept for kept in shipped_presets() if kept.id == preset_id), None)
        )

    def presets(self, search: str = "") -> tuple[LibraryPreset, ...]:
        """A person's own by name, then the examples; with `search` those that mention all its words."""
        own = sorted(map(_kept, self.store.presets()), key=lambda kept: (kept.preset.name.casefold(), kept.id))
        return tuple(kept for kept in (*own, *shipped_presets()) if kept.preset.mentions(search))

    def add(self, preset: Preset) -> LibraryPreset:
        """Keep a new preset; where its name is taken, it gets a number."""
        self._refuse_secrets(preset)
        preset = preset.renamed(_free(preset.name, self.presets()))
        return LibraryPreset(self.store.create_preset(preset.as_json).id, preset)

    def save(self, preset_id: str, preset: Preset) -> None:
        """Change a preset of one's own; what was filled in last is forgotten where its prompt changes."""
        self._refuse_secrets(preset)
        taken = {kept.preset.name.casefold() for kept in self.presets() if kept.id != preset_id}
        if preset.name.casefold() in taken:
            raise PresetError(f"There is another preset called {preset.name}.", "Choose another name.")
        old = self.find(preset_id)
        self.store.save_preset(preset_id, preset.as_json)
        if old is None or (old.preset.prompt, old.preset.variables) != (preset.prompt, preset.variables):
            self.remember(preset_id, {})

    def bring_in(self, presets: Iterable[Preset]) -> BroughtIn:
        """Keep presets that are not there yet in every detail. Nothing that is there is changed."""
        known = list(self.presets())
        done = BroughtIn()
        for preset in presets:
            if any(_same(kept.preset, preset) for kept in known):
                done.already_there.append(preset)
                continue
            try:
                self._refuse_secrets(preset)
            except PresetError as error:
                done.problems.append(f"{error.message} {error.hint}")
                continue
            named = preset.renamed(_free(preset.name, known))
            done.added.append(LibraryPreset(self.store.create_preset(named.as_json).id, named))
            known.append(done.added[-1])
        return done

    def values(self, kept: LibraryPreset) -> dict[str, str]:
        """What a preset's variables begin with: what was filled in last, else the preset's own values."""
        remembered = self.store.preference(_remembered(kept.id)) or {}
        given = {**kept.preset.variables, **remembered}
        return {name: str(given.get(name, "")) for name in kept.preset.variable_names}

    def fitted(
        self, kept: LibraryPreset, chosen: str, find: Callable[[str], ModelCard | None]
    ) -> tuple[Setup, tuple[str, ...]]:
        """What a chat is set to by a preset, as `Preset.fitted`, its system prompt with the values there are."""
        setup, notes = kept.preset.fitted(chosen, find)
        return self._instructed(kept, setup), notes

    def setup(self, kept: LibraryPreset, chosen: str, find: Callable[[str], ModelCard | None]) -> Setup:
        """What a pane is set to by a preset: as `fitted`, but what its model does not take is still there."""
        wanted = kept.preset.model or chosen
        known = find(wanted)
        return self._instructed(kept, kept.preset.setup(wanted if known is None else known.id))

    def _instructed(self, kept: LibraryPreset, setup: Setup) -> Setup:
        return replace(setup, system_prompt=kept.preset.instructions(self.values(kept)))

    def remember(self, preset_id: str, values: Mapping[str, str]) -> None:
        """Keep what was filled in; nothing for no values."""
        self.store.prefer(_remembered(preset_id), dict(values) or None)

    def _refuse_secrets(self, preset: Preset) -> None:
        field = preset.holding(self.secrets)
        if field is not None:
            raise PresetError(
                f"{preset.name} holds the key of a connection, in {field.replace('_', ' ')}.",
                "Take it out: presets are made to be passed on.",
            )


def _free(name: str, known: Iterable[LibraryPreset]) -> str:
    """The name, with a number where it is taken."""
    taken = {kept.preset.name.casefold() for kept in known}
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        ending = f" ({number})"
        free = name[: LONGEST_PRESET_NAME - len(ending)].rstrip() + ending
    return free


def _same(kept: Preset, preset: Preset) -> bool:
    """Whether a preset is kept already, perhaps with a number to its name."""
    numbered = re.fullmatch(re.escape(preset.name) + r" \(\d+\)", kept.name)
    return (kept.name == preset.name or numbered is not None) and kept.renamed(preset.name) == preset


def _remembered(preset_id: str) -> str:
    return f"preset values: {preset_id}"


def _kept(saved: SavedPreset) -> LibraryPreset:
    return LibraryPreset(saved.id, Preset.read(saved.body))
