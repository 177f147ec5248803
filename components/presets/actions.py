"""What is done with presets when somebody presses something, on the chat page and in the library."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from components.frame.process import chat, own_connections
from components.frame.session import Session, session, shows_errors
from components.settings.json_box import forget
from playground.messages import Message
from playground.presets import LibraryPreset, Preset, PresetLibrary, unpack

Undo = Callable[[], None]


def preset_library() -> PresetLibrary:
    """The presets there are. None of them may hold a key of the connections."""
    tokens = [
        token.get_secret_value()
        for connection in (
            *chat().roster.connections.values(),
            *(own.connection for own in own_connections().all()),  # those that are switched off too
        )
        for token in (connection.api_token, connection.gateway and connection.gateway.token)
        if token
    ]
    return PresetLibrary(chat().store, tuple(tokens))


def enter(here: Session) -> None:
    """Mark the library as the page that is open; what was done on another page is no longer reported."""
    if here.page != "presets":
        here.page = "presets"
        st.session_state.preset_done = None


@dataclass(frozen=True, slots=True)
class Done:
    """A sentence about the last action, and its undo."""

    text: str
    undo: Undo | None = None


def report_done(text: str, undo: Undo | None = None) -> None:
    """Report an action on the next run."""
    st.session_state.preset_done = Done(text, undo)


def done() -> Done | None:
    """The last action, until another one or until the library is opened from another page."""
    found: Done | None = st.session_state.get("preset_done")
    return found


@shows_errors
def undo() -> None:
    """Undo the last action."""
    last = done()
    st.session_state.preset_done = None
    if last is not None and last.undo is not None:
        last.undo()


@shows_errors
def use(preset_id: str, *, keep_model: bool = False) -> None:
    """Set up this chat by a preset, with the preset's model or, with `keep_model`, the chosen one."""
    entry = _found(preset_id)
    if entry is None:
        return
    if keep_model:
        entry = replace(entry, preset=entry.preset.model_copy(update={"model": ""}))
    session().use_preset(entry)
    for box in ("tools", "json_schema"):
        forget(box)
    st.session_state.presets = False


@shows_errors
def save_as(key: str) -> None:
    """Save the settings of this chat as a preset, under the name in a box."""
    entry = preset_library().add(Preset.of(session().setup, st.session_state[key]))
    st.session_state[key] = ""
    st.session_state.preset_choice = entry.id
    report_done(f"Saved as {entry.preset.name}.")


@shows_errors
def overwrite(preset_id: str) -> None:
    """Overwrite a preset with the settings of this chat; its name and prompt stay."""
    entry = _found(preset_id)
    if entry is not None:
        preset_library().save(entry.id, entry.preset.with_setup(session().setup, preset_library().values(entry)))
        report_done(
            f"{entry.preset.name} is now as this chat is set.", partial(preset_library().save, entry.id, entry.preset)
        )


@shows_errors
def rename_preset(preset_id: str, key: str) -> None:
    """Take a preset's new name from its box."""
    entry = _found(preset_id)
    if entry is not None:
        preset_library().save(entry.id, entry.preset.renamed(st.session_state[key]))


@shows_errors
def delete_preset(preset_id: str) -> None:
    """Delete a preset."""
    entry = _found(preset_id)
    if entry is not None:
        preset_library().store.delete_preset(preset_id)
        report_done(f"{entry.preset.name} deleted.", partial(preset_library().store.restore_preset, preset_id))


@shows_errors
def import_presets(key: str) -> None:
    """Add the presets in uploaded files, and report what became of each file."""
    found = unpack([(file.name, file.getvalue()) for file in st.session_state[key]])
    imported = preset_library().import_presets(found.presets)
    parts = [f"{len(imported.added)} added"] if imported.added or not imported.duplicates else []
    parts += [f"{len(imported.duplicates)} there already"] if imported.duplicates else []
    added = [entry.id for entry in imported.added]

    def remove() -> None:
        for preset_id in added:
            preset_library().store.delete_preset(preset_id)

    report_done(f"{', '.join(parts)}.", remove if added else None)
    st.session_state.preset_problems = (*found.problems, *imported.problems)
    st.session_state.preset_uploads = st.session_state.get("preset_uploads", 0) + 1


def close_prompt() -> None:
    """Close the preset's prompt; the settings stay."""
    session().preset = None


def begin_with(entry: LibraryPreset, prefix: str) -> dict[str, str]:
    """The values in the boxes of a prompt, at first those filled in last; a box's key is `prefix` and its variable."""
    values = preset_library().values(entry)
    for name, value in values.items():
        if f"{prefix}{name}" not in st.session_state:
            st.session_state[f"{prefix}{name}"] = value
    return {name: st.session_state[f"{prefix}{name}"] for name in values}


@shows_errors
def send_filled(entry: LibraryPreset, prefix: str, fold: str, on_send: Callable[[Message], None]) -> None:
    """Fill in a preset's prompts with the values in its boxes, and send; missing values are asked for.

    A preset with a system prompt alone sends nothing, but sets the system prompt of the chat.
    """
    preset = entry.preset
    values: Mapping[str, str] = {name: st.session_state[f"{prefix}{name}"] for name in preset.variable_names}
    st.session_state.preset_missing = preset.unfilled(values)
    if st.session_state.preset_missing:
        return
    preset_library().remember(entry.id, values)
    if preset.system_variables:
        session().change(system_prompt=preset.instructions(values))
    st.session_state[fold] = False
    if preset.prompt:
        on_send(Message("user", preset.filled(values)))


def _found(preset_id: str) -> LibraryPreset | None:
    entry = preset_library().find(preset_id)
    if entry is None:
        report_done("This preset is no longer there.")
    return entry
