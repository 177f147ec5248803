"""All presets: those that ship, and a person's own in the store."""

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
    """A preset with its id; `own` ones can be changed."""

    id: str
    preset: Preset
    own: bool = True


@dataclass(frozen=True, slots=True)
class ImportedPresets:
    """The result of an import: presets that were added, that exist already, and a sentence for each refused one."""

    added: list[LibraryPreset] = field(default_factory=list)
    duplicates: list[Preset] = field(default_factory=list)
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
    """Presets in a store and those that ship. Methods that write raise PresetError and StoreError.

    No preset may contain any of `secrets`.
    """

    store: Store
    secrets: tuple[str, ...] = ()

    def find(self, preset_id: str) -> LibraryPreset | None:
        """The preset with an id, which may be any string; None where there is none."""
        if (own := self.store.preset(preset_id)) is not None:
            return _library_preset(own)
        return next((entry for entry in shipped_presets() if entry.id == preset_id), None)

    def presets(self, search: str = "") -> tuple[LibraryPreset, ...]:
        """A person's own presets by name, then the examples; with `search` those that contain all its words."""
        own = sorted(
            map(_library_preset, self.store.presets()), key=lambda entry: (entry.preset.name.casefold(), entry.id)
        )
        return tuple(entry for entry in (*own, *shipped_presets()) if entry.preset.mentions(search))

    def add(self, preset: Preset) -> LibraryPreset:
        """Add a preset; if its name is taken, it gets a number."""
        self._refuse_secrets(preset)
        preset = preset.renamed(_free(preset.name, self.presets()))
        return LibraryPreset(self.store.create_preset(preset.as_json).id, preset)

    def save(self, preset_id: str, preset: Preset) -> None:
        """Change an own preset; if its prompt or variables change, the values that were filled in are forgotten."""
        self._refuse_secrets(preset)
        taken = {entry.preset.name.casefold() for entry in self.presets() if entry.id != preset_id}
        if preset.name.casefold() in taken:
            raise PresetError(f"There is another preset called {preset.name}.", "Choose another name.")
        old = self.find(preset_id)
        self.store.save_preset(preset_id, preset.as_json)
        if old is None or (old.preset.prompt, old.preset.variables) != (preset.prompt, preset.variables):
            self.remember(preset_id, {})

    def import_presets(self, presets: Iterable[Preset]) -> ImportedPresets:
        """Add the presets that are not there yet. Existing presets are not changed."""
        known = list(self.presets())
        result = ImportedPresets()
        for preset in presets:
            if any(_same(entry.preset, preset) for entry in known):
                result.duplicates.append(preset)
                continue
            try:
                self._refuse_secrets(preset)
            except PresetError as error:
                result.problems.append(f"{error.message} {error.hint}")
                continue
            renamed = preset.renamed(_free(preset.name, known))
            result.added.append(LibraryPreset(self.store.create_preset(renamed.as_json).id, renamed))
            known.append(result.added[-1])
        return result

    def values(self, entry: LibraryPreset) -> dict[str, str]:
        """The initial values of a preset's variables: those filled in last, else the preset's own."""
        remembered = self.store.preference(_values_key(entry.id)) or {}
        values = {**entry.preset.variables, **remembered}
        return {name: str(values.get(name, "")) for name in entry.preset.variable_names}

    def fitted(
        self, entry: LibraryPreset, chosen: str, find: Callable[[str], ModelCard | None]
    ) -> tuple[Setup, tuple[str, ...]]:
        """The setup of a chat by a preset, as `Preset.fitted` makes it, with values in its system prompt."""
        setup, notes = entry.preset.fitted(chosen, find)
        return self._instructed(entry, setup), notes

    def setup(self, entry: LibraryPreset, chosen: str, find: Callable[[str], ModelCard | None]) -> Setup:
        """The setup of a pane by a preset: as `fitted`, but with what the model does not take."""
        model = entry.preset.model or chosen
        card = find(model)
        return self._instructed(entry, entry.preset.setup(model if card is None else card.id))

    def _instructed(self, entry: LibraryPreset, setup: Setup) -> Setup:
        return replace(setup, system_prompt=entry.preset.instructions(self.values(entry)))

    def remember(self, preset_id: str, values: Mapping[str, str]) -> None:
        """Save the values that were filled in, or forget them if there are none."""
        self.store.prefer(_values_key(preset_id), dict(values) or None)

    def _refuse_secrets(self, preset: Preset) -> None:
        field = preset.holding(self.secrets)
        if field is not None:
            raise PresetError(
                f"{preset.name} holds the key of a connection, in {field.replace('_', ' ')}.",
                "Take it out: presets are made to be passed on.",
            )


def _free(name: str, known: Iterable[LibraryPreset]) -> str:
    """The name, with a number if it is taken."""
    taken = {entry.preset.name.casefold() for entry in known}
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        ending = f" ({number})"
        free = name[: LONGEST_PRESET_NAME - len(ending)].rstrip() + ending
    return free


def _same(entry: Preset, preset: Preset) -> bool:
    """Whether a preset equals an existing one, except for a number after its name."""
    numbered = re.fullmatch(re.escape(preset.name) + r" \(\d+\)", entry.name)
    return (entry.name == preset.name or numbered is not None) and entry.renamed(preset.name) == preset


def _values_key(preset_id: str) -> str:
    return f"preset values: {preset_id}"


def _library_preset(saved: SavedPreset) -> LibraryPreset:
    return LibraryPreset(saved.id, Preset.read(saved.body))
