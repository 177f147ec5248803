"""What presets are called in a table."""

from components.presets.actions import preset_library
from playground.text.labels import visible


def preset_title(preset_id: str) -> str:
    """The name of a preset by its id."""
    if not preset_id:
        return "No preset"
    found = preset_library().find(preset_id)
    return "A preset that is not there any more" if found is None else visible(found.preset.name)
