from pathlib import Path

import pytest

from playground.models.roster import Roster
from playground.presets import Preset, PresetError, Shelf, pack, shipped, unpack, write
from playground.presets.shelf import SHIPPED
from playground.store import MissingError, Store, open_store, sqlite_url


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(open_store(sqlite_url(tmp_path)), secrets=("s3cr3t-token",))


def test_every_example_fits_its_model_and_can_be_sent_as_it_is() -> None:
    roster = Roster({})
    assert {kept.preset.model.split("/")[0] for kept in shipped()} == {"local", "@cf"}
    for kept in shipped():
        setup, notes = kept.preset.fitted("", roster.card)
        assert (setup.model, notes) == (kept.preset.model, ())
        assert kept.preset.filled(kept.preset.variables)
        assert kept.preset.description
    assert len({kept.id for kept in shipped()}) == len(shipped())


def test_the_files_of_the_examples_are_as_the_app_writes_them() -> None:
    for path, kept in zip(sorted(SHIPPED.iterdir()), shipped(), strict=True):
        assert path.read_text("utf-8") == write(kept.preset)


def test_own_presets_come_first_by_name(shelf: Shelf) -> None:
    for name in ("b", "A"):
        shelf.add(Preset(name=name))
    listed = shelf.presets()
    assert [kept.preset.name for kept in listed[:2]] == ["A", "b"]
    assert listed[2:] == shipped()
    assert all(shelf.find(kept.id) == kept for kept in listed)
    assert shelf.find("nobody's") is None
    assert [kept.preset.name for kept in shelf.presets("three sentences local/")] == ["Three sentences"]


def test_a_name_that_is_taken_gets_a_number(shelf: Shelf) -> None:
    assert [shelf.add(Preset(name="Mine")).preset.name for _ in range(3)] == ["Mine", "Mine (2)", "Mine (3)"]
    assert shelf.add(Preset(name="three SENTENCES")).preset.name == "three SENTENCES (2)"
    shelf.add(Preset(name="n" * 120))
    assert shelf.add(Preset(name="n" * 120)).preset.name == "n" * 116 + " (2)"


def test_a_change_takes_no_name_from_another(shelf: Shelf) -> None:
    first, second = shelf.add(Preset(name="One")), shelf.add(Preset(name="Two"))
    with pytest.raises(PresetError, match="another preset called ONE"):
        shelf.save(second.id, second.preset.renamed("ONE"))
    shelf.save(first.id, first.preset.renamed("ONE"))
    assert [kept.preset.name for kept in shelf.presets() if kept.own] == ["ONE", "Two"]


def test_what_was_filled_in_is_remembered_for_each_preset(shelf: Shelf) -> None:
    kept = shelf.add(Preset(name="x", prompt="{{a}} {{b}}", variables={"a": "begin"}))
    other = shipped()[0]
    assert shelf.values(kept) == {"a": "begin", "b": ""}
    shelf.remember(kept.id, {"a": "mine", "b": "too", "gone": "?"})
    shelf.remember(other.id, {"subject": "owls"})
    assert shelf.values(kept) == {"a": "mine", "b": "too"}
    assert shelf.values(other) == {"subject": "owls"}
    shelf.save(kept.id, kept.preset.renamed("y"))
    assert shelf.values(kept) == {"a": "mine", "b": "too"}
    shelf.save(kept.id, Preset(name="y", prompt="{{b}} {{a}}", variables={"a": "begin"}))
    assert shelf.values(kept) == {"a": "begin", "b": ""}
    assert "mine" not in write(kept.preset)


def test_no_example_can_be_changed(shelf: Shelf) -> None:
    with pytest.raises(MissingError):
        shelf.save(shipped()[0].id, shipped()[0].preset)


def test_presets_are_brought_in_once_and_change_nothing(shelf: Shelf) -> None:
    mine = shelf.add(Preset(name="Mine", system_prompt="old"))
    several = (Preset(name="Mine", system_prompt="new"), Preset(name="Other"), shipped()[0].preset)
    done = shelf.bring_in(several)
    assert [kept.preset.name for kept in done.added] == ["Mine (2)", "Other"]
    assert done.there == [shipped()[0].preset]
    assert shelf.find(mine.id) == mine
    again = shelf.bring_in(several)
    assert (again.added, again.there) == ([], list(several))


def test_everything_exported_is_there_when_brought_in_elsewhere(shelf: Shelf, tmp_path: Path) -> None:
    for number in range(3):
        shelf.add(Preset(name="Same", parameters={"seed": number}, prompt="{{a}}\n\\{{", variables={"a": "é"}))
    mine = [kept.preset for kept in shelf.presets() if kept.own]
    elsewhere = Shelf(open_store(sqlite_url(tmp_path / "elsewhere")))
    elsewhere.bring_in(unpack([("presets.zip", pack(mine))]).presets)
    assert [kept.preset for kept in elsewhere.presets() if kept.own] == mine


def test_no_preset_holds_a_key(shelf: Shelf) -> None:
    leaky = Preset(name="Leaky", system_prompt="Use s3cr3t-token.")
    kept = shelf.add(Preset(name="x"))
    for write_ in (lambda: shelf.add(leaky), lambda: shelf.save(kept.id, leaky)):
        with pytest.raises(PresetError, match="Leaky holds the key of a connection, in system prompt"):
            write_()
    done = shelf.bring_in((leaky, Preset(name="fine")))
    assert [kept.preset.name for kept in done.added] == ["fine"]
    assert "s3cr3t" not in "".join(done.problems)
    assert len(done.problems) == 1


def test_a_deleted_preset_is_no_longer_listed(shelf: Shelf) -> None:
    kept = shelf.add(Preset(name="x"))
    store: Store = shelf.store
    store.delete_preset(kept.id)
    assert shelf.find(kept.id) is None
    assert shelf.presets() == shipped()
