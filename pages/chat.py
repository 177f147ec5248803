"""Chat: one model, one conversation."""

import streamlit as st

from components.chat import actions as chat_actions
from components.chat.budget_note import budget_left, budget_note, budget_uses_of
from components.chat.cost_on_other_models import cost_on_other_models
from components.chat.exchange_dialog import inspected
from components.chat.export_buttons import export_buttons
from components.chat.import_dialog import import_button, imported_notes
from components.chat.meter import session_meter
from components.chat.requests import SLOT
from components.chat.welcome import LOST, welcome
from components.experiments.add_row import add_row_dialog
from components.frame.channel import composer, show_chat, transcript
from components.frame.controls import control
from components.frame.page_title import page_title
from components.frame.present_button import present_button
from components.frame.process import chat
from components.frame.session import session, show_last_error
from components.history.recent import recent_chats
from components.present.demo_button import demo_button
from components.presets.picker import preset_picker
from components.presets.prompt import preset_prompt
from components.settings.code_panel import code_button
from components.settings.model_picker import model_facts, model_picker
from components.settings.model_question import await_lists, model_question
from components.settings.parameter_panel import parameter_panel
from components.settings.request_options import request_options
from components.settings.request_preview import request_preview
from components.share.copying import offered_snapshot, snapshot_in_address
from components.share.setup_link import copy_link_button, follow_setup_link, setup_in_address
from playground.channel.views.turn import TurnPresenter
from playground.models.naming import Found
from playground.presenting.demo_of import demo_of_chat
from playground.store import Spent
from playground.text.markdown import plain

here = session()
if st.session_state.pop("to_compare", False):
    st.switch_page("pages/compare.py")
snapshot_in_address()
link = setup_in_address()
with here.lock:
    if link is not None:
        here.open(None)
    here.follow_url()
    if link is not None:
        follow_setup_link(here, link)
    roster, store = chat().roster, chat().store
    meaning = roster.find(here.setup.model)
    card = meaning.card if isinstance(meaning, Found) else None
    path = store.path(here.conversation_id) if here.conversation_id else ()
    use = chat().context_use(path, here.setup)
    chat_actions.return_prompt(here, path)
    conversation = store.conversation(here.conversation_id) if here.conversation_id else None
    title = conversation.title if conversation is not None else ""
    show_chat(here, path, TurnPresenter(cap=use.answer if use else None, find=store.turns))

page_title(title or "New chat", hidden=True)
head = st.container(gap="xsmall")
with st.container(key="transcript"):
    show_last_error()
    if here.lost:
        st.warning(LOST, icon=":material/link_off:")
    imported_notes()
    offered_snapshot()
    if card is None:
        model_question(
            meaning, roster, chat_actions.choose_model, instead=roster.card(here.before), key="model_question"
        )
    elif not path and here.read_only:
        st.info("You may read here, and ask nothing. What is yours is under History.", icon=":material/visibility:")
    elif not path:
        with st.container(key="welcome"):
            welcome(card, roster, chat_actions.send)
    transcript(SLOT, found=here.found, act=chat_actions.act_on_turn)
preset_prompt(here, card, chat_actions.send, expanded=not path)

with st.bottom:
    composer(
        SLOT,
        placeholder="You may read here, and ask nothing" if here.read_only else "Message",
        draft_key=here.conversation_id or "new",
        disabled=here.read_only,
        mark=here.mark,
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
        if path:
            present_button(chat=here.conversation_id or "")
    spent = store.spent(here.conversation_id) if here.conversation_id else Spent()
    budgets = budget_uses_of([here.setup.model])
    if spent.is_known or budgets:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right", gap="small"):
            budget_left(budgets)
            if spent.is_known:
                session_meter(spent)
                cost_on_other_models(chat(), spent)
    budget_note(budgets)

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
        code_button(chat(), chat().last_request(path, here.setup), card, has_messages=bool(path))
    recent_chats(here.conversation_id)
    with st.container(horizontal=True, gap="small"):
        import_button()
        copy_link_button(here.setup)
        export_buttons(here, path)
        if path and not here.read_only:
            demo_button(lambda: demo_of_chat(chat(), here.conversation_id or ""))

await_lists([here.setup.model], roster)
inspected(store)
add_row_dialog(store)
