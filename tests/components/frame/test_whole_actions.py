"""A callback that the browser's next event comes into."""

from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1 import AppTest

from components.frame.whole_actions import keep_actions_whole


def _page() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    def pressed() -> None:
        context = get_script_run_ctx()
        assert context is not None
        assert context.script_requests is not None
        context.script_requests.request_rerun(RerunData())  # what Streamlit does when the browser has news
        st.session_state.done = "whole"

    st.button("Do it", on_click=pressed)
    st.text_input("Name", key="name")
    st.write(st.session_state.get("done", "nothing"))


def test_the_next_event_does_not_break_off_a_callback() -> None:
    keep_actions_whole()
    app = AppTest.from_function(_page).run()
    app.text_input(key="name").input("Ada")

    app.button[0].click().run()

    assert app.markdown[0].value == "whole"
    assert app.text_input(key="name").value == "Ada"


def test_the_next_event_does_not_come_before_a_callback_either() -> None:
    keep_actions_whole()

    def give_way() -> None:
        raise AssertionError("broken off")

    SafeSessionState(SessionState(), give_way).on_script_will_rerun(None)
