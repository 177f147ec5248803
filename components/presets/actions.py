"""What is done with presets when somebody presses something, on the chat page and in the library."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from components.frame.session import Session, chat, session, shows_errors
from components.settings.json_box import forget
from playground.messages import Message
from playground.presets import LibraryPreset, Preset, PresetLibrary, unpack

Undo = Callable[[], None]


def preset_library() -> PresetLibrary:
    """The presets there are. None of them may hold a key of the connections."""
    tokens = [
        token.get_secret_value()
        for connection in chat().roster.connections.values()
        for token in (connection.api_token, connection.gateway and connection.gateway.token)
        if token
    ]
    return PresetLibrary(chat().store, tuple(tokens))


def enter(here: Session) -> None:
    """Come to the library; what was done before, elsewhere, is no longer said."""
    if here.page != "presets":
        here.page = "presets"
        st.session_state.preset_done = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done last, in words, and how to take it back."""

    words: str
    undo: Undo | None = None


def tell_done(words: str, undo: Undo | None = None) -> None:
    """Let the next run say what was done."""
    st.session_state.preset_done = Done(words, undo)


def done() -> Done | None:
    """What was done last, until something else is or it was seen on another page."""
    found: Done | None = st.session_state.get("preset_done")
    return found


@shows_errors
def undo() -> None:
    """Take back what was done last."""
    last = done()
    st.session_state.preset_done = None
    if last is not None and last.undo is not None:
        last.undo()


@shows_errors
def use(preset_id: str, *, keep_model: bool = False) -> None:
    """Set this chat as the preset has it, with its own model or the one that is chosen."""
    kept = _found(preset_id)
    if kept is None:
        return
    if keep_model:
        kept = replace(kept, preset=kept.preset.model_copy(update={"model": ""}))
    session().use_preset(kept)
    for box in ("tools", "json_schema"):
        forget(box)
    st.session_state.presets = False


@shows_errors
def save_as(key: str) -> None:
    """Keep what this chat is set to under the name in a box."""
    kept = preset_library().add(Preset.of(session().setup, st.session_state[key]))
    st.session_state[key] = ""
    st.session_state.preset_choice = kept.id
    tell_done(f"Saved as {kept.preset.name}.")


@shows_errors
def overwrite(preset_id: str) -> None:
    """Let a preset of one's own be what this chat is set to; its name and prompt stay."""
    kept = _found(preset_id)
    if kept is not None:
        preset_library().save(kept.id, kept.preset.with_setup(session().setup, preset_library().values(kept)))
        tell_done(
            f"{kept.preset.name} is now as this chat is set.", partial(preset_library().save, kept.id, kept.preset)
        )


@shows_errors
def rename_preset(preset_id: str, key: str) -> None:
    """Take a preset's new name from its box."""
    kept = _found(preset_id)
    if kept is not None:
        preset_library().save(kept.id, kept.preset.renamed(st.session_state[key]))


@shows_errors
def delete_preset(preset_id: str) -> None:
    """Throw a preset away."""
    kept = _found(preset_id)
    if kept is not None:
        preset_library().store.delete_preset(preset_id)
        tell_done(f"{kept.preset.name} deleted.", partial(preset_library().store.restore_preset, preset_id))


@shows_errors
def import_presets(key: str) -> None:
    """Add the presets in uploaded files, and say what became of each file."""
    found = unpack([(file.name, file.getvalue()) for file in st.session_state[key]])
    brought = preset_library().bring_in(found.presets)
    words = [f"{len(brought.added)} added"] if brought.added or not brought.already_there else []
    words += [f"{len(brought.already_there)} there already"] if brought.already_there else []
    added = [kept.id for kept in brought.added]

    def remove() -> None:
        for preset_id in added:
            preset_library().store.delete_preset(preset_id)

    tell_done(f"{', '.join(words)}.", remove if added else None)
    st.session_state.preset_problems = (*found.problems, *brought.problems)
    st.session_state.preset_uploads = st.session_state.get("preset_uploads", 0) + 1


def close_prompt() -> None:
    """Offer the preset's prompt no longer; what was set stays."""
    session().preset = None


def begin_with(kept: LibraryPreset, prefix: str) -> dict[str, str]:
    """The values in the boxes of a prompt, which begin with what was filled in last; boxes are `prefix` and name."""
    begun = preset_library().values(kept)
    for name, value in begun.items():
        if f"{prefix}{name}" not in st.session_state:
            st.session_state[f"{prefix}{name}"] = value
    return {name: st.session_state[f"{prefix}{name}"] for name in begun}


@shows_errors
def send_filled(kept: LibraryPreset, prefix: str, fold: str, on_send: Callable[[Message], None]) -> None:
    """Fill in a preset's prompts with the values in its boxes, and send; missing values are asked for.

    A preset with a system prompt alone sends nothing: the chat goes by that from now on.
    """
    preset = kept.preset
    values: Mapping[str, str] = {name: st.session_state[f"{prefix}{name}"] for name in preset.variable_names}
    st.session_state.preset_missing = preset.unfilled(values)
    if st.session_state.preset_missing:
        return
    preset_library().remember(kept.id, values)
    if preset.system_variables:
        session().change(system_prompt=preset.instructions(values))
    st.session_state[fold] = False
    if preset.prompt:
        on_send(Message("user", preset.filled(values)))


def _found(preset_id: str) -> LibraryPreset | None:
    kept = preset_library().find(preset_id)
    if kept is None:
        tell_done("This preset is no longer there.")
    return kept
