"""What the browser's types, limits and defaults are made from."""

from playground.channel.messages import LONGEST_MESSAGE, SlotMessage, TurnView
from playground.channel.schema import constants, schema


def test_what_is_left_out_of_a_turn_or_a_slot_has_its_default_in_the_browser() -> None:
    told = constants()
    whole = TurnView(turn="a", role="user").model_dump(mode="json")
    assert {"turn": "a", "role": "user"} | told["EMPTY_TURN"]["value"] == whole | {
        name: () for name, value in whole.items() if value == []
    }
    slot = SlotMessage(slot="main").model_dump(mode="json")
    assert {"kind": "slot", "slot": "main", "turns": None} | told["EMPTY_SLOT"]["value"] == slot


def test_limits_are_those_of_the_messages() -> None:
    text = schema()["definitions"]["Send"]["properties"]["text"]
    assert constants()["LONGEST_MESSAGE"] == text["maxLength"] == LONGEST_MESSAGE
