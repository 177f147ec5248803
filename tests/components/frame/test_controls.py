"""Controls that show what the server has, by running a page with one."""

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from components.frame.controls import control

    kept = st.session_state.setdefault("kept", {"value": 5, "old": None})
    box = control("box", kept["value"])
    kept["old"] = kept["old"] or box.changed(lambda value: kept.update(value=value))
    st.number_input(
        "Box", value=kept["value"], key=box.key, on_change=box.changed(lambda value: kept.update(value=value))
    )
    st.button("Put", on_click=lambda: kept.update(value=1))
    st.button("Late", on_click=kept["old"])


def test_what_a_person_chooses_stays_in_the_same_control() -> None:
    at = AppTest.from_function(_page).run()
    first = at.number_input[0].id
    at.number_input[0].set_value(7).run()
    assert at.session_state.kept["value"] == 7
    assert (at.number_input[0].value, at.number_input[0].id) == (7, first)


def test_a_value_that_is_put_there_makes_a_new_control() -> None:
    at = AppTest.from_function(_page).run()
    first = at.number_input[0].id
    for _ in range(20):
        at.number_input[0].set_value(7).run()
        at.button[0].click().run()
        assert at.number_input[0].value == at.session_state.kept["value"] == 1
    assert at.number_input[0].id != first
    at.number_input[0].set_value(8).run()
    assert at.session_state.kept["value"] == 8


def test_what_is_sent_of_a_control_that_is_gone_changes_nothing() -> None:
    at = AppTest.from_function(_page).run()
    at.number_input[0].set_value(7).run()
    at.button[0].click().run()
    at.button[1].click().run()
    assert at.session_state.kept["value"] == 1
