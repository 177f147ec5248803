"""Controls of each kind, whose callbacks say what they are set to, and the composer under them."""

import secrets
from collections.abc import Callable

import streamlit as st

from components.frame.whole_actions import keep_actions_whole
from tests.browser.composer_app import channel

_mount = st.components.v2.component(
    "composer",
    js="""
const code = import(new URL("channel/built/main.js", document.baseURI));
export default (component) => {
  let leave, gone = false;
  code.then((part) => { if (!gone) leave = part.mountComposer(component); });
  return () => { gone = true; leave?.(); };
};
""",
    isolate_styles=False,
)


def set_to(name: str) -> Callable[[], None]:
    """A callback that keeps what a control is set to, as the pages of the app do."""

    def changed() -> None:
        channel.settings.setdefault(st.session_state.token, {})[name] = st.session_state[name]

    return changed


def new_chat() -> None:
    """Another conversation."""
    st.session_state.chat += 1


def composer(slot: str, key: str) -> None:
    """A composer as the pages of the app mount it."""
    last = f"{key}-settled"

    def settled() -> None:
        """The composer asked whether all controls have arrived: they came with the question."""
        st.session_state[last] = st.session_state[key].settled

    _mount(
        data={
            "token": st.session_state.token,
            "slot": slot,
            "placeholder": "Message",
            "draft_key": st.query_params.get("draft", f"{key} {st.session_state.chat}"),
            "settled": st.session_state.get(last, ""),
            **channel.data,
        },
        key=key,
        on_settled_change=settled,
        on_run_change=lambda: None,
    )


keep_actions_whole()
st.session_state.setdefault("token", secrets.token_urlsafe())
st.session_state.setdefault("chat", 1)
panes = int(st.query_params.get("panes", "0"))

with st.bottom:
    composer("all" if panes else "main", "composer")

for number in range(panes):
    composer(f"pane-{number}", f"composer-{number}")
st.button("New chat", on_click=new_chat)
st.button("Slow", on_click=channel.slowly)
left, right = st.columns(2)
with left:
    st.slider("Slider", 0, 100, 50, key="slider", on_change=set_to("slider"))
    st.select_slider("Steps", channel.MODELS, key="steps", on_change=set_to("steps"))
    st.number_input("Number", 0, 1000, 5, key="number", on_change=set_to("number"))
    st.text_area("System prompt", key="system", on_change=set_to("system"))
    st.text_input("Words", key="words", on_change=set_to("words"))
with right:
    st.selectbox("Model", channel.MODELS, key="model", on_change=set_to("model"))
    st.segmented_control("Effort", channel.MODELS, key="effort", on_change=set_to("effort"))
    st.radio("Radio", channel.MODELS, key="radio", on_change=set_to("radio"))
    st.toggle("Toggle", key="toggle", on_change=set_to("toggle"))
    st.checkbox("Checkbox", key="checkbox", on_change=set_to("checkbox"))
    with st.popover("Popover"):
        st.write("Something in it")
st.text("\n".join(f"line {number}" for number in range(40)))
