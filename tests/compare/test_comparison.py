"""Panes, what they share, what they are called, and when they are hidden."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.compare.comparison import PROMPT, SYSTEM_PROMPT, Comparison, Pane
from playground.compare.pane_titles import pane_titles
from playground.conversation.setup import Setup
from playground.models.catalog import ModelCard, shipped
from playground.parameters import specs

NAMES = {"a": "Alpha", "b": "Beta"}


def panes(*models: str) -> tuple[Pane, ...]:
    return tuple(Pane(model, f"conversation {number}", id=str(number)) for number, model in enumerate(models))


def named(*setups: Setup) -> tuple[str, ...]:
    return pane_titles(setups, NAMES)


def values(comparison: Comparison, name: str = "temperature") -> list[Any]:
    return [comparison.setup(pane).parameters.get(name) for pane in comparison.panes]


TWO = Comparison(panes("a", "b"))
FOUR = Comparison(panes("a", "a", "b", "b"), parameters={"temperature": 0.5, "top_p": 0.9})


# Panes


def test_there_are_two_to_six() -> None:
    comparison = TWO
    for number in range(10):
        comparison = comparison.inserted(Pane("a", "more", id=f"more {number}"))
    assert len(comparison.panes) == 6
    assert not comparison.has_room
    for pane in comparison.panes:
        comparison = comparison.without(pane.id)
    assert len(comparison.panes) == 2
    assert not comparison.can_remove_pane


def test_a_pane_is_put_after_another() -> None:
    more = Pane("c", "more", id="more")
    assert [pane.id for pane in TWO.inserted(more, "0").panes] == ["0", "more", "1"]
    assert [pane.id for pane in TWO.inserted(more, "unknown").panes] == ["0", "1", "more"]


@pytest.mark.parametrize(
    ("pane", "by", "order"),
    [("0", 1, "1023"), ("3", -1, "0132"), ("0", -1, "0123"), ("3", 1, "0123"), ("1", 9, "0231"), ("?", 1, "0123")],
)
def test_panes_are_moved(pane: str, by: int, order: str) -> None:
    assert "".join(pane.id for pane in FOUR.moved(pane, by).panes) == order


def test_what_changes_the_panes_keeps_the_order_of_the_screen() -> None:
    shuffled = replace(FOUR, blind=True, round=1, order=(3, 1, 0, 2)).with_names()
    assert [pane.id for pane in shuffled.without("1").shown()] == ["3", "0", "2"]
    assert [pane.id for pane in shuffled.moved("3", 1).shown()] == ["1", "3", "0", "2"]
    assert [pane.id for pane in shuffled.inserted(Pane("a", "c", id="n"), "3").shown()] == ["3", "n", "1", "0", "2"]


# What is shared


def test_a_shared_value_is_set_for_all_that_share_it() -> None:
    own = FOUR.unlink(FOUR.panes[1], "temperature")
    changed = own.set_parameters(own.panes[0], "temperature", 0.9)
    assert values(changed) == [0.9, 0.5, 0.9, 0.9]
    changed = changed.set_parameters(changed.panes[1], "temperature", 0.1)
    assert values(changed) == [0.9, 0.1, 0.9, 0.9]
    assert values(changed, "top_p") == [0.9] * 4


def test_a_value_is_taken_back_where_it_was_set() -> None:
    own = FOUR.unlink(FOUR.panes[1], "temperature")
    assert values(own.set_parameters(own.panes[0], "temperature", None, unset=True)) == [None, 0.5, None, None]
    assert values(own.set_parameters(own.panes[1], "temperature", None, unset=True)) == [0.5, None, 0.5, 0.5]


def test_null_is_a_value() -> None:
    assert TWO.set_parameters(TWO.panes[0], "seed", None).parameters == {"seed": None}


def test_unlinked_it_begins_with_what_was_shared_and_linked_it_shares_again() -> None:
    own = FOUR.unlink(FOUR.panes[0], "temperature")
    assert values(own) == [0.5] * 4
    other = replace(own, parameters={"temperature": 1.5})
    assert values(other) == [0.5, 1.5, 1.5, 1.5]
    assert values(other.link(other.panes[0], "temperature")) == [1.5] * 4
    assert other.link(other.panes[0], "temperature").panes[0] == replace(FOUR.panes[0])


def test_what_is_not_set_can_be_unlinked() -> None:
    own = TWO.unlink(TWO.panes[0], "seed")
    assert values(replace(own, parameters={"seed": 7}), "seed") == [None, 7]


def test_the_system_prompt_is_shared_like_a_parameter() -> None:
    comparison = replace(TWO, system_prompt="Be brief.")
    own = comparison.unlink(comparison.panes[1], SYSTEM_PROMPT)
    own = own.set_system_prompt(own.panes[1], "Be long.").set_system_prompt(own.panes[0], "Be kind.")
    assert [own.setup(pane).system_prompt for pane in own.panes] == ["Be kind.", "Be long."]


def test_the_prompt_is_shared_like_a_parameter() -> None:
    assert TWO.linked_panes == TWO.panes
    own = TWO.unlink(TWO.panes[0], PROMPT)
    assert [pane.id for pane in own.linked_panes] == ["1"]
    assert own.link(own.panes[0], PROMPT).linked_panes == TWO.panes


def test_reset_takes_back_what_the_pane_sends_and_nothing_else() -> None:
    own = FOUR.unlink(FOUR.panes[1], "temperature")
    assert values(own.reset(own.panes[1])) == [0.5, None, 0.5, 0.5]
    assert values(own.reset(own.panes[1]), "top_p") == [None] * 4
    assert values(own.reset(own.panes[0])) == [None, 0.5, None, None]


def test_all_panes_become_alike_but_for_their_prompts() -> None:
    own = replace(FOUR, system_prompt="Shared.").unlink(FOUR.panes[1], "temperature")
    own = own.unlink(own.panes[2], SYSTEM_PROMPT).unlink(own.panes[3], PROMPT)
    own = own.set_parameters(own.panes[1], "temperature", 0.1)
    alike = own.all_like(own.panes[1])
    assert values(alike) == [0.1] * 4
    assert {alike.setup(pane).system_prompt for pane in alike.panes} == {"Shared."}
    assert [pane.model for pane in alike.panes] == ["a"] * 4
    assert alike.changes_from(own) == "Changed in 3 panes: temperature, model."
    assert alike.changes_from(alike) == "Nothing changed: all panes were set alike."
    assert [pane.unlinked for pane in alike.panes] == [frozenset()] * 3 + [frozenset({PROMPT})]


def test_one_pane_is_set_as_a_setup_and_the_others_stay() -> None:
    changed = FOUR.with_setup(FOUR.unlink(FOUR.panes[1], PROMPT).panes[1], Setup("c", "Be brief.", {"top_k": 3}))
    assert changed.setup(changed.panes[1]) == Setup("c", "Be brief.", {"top_k": 3})
    assert [changed.setup(pane) for pane in changed.panes[::2]] == [FOUR.setup(pane) for pane in FOUR.panes[::2]]
    assert PROMPT in changed.panes[1].unlinked
    assert changed.panes[1].conversation_id == FOUR.panes[1].conversation_id


def test_a_shared_value_is_clamped_in_the_pane_whose_model_does_not_take_it() -> None:
    def highest(card: ModelCard) -> float:
        return next((spec.maximum or 0 for spec in specs(card.schemas["messages"]) if spec.name == "temperature"), 0)

    with_limit = [card for card in shipped() if "messages" in card.schemas and highest(card)]
    narrow, wide = min(with_limit, key=highest), max(with_limit, key=highest)
    assert highest(narrow) < highest(wide)
    comparison = Comparison(panes(wide.id, narrow.id), parameters={"temperature": highest(wide)})
    (as_set, none), (clamped, notes) = (
        comparison.fitted(pane, card) for pane, card in zip(comparison.panes, (wide, narrow), strict=True)
    )
    assert (as_set.parameters, none) == ({"temperature": highest(wide)}, ())
    assert clamped.parameters == {"temperature": highest(narrow)}
    assert len(notes) == 1
    assert comparison.parameters == {"temperature": highest(wide)}


# Titles


def test_panes_are_called_by_their_models() -> None:
    assert named(Setup("a"), Setup("b")) == ("Alpha", "Beta")
    assert named(Setup("a"), Setup("unknown/model")) == ("Alpha", "unknown/model")


def test_panes_of_one_model_are_called_by_what_differs() -> None:
    cold, hot = Setup("a", "", {"temperature": 0.2, "seed": 1}), Setup("a", "", {"temperature": 1.0, "seed": 1})
    assert named(cold, hot) == ("temperature 0.2", "temperature 1")
    assert named(cold, Setup("a", "", {"seed": 1})) == ("temperature 0.2", "temperature unset")
    assert named(cold, hot, Setup("b")) == ("Alpha · temperature 0.2", "Alpha · temperature 1", "Beta")


def test_null_and_unset_differ_in_the_title_too() -> None:
    assert named(Setup("a", "", {"seed": None}), Setup("a")) == ("seed None", "seed unset")


def test_panes_that_differ_in_nothing_are_numbered() -> None:
    assert named(Setup("a"), Setup("a")) == ("Alpha (1)", "Alpha (2)")
    hot = Setup("a", "", {"temperature": 1})
    assert named(Setup("a"), hot, hot) == ("temperature unset", "temperature 1 (1)", "temperature 1 (2)")


def test_system_prompts_and_long_values_are_cut() -> None:
    title, other = named(Setup("a", "You are a careful marine biologist.\nBe brief."), Setup("a"))
    assert title == "system prompt You are a careful marin…"
    assert other == "no system prompt"
    assert len(named(Setup("a", "", {"stop": ["x" * 500]}), Setup("a"))[0]) < 40


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([None, 0.2, 1.0, True])), min_size=2, max_size=6))
def test_no_two_panes_have_the_same_title(chosen: list[tuple[str, Any]]) -> None:
    setups = [Setup(model, "", {} if value is None else {"x": value}) for model, value in chosen]
    assert len(set(named(*setups))) == len(setups)


# Blind votes


def test_names_are_hidden_from_the_first_prompt_to_the_vote() -> None:
    blind = replace(TWO, blind=True)
    assert not blind.hidden
    asked = blind.next_round((1, 0))
    assert asked.hidden
    assert [pane.id for pane in asked.shown()] == ["1", "0"]
    voted = asked.with_names()
    assert not voted.hidden
    assert [pane.id for pane in voted.shown()] == ["1", "0"]
    assert voted.next_round((0, 1)).hidden


def test_answers_that_were_seen_with_names_are_not_hidden_afterwards() -> None:
    seen = TWO.next_round().with_blind(True, (1, 0))
    assert (seen.hidden, seen.next_round((0, 1)).hidden) == (False, True)
    hidden = seen.next_round((0, 1))
    assert hidden.with_blind(True, (1, 0)).hidden
    assert not hidden.with_blind(False).with_blind(True, (1, 0)).hidden


def test_asked_alone_it_begins_a_round_at_first_and_after_a_vote_where_no_prompt_is_shared() -> None:
    alone = TWO
    for pane in TWO.panes:
        alone = alone.unlink(pane, PROMPT)
    first = replace(alone, blind=True).next_round_alone()
    assert first.hidden
    assert first.next_round_alone() == first
    assert first.with_names().next_round_alone(voted=True).hidden
    assert replace(TWO, blind=True).next_round_alone().hidden
    shared = TWO.next_round()
    assert shared.next_round_alone(voted=True).round == 1


def test_panes_are_not_shuffled_where_names_are_seen() -> None:
    assert TWO.next_round((1, 0)).shown() == TWO.panes
    assert replace(TWO, order=(1, 0)).shown() == TWO.panes


@pytest.mark.parametrize("order", [(), (0,), (0, 0), (0, 2), (0, 1, 2)])
def test_an_order_that_does_not_fit_is_none(order: tuple[int, ...]) -> None:
    assert replace(TWO, blind=True, order=order).shown() == TWO.panes


# Storage


def test_it_comes_back_from_json() -> None:
    comparison = replace(
        FOUR.unlink(FOUR.panes[0], "temperature"),
        named_round=2,
        blind=True,
        order=(3, 2, 1, 0),
        round=3,
        repetitions=5,
        baseline="2",
    )
    assert Comparison.from_json(json.loads(json.dumps(comparison.as_json()))) == comparison
