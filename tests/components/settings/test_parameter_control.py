"""The control of one parameter, by running a page with one for each kind of value."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground.parameters.kinds import ValueKind
from tests.parameters.test_kinds import EXAMPLES


def _page() -> None:
    import streamlit as st

    from components.settings.parameter_control import parameter_control
    from components.settings.parameter_values import with_parameter
    from playground.parameters import specs

    here = st.session_state

    def on_set(name: str, value: object) -> None:
        here.parameters = with_parameter(here.parameters, name, value)

    for spec in specs(here.schema):
        parameter_control(spec, here.parameters, on_set, key=spec.name)


def page_with(schema: dict[str, Any], *, value: Any = None, required: bool = False) -> AppTest:
    at = AppTest.from_function(_page)
    at.session_state.schema = {"properties": {"knob": schema}, "required": ["knob"] if required else []}
    at.session_state.parameters = {} if value is None else {"knob": value}
    at.run()
    assert not at.exception
    return at


def labels(at: AppTest) -> list[str]:
    """The names of all controls but buttons."""
    return [str(node.proto.label) for node in at.main if node.type != "button" and hasattr(node.proto, "label")]


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_of_value_has_a_control_that_says_whether_it_is_set(kind: ValueKind) -> None:
    schema, fitting, _ = EXAMPLES[kind]
    assert labels(page_with(schema)) == ["knob (unset)"]
    assert labels(page_with(schema, value=fitting)) == ["knob"]


@pytest.mark.parametrize(
    ("schema", "required", "said"),
    [
        ({"type": "string"}, False, "not sent"),
        ({"type": "string"}, True, "sent, the model's own"),
        ({"type": "string", "default": "auto"}, False, 'not sent, default "auto"'),
        ({"type": "string", "default": "auto"}, True, 'sent, the model\'s own: "auto"'),
        ({"type": "integer", "default": 2048}, True, "sent, the model's own: 2,048"),
    ],
)
def test_an_empty_control_says_what_is_sent(schema: dict[str, Any], required: bool, said: str) -> None:
    at = page_with(schema, required=required)
    assert [control.proto.placeholder for kind in ("text_input", "number_input") for control in at.get(kind)] == [said]


def test_what_is_not_json_stays_in_its_box_and_is_not_sent() -> None:
    at = page_with({"type": "object"})
    at.text_area[0].set_value('{"a": ').run()
    assert at.text_area[0].value == '{"a":'
    assert at.session_state.parameters == {}
    at.text_area[0].set_value('{"a": 1}').run()
    assert at.session_state.parameters == {"knob": {"a": 1}}
    at.button(key="knob-clear").click().run()
    assert at.session_state.parameters == {}
