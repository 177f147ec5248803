"""Chat: one model, one conversation."""

import streamlit as st

from components.chat import actions as chat_actions
from components.chat.cost_on_other_models import cost_on_other_models
from components.chat.exchange_dialog import inspected
from components.chat.import_dialog import import_and_export, imported_notes
from components.chat.meter import session_meter
from components.chat.requests import SLOT
from components.chat.welcome import LOST, welcome
from components.frame.channel import composer, show_chat, transcript
from components.frame.controls import control
from components.frame.page_title import page_title
from components.frame.session import chat, session, show_last_error
from components.presets.picker import preset_picker
from components.presets.prompt import preset_prompt
from components.settings.code_panel import code_button
from components.settings.model_picker import model_facts, model_picker
from components.settings.model_question import await_lists, model_question
from components.settings.parameter_panel import parameter_panel
from components.settings.request_options import request_options
from components.settings.request_preview import request_preview
from playground.channel.views.turn import TurnPresenter
from playground.models.naming import Found
from playground.store import Spent
from playground.text.markdown import plain

here = session()
if st.session_state.pop("to_compare", False):
    st.switch_page("pages/compare.py")
with here.lock:
    here.follow_url()
    roster, store = chat().roster, chat().store
    meaning = roster.find(here.setup.model)
    card = meaning.card if isinstance(meaning, Found) else None
    path = store.path(here.conversation_id) if here.conversation_id else ()
    use = chat().context_use(path, here.setup)
    chat_actions.return_prompt(here, path)
    kept = store.conversation(here.conversation_id) if here.conversation_id else None
    title = kept.title if kept is not None else ""
    show_chat(here, path, TurnPresenter(cap=use.answer if use else None, find=store.turns))

page_title(title or "New chat", hidden=True)
head = st.container(gap="xsmall")
with st.container(key="transcript"):
    show_last_error()
    if here.lost:
        st.warning(LOST, icon=":material/link_off:")
    imported_notes()
    if card is None:
        model_question(
            meaning, roster, chat_actions.choose_model, instead=roster.card(here.before), key="model_question"
        )
    elif not path:
        with st.container(key="welcome"):
            welcome(card, roster, chat_actions.send)
    transcript(SLOT, act=chat_actions.act_on_turn)
preset_prompt(here, card, chat_actions.send, expanded=not path)

with st.bottom:
    composer(
        SLOT,
        placeholder="Message",
        draft_key=here.conversation_id or "new",
        stands=here.stands,
        context=use,
        vision=None if card is None else card.vision,
        offer=here.offer,
        title=f"{title} · Chat" if title else "Chat",
    )

with head:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        model_picker(tuple(roster.catalog), here.setup.model, roster, chat_actions.choose_model, key="model")
        st.button(
            "New chat", icon=":material/edit_square:", key="new_chat", on_click=chat_actions.new_chat, width="content"
        )
    spent = store.spent(here.conversation_id) if here.conversation_id else Spent()
    if spent.is_known:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right", gap="small"):
            session_meter(spent)
            cost_on_other_models(chat(), spent)

with st.sidebar:
    if card is not None:
        model_facts(card, roster, chat_actions.choose_model_id)
    for note in here.notes:
        st.info(plain(note), icon=":material/tune:")
    preset_picker(here)
    system_prompt = control("system_prompt", here.setup.system_prompt)
    st.text_area(
        "System prompt",
        here.setup.system_prompt,
        key=system_prompt.key,
        placeholder="None is sent",
        height=90,
        on_change=system_prompt.changed(chat_actions.set_system_prompt),
    )
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

await_lists([here.setup.model], roster)
inspected()
