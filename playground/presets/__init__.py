"""Named setups with prompts: values, their files, and the library that holds them.

library = PresetLibrary(store)
kept = library.add(Preset(name="Translate", system_prompt="You translate.", prompt="To {{language}}: {{text}}"))
setup, notes = kept.preset.fitted(chosen_model, roster.card)
kept.preset.filled({"language": "French", "text": "the sea"})
"""

from playground.presets.files import UnpackedPresets, file_name, pack, read_preset, unpack, write_preset
from playground.presets.library import ImportedPresets, LibraryPreset, PresetLibrary, shipped_presets
from playground.presets.preset import LONGEST_PRESET_NAME, Preset
from playground.presets.refusal import PresetError
from playground.presets.template import (
    TemplateError,
    UnfilledError,
    fill,
    literal_prompt,
    prompt_variables,
    template_of,
)

__all__ = [
    "LONGEST_PRESET_NAME",
    "ImportedPresets",
    "LibraryPreset",
    "Preset",
    "PresetError",
    "PresetLibrary",
    "TemplateError",
    "UnfilledError",
    "UnpackedPresets",
    "file_name",
    "fill",
    "literal_prompt",
    "pack",
    "prompt_variables",
    "read_preset",
    "shipped_presets",
    "template_of",
    "unpack",
    "write_preset",
]
