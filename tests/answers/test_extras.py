"""What an answer holds beside its words is put together as it comes, kept as JSON, and bounded."""

import json

import pytest

from playground.answers import extras
from playground.answers.extras import ChoiceDelta, Citation, Extras, ExtrasBuilder, Image, Logprob


def test_extras_come_piece_by_piece_and_survive_as_json() -> None:
    builder = ExtrasBuilder()
    for extra in (
        Image("data:image/png;base64,AA=="),
        Citation("https://tides.example/"),
        Citation("https://tides.example/", "Tide tables"),
        Citation("https://tides.example/"),
        ChoiceDelta(2, "High"),
        ChoiceDelta(1, "Low "),
        ChoiceDelta(1, "water"),
        Logprob("Low", -0.25, (("High", -1.5),)),
    ):
        builder.add(extra)

    built = builder.built()

    assert built.citations == (Citation("https://tides.example/", "Tide tables"),)
    assert list(built.choices.items()) == [(1, "Low water"), (2, "High")]
    assert Extras.from_json(json.loads(json.dumps(built.as_json()))) == built
    assert not builder.left_out


def test_nothing_is_kept_as_nothing() -> None:
    assert not Extras()
    assert Extras().as_json() is None
    assert Extras.from_json(None) == Extras()


def test_what_is_beyond_the_bounds_is_left_out_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "LARGEST_IMAGES", 30)
    builder = ExtrasBuilder()

    builder.add(Image("data:image/png;base64,AAAA"))
    builder.add(Image("data:image/png;base64,BBBB"))

    assert builder.built().images == ("data:image/png;base64,AAAA",)
    assert builder.left_out
