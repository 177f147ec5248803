"""Chat: one model, one conversation."""

import streamlit as st

from components import chat_actions
from components.code_panel import code_button
from components.composer import composer
from components.echo import echo
from components.elsewhere import elsewhere
from components.exchange_dialog import inspected
from components.import_dialog import import_and_export, imported_notes
from components.live_answer import await_quick, unsaved, watch
from components.markdown import plain
from components.meter import session_meter
from components.model_picker import model_facts, model_picker
from components.model_question import await_lists, model_question
from components.parameter_panel import parameter_panel
from components.places import left_out, place
from components.preload import preload
from components.preset_picker import preset_picker
from components.preset_prompt import preset_prompt
from components.request_options import request_options
from components.request_preview import request_preview
from components.session import chat, session, trouble
from components.transcript import transcript
from components.welcome import LOST, undo_removal, welcome
from playground.naming import Found

here = session()
here.follow_url()
roster, store = chat().roster, chat().store
meaning = roster.find(here.setup.model)
card = meaning.card if isinstance(meaning, Found) else None
live, waiting = here.live, unsaved(here.conversation_id)  # before the path, or a note at it might never be taken back
path = store.path(here.conversation_id) if here.conversation_id else ()
use = chat().context_use(path, here.setup)
if live is None:  # a run that watches is followed by another one, which would take back what this one put there
    chat_actions.return_prompt(here, path)

await_quick([live] if live is not None else [])

head = st.container(gap="xsmall")
with st.container(key="transcript"):
    # Always the same places first: what is not drawn again would stay on screen while an answer streams.
    notice, question, beginning, earlier = st.empty(), st.empty(), st.empty(), st.empty()
    trouble()
    if here.lost:
        notice.warning(LOST, icon=":material/link_off:")
    imported_notes()
    if card is None:
        with question.container():
            model_question(
                meaning, roster, chat_actions.choose_model, instead=roster.card(here.before), key="model_question"
            )
    elif not path:
        with beginning.container():
            welcome(card, roster, chat_actions.send)
    hidden = left_out(len(path), here.shown)
    if hidden:
        label = f"Show {min(hidden, 40)} earlier messages of {hidden}"
        earlier.button(label, key="earlier", on_click=chat_actions.show_more)
    watched = transcript(
        path[hidden:],
        live,
        chat_actions.ACTIONS,
        cap=use.answer if use else None,
        editing=here.editing,
        raw=here.raw,
    )
    undo_removal(here)
preset_prompt(here, card, chat_actions.send, expanded=not path)

composer(
    chat_actions.send,
    chat_actions.stop,
    live=live is not None,
    use=use,
    card=card,
    attached=here.attached,
    on_detach=chat_actions.detach,
)

with head:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        model_picker(tuple(roster.catalog), here.setup.model, roster, chat_actions.choose_model, key="model")
        st.button(
            "New chat", icon=":material/edit_square:", key="new_chat", on_click=chat_actions.new_chat, width="content"
        )
    if here.conversation_id:
        spent = store.spent(here.conversation_id)
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right", gap="small"):
            session_meter(spent)
            elsewhere(chat(), spent)

with st.sidebar:
    with place("facts", here.setup.model).container():
        if card is not None:
            model_facts(card, roster, chat_actions.choose_model_id)
    with place("notes", " ".join(here.notes)).container():
        for note in here.notes:
            st.info(plain(note), icon=":material/tune:")
    preset_picker(here)
    chat_actions.show_system_prompt(here)
    st.text_area(
        "System prompt",
        key="system_prompt",
        placeholder="None is sent",
        height=90,
        on_change=chat_actions.set_system_prompt,
    )
    with place("settings", here.setup.model).container():
        if card is not None:
            request_options(here, card)
            parameter_panel(
                chat().controls(card, use, here.setup),
                here.setup.parameters,
                chat_actions.set_parameter,
                chat_actions.reset_parameters,
                key="parameters",
            )
            request_preview(chat(), path, here.setup)
            code_button(chat().last_asked(path, here.setup), card, said=bool(path))
    import_and_export(here, path)
    echo()
    preload()

await_lists([here.setup.model], roster)
inspected()
if watch([watched, *waiting] if watched is not None else waiting):
    st.rerun()
