"""Compare: one prompt, several models or settings side by side, and a verdict."""

from string import ascii_uppercase

import streamlit as st

from components import compare_actions as actions
from components.charts import charts
from components.compare_session import compare_session, comparing
from components.live_answer import watch
from components.pane import PaneView, pane
from components.session import chat, trouble
from components.text_difference import text_difference
from components.verdict_table import verdict_table
from components.viewport import narrow
from components.vote import vote
from playground.comparison import MOST_PANES, MOST_REPETITIONS, titles
from playground.messages import Message

here = compare_session()
here.follow_url()
if st.session_state.pop("promoted", False):
    st.switch_page("pages/chat.py")
comparison, roster, store = here.comparison, chat().roster, chat().store
cards = {each.id: roster.card(each.model) for each in comparison.panes}
shown = comparison.shown()
called = dict(
    zip(
        (each.id for each in comparison.panes),
        titles(comparison, {each.model: card.name for each in comparison.panes if (card := cards[each.id])}),
        strict=True,
    )
)
names = [ascii_uppercase[number] if comparison.hidden else called[each.id] for number, each in enumerate(shown)]
views = []
for number, each in enumerate(shown):
    path = store.path(each.conversation_id)
    setup, notes = comparison.fitted(each, cards[each.id])
    views.append(
        PaneView(
            number=number,
            pane=each,
            name=names[number],
            card=cards[each.id],
            setup=setup,
            notes=notes,
            path=path,
            live=comparing().live(path),
            hidden=comparison.hidden,
            raw=each.id in here.raw,
            drawn_before=here.drawn.get(each.id, 0),
        )
    )
    here.drawn[each.id] = len(path)
live = [reply for view in views for reply in view.live]

with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare_head"):
    st.button(
        "Add pane",
        key="add_pane",
        icon=":material/add_column_right:",
        disabled=len(shown) >= MOST_PANES,
        on_click=actions.duplicate,
        args=(shown[-1].id,),
    )
    st.button("Run again", key="run_again", icon=":material/replay:", on_click=actions.run_again)
    st.button("New", key="new_comparison", icon=":material/edit_square:", on_click=actions.new_comparison)
    if here.focus:
        st.button("All panes", key="all_panes", icon=":material/view_column:", on_click=actions.focus, args=(None,))
    st.selectbox(
        "Repetitions",
        range(1, MOST_REPETITIONS + 1),
        index=comparison.repetitions - 1,
        key="repetitions",
        width=130,
        format_func=lambda count: "ask once" if count == 1 else f"ask {count} times",
        label_visibility="collapsed",
        on_change=lambda: actions.set_repetitions(st.session_state.repetitions),
    )
    st.toggle(
        "Blind",
        comparison.blind,
        key="blind",
        help="Hides names and meters until you vote, and shuffles the panes",
        on_change=lambda: actions.set_blind(st.session_state.blind),
    )
trouble()
if here.lost:
    st.warning("There is no comparison at this address. This is a new one.", icon=":material/link_off:")

watched = []
with st.container(key="transcript"):
    focused = [view for view in views if view.pane.id == here.focus]
    if focused:
        watched += pane(focused[0])
    else:
        places = st.tabs(names) if narrow() else st.columns(len(views), gap="small")
        for place, view in zip(places, views, strict=True):
            with place:
                watched += pane(view)

with st.bottom, st.container(horizontal=True, horizontal_alignment="right"):
    st.button(
        "Stop all",
        key="stop",
        icon=":material/stop_circle:",
        shortcut="Esc",
        disabled=not live,
        on_click=actions.stop_all,
        width="content",
    )


def submitted() -> None:
    text = st.session_state.composer
    if text and text.strip():
        actions.send(Message("user", text))


st.chat_input("To all panes that share the prompt", key="composer", on_submit=submitted)

answers = [comparing().answers(view.path) for view in views]
with st.empty().container():
    if any(answers) and not live:
        vote(comparison, names)
        if not comparison.hidden:
            verdict_table(names, answers)
            with st.expander("Charts", icon=":material/bar_chart:", on_change="rerun", key="charts") as box:
                if box.open:
                    charts(names, answers)
            with st.expander("Differences", icon=":material/difference:", on_change="rerun", key="differences") as box:
                if box.open:
                    ids = [view.pane.id for view in views]
                    base = ids.index(comparison.baseline) if comparison.baseline in ids else 0
                    chosen = st.selectbox(
                        "Measured from",
                        range(len(ids)),
                        index=base,
                        format_func=lambda number: names[number],
                        key="baseline",
                    )
                    for number, replies in enumerate(answers):
                        if number != chosen and replies and answers[chosen]:
                            st.markdown(f"**{names[number]}**")
                            text_difference(answers[chosen][0].text, replies[0].text)

if watched:
    watch(watched)
    st.rerun()
