"""What somebody says of the models of a server."""

import pytest

from playground.connections.configured import connection_problems, connections
from playground.connections.vision import read_vision, sees
from playground.models.catalog import id_at
from playground.models.preferences import MemoryPreferences
from playground.models.roster import Roster
from playground.providers import Connection

SERVER = {"kind": "openai_compatible", "base_url": "http://127.0.0.1:9/v1", "max_retries": 0}


@pytest.mark.parametrize(
    ("said", "model", "seen"),
    [
        (None, "m", None),
        (True, "m", True),
        (False, "m", False),
        (["llava:7b", "gpt-4*"], "llava:7b", True),
        (["llava:7b", "gpt-4*"], "gpt-4o", True),
        (["llava:7b", "gpt-4*"], "llava:13b", False),
        ([], "m", False),
        ("pixtral*", "pixtral-12b", True),
    ],
)
def test_a_model_sees_what_is_said_of_it(said: object, model: str, seen: bool | None) -> None:
    assert sees(model, read_vision(said)) is seen
    connection = connections({"s": {**SERVER, **({} if said is None else {"vision": said})}})["s"]
    card = Roster({"s": connection}).served.card(model, "s")
    assert card.vision is seen
    assert ("image" in card.input_modalities) is bool(seen)


@pytest.mark.parametrize("said", [5, [1], {"a": True}])
def test_anything_else_is_a_problem_in_words(said: object) -> None:
    [problem] = connection_problems({"s": {**SERVER, "vision": said}}).values()
    assert "vision: " in problem
    assert "true, false, or a list" in problem


def test_of_workers_ai_the_catalogue_says_it() -> None:
    entry = {"kind": "workers_ai", "account_id": "a", "api_token": "t", "vision": True}
    assert "the catalogue" in connection_problems({"s": entry})["s"]


def test_what_is_said_on_the_page_stands_before_the_file_and_is_kept() -> None:
    kept = MemoryPreferences()
    connection = Connection(
        kind="openai_compatible", name="s", base_url="http://127.0.0.1:9/v1", max_retries=0, vision=("a",)
    )
    roster = Roster({"s": connection}, preferences=kept)
    roster.served.set_vision("s", ("b",))
    assert [roster.served.card(model, "s").vision for model in "ab"] == [False, True]
    again = Roster({"s": connection}, preferences=kept)
    assert again.served.vision("s") == ("b",)
    again.served.set_vision("s", None)
    assert again.card(id_at("s", "a")) is not None
    assert again.served.card("a", "s").vision is True


def test_a_model_of_this_machine_is_known_to_be_blind() -> None:
    assert Roster({"local": Connection(kind="local", name="local")}).default.vision is False
