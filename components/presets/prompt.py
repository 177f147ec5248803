"""A preset's prompts on the chat page: a field for each variable, what will be sent, and how long it is."""

from collections.abc import Callable, Mapping

import streamlit as st

from components.frame.session import Session
from components.presets import actions
from playground.conversation import tokens
from playground.messages import Message
from playground.models.catalog import ModelCard
from playground.presets import Preset
from playground.text.markdown import plain


def preset_prompt(here: Session, card: ModelCard | None, on_send: Callable[[Message], None], *, expanded: bool) -> None:
    """The prompt of the preset that this chat was set by, and its variables; it folds away once it is sent."""
    entry = actions.preset_library().find(here.preset) if here.preset else None
    if entry is None or not (entry.preset.prompt or entry.preset.system_variables):
        return
    prefix, fold = f"preset-{entry.id}-", f"preset_fold-{entry.id}"
    with st.expander(
        f"**{plain(entry.preset.name)}**", expanded, icon=":material/bookmarks:", key=fold, on_change="rerun"
    ) as box:
        if not box.open:
            return
        if entry.preset.description:
            st.caption(plain(entry.preset.description))
        values = actions.begin_with(entry, prefix)
        for name in values:
            st.text_area(name, key=f"{prefix}{name}", height="content")
        # Over all that grows: a button that moves as its field is left would miss the click.
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Send" if entry.preset.prompt else "Set system prompt",
                key="preset_send",
                type="primary",
                icon=":material/send:" if entry.preset.prompt else ":material/check:",
                on_click=actions.send_filled,
                args=(entry, prefix, fold, on_send),
            )
            st.button("Close", key="preset_close", type="tertiary", on_click=actions.close_prompt)
        notice = st.empty()
        missing = prompt_preview(entry.preset, values, card)
        still_missing = [name for name in st.session_state.get("preset_missing", ()) if name in missing]
        if still_missing:
            done = "sent" if entry.preset.prompt else "set"
            notice.warning(plain(f"Nothing was {done}. Fill in {', '.join(still_missing)}."), icon=":material/edit:")


def prompt_preview(preset: Preset, values: Mapping[str, str], card: ModelCard | None) -> tuple[str, ...]:
    """The prompts as they would be sent and their length, gaps marked; answers with the names that have no value.

    A system prompt without variables is not among them: it is seen where it is set.
    """
    missing = preset.unfilled(values)
    shown = {**values, **{name: f"‹{name}›" for name in missing}}
    instructions = preset.instructions(shown) if preset.system_variables else ""
    texts = {"System prompt": instructions, "Prompt": preset.filled(shown)}
    texts = {name: text for name, text in texts.items() if text}
    length = ""
    if card is not None:
        counts = [tokens.count(text, card, raw=preset.raw) for text in texts.values()]
        about = "" if all(count.exact for count in counts) else "~"
        length = f" · {about}{sum(count.value for count in counts):,} tokens"
    st.caption(plain(f"As it is sent{length}" if not missing else f"Still missing: {', '.join(missing)}{length}"))
    for name, text in texts.items():
        if instructions:
            st.caption(name)
        st.code(text, language=None, wrap_lines=True, height="content" if len(text) < 600 else 140)
    return missing
