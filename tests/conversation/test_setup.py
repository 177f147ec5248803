"""What of a setup another model takes."""

import pytest

from playground.conversation.setup import Setup, fit
from playground.models.catalog import listed_card

CLAUDE, OTHER = listed_card("claude", kind="anthropic"), listed_card("gpt")


@pytest.mark.parametrize(
    ("given", "there"),
    [
        ({"stop": ["END"], "reasoning_effort": "low"}, {"stop_sequences": ["END"], "effort": "low"}),
        ({"stop_sequences": ["END"]}, {"stop_sequences": ["END"]}),
        ({"temperature": 0.5}, {"temperature": 0.5}),
    ],
)
def test_what_vendors_call_by_different_names_stays_set(given: dict[str, object], there: dict[str, object]) -> None:
    fitted, notes = fit(Setup("x", parameters=given), CLAUDE)
    assert (dict(fitted.parameters), notes) == (there, ())
    back, _ = fit(fitted, OTHER)
    expected = {"stop_sequences": "stop", "effort": "reasoning_effort"}
    assert dict(back.parameters) == {expected.get(name, name): value for name, value in there.items()}


def test_a_name_that_is_set_already_wins_and_the_other_is_said_to_be_dropped() -> None:
    fitted, notes = fit(Setup("x", parameters={"stop": ["A"], "stop_sequences": ["B"]}), CLAUDE)
    assert dict(fitted.parameters) == {"stop_sequences": ["B"]}
    assert len(notes) == 1


def test_what_no_name_fits_is_dropped_with_a_note() -> None:
    fitted, notes = fit(Setup("x", parameters={"thinking_budget": 2048, "top_k": 3}), OTHER)
    assert dict(fitted.parameters) == {}
    assert len(notes) == 2
