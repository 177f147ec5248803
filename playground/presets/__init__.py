"""Named setups with prompts: values, their files, and the shelf they stand on.

shelf = Shelf(store)
kept = shelf.add(Preset(name="Translate", system_prompt="You translate.", prompt="To {{language}}: {{text}}"))
setup, notes = kept.preset.fitted(chosen_model, roster.card)
kept.preset.filled({"language": "French", "text": "the sea"})
"""

from playground.presets.files import Found, file_name, pack, read, unpack, write
from playground.presets.preset import LONGEST_NAME, Preset
from playground.presets.refusal import PresetError
from playground.presets.shelf import BroughtIn, Kept, Shelf, shipped
from playground.presets.template import TemplateError, UnfilledError, fill, literal, template_of, variables

__all__ = [
    "LONGEST_NAME",
    "BroughtIn",
    "Found",
    "Kept",
    "Preset",
    "PresetError",
    "Shelf",
    "TemplateError",
    "UnfilledError",
    "file_name",
    "fill",
    "literal",
    "pack",
    "read",
    "shipped",
    "template_of",
    "unpack",
    "variables",
    "write",
]
