"""Presets as files: one JSON file each, formatted for version control; several as a zip."""

import io
import json
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from playground.presets.preset import LARGEST_PRESET, Preset
from playground.presets.refusal import PresetError
from playground.system.archives import ArchiveError, is_archive, unpacked
from playground.text.cleaning import line
from playground.text.json_value import read_json

LARGEST_ARCHIVE = 50_000_000
MOST_PRESET_FILES = 2_000

_LONG_TEXTS = ("description", "system_prompt", "prompt")
_LARGEST_FILE = 8 * LARGEST_PRESET
"""Bytes; larger than a preset, for files may be indented and escape characters."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class UnpackedPresets:
    """The presets of uploaded files, and a sentence for each file that has none."""

    presets: tuple[Preset, ...]
    problems: tuple[str, ...]


def write_preset(preset: Preset) -> str:
    """The text of a preset's file, the same for equal presets; texts of several lines are lists of lines."""
    body = preset.as_json
    for name in _LONG_TEXTS:
        if "\n" in body.get(name, ""):
            body[name] = body[name].split("\n")
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def read_preset(data: bytes) -> Preset:
    """The preset in a file, which is UTF-8. Raises PresetError."""
    if len(data) > _LARGEST_FILE:
        raise PresetError("too large for a preset")
    try:
        return Preset.read(read_json(data.decode("utf-8-sig"), pairs=_once))
    except UnicodeDecodeError:
        raise PresetError("not text in UTF-8") from None
    except PresetError:
        raise
    except ValueError as error:
        raise PresetError(f"not JSON: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise PresetError(f"{twice[:60]!r} is there twice")
    return mapping


def file_name(preset: Preset, taken: Iterable[str] = ()) -> str:
    """A name for a preset's file that is not among those `taken`."""
    stem = re.sub(r"[\W_]+", "-", preset.name.casefold()).strip("-")[:60] or "preset"
    names = {name.casefold() for name in taken}
    number, name = 1, f"{stem}.json"
    while name.casefold() in names:
        number += 1
        name = f"{stem}-{number}.json"
    return name


def pack(presets: Iterable[Preset]) -> bytes:
    """A zip with a file for each preset: the same bytes for the same presets."""
    packed = io.BytesIO()
    names: list[str] = []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for preset in presets:
            names.append(file_name(preset, names))
            archive.writestr(zipfile.ZipInfo(names[-1], _EPOCH), write_preset(preset), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(files: Iterable[tuple[str, bytes]]) -> UnpackedPresets:
    """The presets in files and zips, given as pairs of name and content; an invalid file does not affect others."""
    presets: list[Preset] = []
    problems: list[str] = []
    for name, data in files:
        try:
            entries = [(name, data)]
            if is_archive(data):
                entries = unpacked(
                    data, _is_preset_file, most=MOST_PRESET_FILES, largest=_LARGEST_FILE, total=LARGEST_ARCHIVE
                )
        except ArchiveError as error:
            problems.append(f"{line(name)}: {error}.")
            continue
        if not entries:
            problems.append(f"{line(name)} holds no .json file.")
        for entry, content in entries:
            try:
                presets.append(read_preset(content))
            except PresetError as error:
                problems.append(f"{line(entry)}: {error.message}.")
    return UnpackedPresets(tuple(presets), tuple(problems))


def _is_preset_file(name: str) -> bool:
    parts = name.split("/")
    return parts[-1].lower().endswith(".json") and not any(part.startswith((".", "__MACOSX")) for part in parts)
