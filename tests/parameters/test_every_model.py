"""Whatever a panel can be made to hold, what is sent fits the model's own schema."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from playground.models.catalog import ModelCard, listed_card, local_card, shipped
from playground.parameters import InputForm, ParameterSpec, clamp, payload_parameters, specs


@dataclass(frozen=True)
class Panel:
    """The parameters of one form of one model, and what judges them."""

    model: str
    form: InputForm
    specs: tuple[ParameterSpec, ...]
    validator: Any

    def __repr__(self) -> str:
        return f"{self.model} {self.form}"


def panels(card: ModelCard) -> list[Panel]:
    return [
        Panel(
            card.name,
            form,
            specs(schema),
            Draft202012Validator({"type": "object", "properties": schema["properties"], "additionalProperties": False}),
        )
        for form, schema in card.schemas.items()
    ]


CARDS = (*shipped(), local_card("local", "Local"), listed_card("served"), listed_card("claude", kind="anthropic"))
PANELS = [panel for card in CARDS for panel in panels(card)]


def positions(spec: ParameterSpec) -> st.SearchStrategy[Any]:
    """What a slider gives, with the dust of the binary fractions that a browser counts in."""
    low, high, step = spec.minimum, spec.maximum, spec.step
    assert low is not None
    assert high is not None
    assert step is not None
    return st.integers(0, round((high - low) / step)).map(lambda index: spec.snap(low + index * step))


def values(spec: ParameterSpec) -> st.SearchStrategy[Any]:
    """Every value that a person can give a control."""
    match spec.control:
        case "slider":
            return positions(spec) | st.sampled_from([spec.minimum, spec.maximum, spec.rest])
        case "number":
            low = spec.minimum if spec.minimum is not None else -(10**12)
            high = spec.maximum if spec.maximum is not None else 10**12
            ends = st.sampled_from([low, high, spec.rest])
            return ends | (st.integers(int(low), int(high)) if spec.kind == "integer" else st.floats(low, high))
        case "toggle":
            return st.booleans()
        case "select":
            return st.sampled_from(spec.choices)
        case "text":
            return st.text()
        case "list":
            return st.lists(st.sampled_from(spec.choices) if spec.choices else st.text(), min_size=1, max_size=6)
        case "json":
            return st.sampled_from([{}, {"enable_thinking": True}, {"a": [1, None]}, '{"b": 0.5}', [], "not JSON"])


GARBAGE = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text() | st.floats())
ANY_PANEL = st.sampled_from(PANELS)


@st.composite
def states(draw: st.DrawFn, panel: Panel, garbage: bool) -> dict[str, Any]:
    chosen = draw(st.lists(st.sampled_from(panel.specs), unique_by=lambda spec: spec.name))
    return {spec.name: draw(values(spec) | GARBAGE if garbage else values(spec)) for spec in chosen}


def assert_legal(parameters: dict[str, Any], panel: Panel) -> None:
    """No key outside the form's schema, no illegal value, nothing that JSON cannot carry."""
    panel.validator.validate(parameters)
    json.dumps(parameters, allow_nan=False, ensure_ascii=False).encode()


@settings(deadline=None)
@given(st.data(), ANY_PANEL)
def test_any_state_of_a_panel_is_sent_legally(data: st.DataObject, panel: Panel) -> None:
    assert_legal(payload_parameters(data.draw(states(panel, garbage=True)), panel.specs), panel)


@settings(deadline=None)
@given(st.data(), ANY_PANEL)
def test_a_panel_gives_nothing_that_has_to_change(data: st.DataObject, panel: Panel) -> None:
    usual = [spec for spec in panel.specs if spec.control in ("slider", "number", "toggle", "select")]
    state = data.draw(states(Panel(panel.model, panel.form, tuple(usual), None), garbage=False)) if usual else {}
    assert clamp(state, panel.specs, panel.model) == (state, ())


@settings(deadline=None)
@given(st.data(), ANY_PANEL, ANY_PANEL)
def test_another_model_gets_only_what_it_takes_and_says_what_changed(
    data: st.DataObject, before: Panel, after: Panel
) -> None:
    state = data.draw(states(before, garbage=False))
    kept, notes = clamp(state, after.specs, after.model)
    assert_legal(kept, after)
    for name in state.keys() - kept.keys():
        assert any(note.startswith(f"{name} dropped, {after.model} ") for note in notes)
    assert clamp(kept, after.specs, after.model) == (kept, ())


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["temperature", "seed", "stop", "messages", "stream", "n"]), GARBAGE), ANY_PANEL)
def test_garbage_is_never_sent(values: dict[str, Any], panel: Panel) -> None:
    kept, _ = clamp(values, panel.specs, panel.model)
    assert_legal(kept, panel)
    assert not kept.keys() & {"messages", "stream"}


@pytest.mark.parametrize("panel", PANELS, ids=repr)
def test_every_slider_rests_on_its_way_from_end_to_end(panel: Panel) -> None:
    for spec in panel.specs:
        if spec.control == "slider":
            assert spec.minimum is not None
            assert spec.maximum is not None
            assert spec.step is not None
            count = round((spec.maximum - spec.minimum) / spec.step)
            walked = [spec.snap(spec.minimum + index * spec.step) for index in range(count + 1)]
            assert (walked[0], walked[-1]) == (spec.minimum, spec.maximum)
            assert spec.rest in walked
            assert 20 <= count <= 1000


def test_defaults_are_legal_themselves() -> None:
    for panel in PANELS:
        assert_legal({spec.name: spec.default for spec in panel.specs if spec.default is not None}, panel)
