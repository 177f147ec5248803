from pathlib import Path

import pytest

from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.presets import Preset, PresetError, PresetLibrary, pack, shipped_presets, unpack, write_preset
from playground.presets.library import SHIPPED
from playground.store import MissingError, Store, open_stores
from tests.databases import new_database


@pytest.fixture
def library(tmp_path: Path) -> PresetLibrary:
    return PresetLibrary(open_stores(new_database(tmp_path)).of(DEFAULT_OWNER), secrets=("s3cr3t-token",))


def test_every_example_fits_its_model_and_can_be_sent_as_it_is() -> None:
    roster = Roster({})
    assert {kept.preset.model.split("/")[0] for kept in shipped_presets()} == {"local", "@cf"}
    for kept in shipped_presets():
        setup, notes = kept.preset.fitted("", roster.card)
        assert (setup.model, notes) == (kept.preset.model, ())
        assert kept.preset.filled(kept.preset.variables)
        assert kept.preset.description
    assert len({kept.id for kept in shipped_presets()}) == len(shipped_presets())


def test_the_files_of_the_examples_are_as_the_app_writes_them() -> None:
    for path, kept in zip(sorted(SHIPPED.iterdir()), shipped_presets(), strict=True):
        assert path.read_text("utf-8") == write_preset(kept.preset)


def test_own_presets_come_first_by_name(library: PresetLibrary) -> None:
    for name in ("b", "A"):
        library.add(Preset(name=name))
    listed = library.presets()
    assert [kept.preset.name for kept in listed[:2]] == ["A", "b"]
    assert listed[2:] == shipped_presets()
    assert all(library.find(kept.id) == kept for kept in listed)
    assert library.find("nobody's") is None
    assert [kept.preset.name for kept in library.presets("three sentences local/")] == ["Three sentences"]


def test_a_name_that_is_taken_gets_a_number(library: PresetLibrary) -> None:
    assert [library.add(Preset(name="Mine")).preset.name for _ in range(3)] == ["Mine", "Mine (2)", "Mine (3)"]
    assert library.add(Preset(name="three SENTENCES")).preset.name == "three SENTENCES (2)"
    library.add(Preset(name="n" * 120))
    assert library.add(Preset(name="n" * 120)).preset.name == "n" * 116 + " (2)"


def test_a_change_takes_no_name_from_another(library: PresetLibrary) -> None:
    first, second = library.add(Preset(name="One")), library.add(Preset(name="Two"))
    with pytest.raises(PresetError, match="another preset called ONE"):
        library.save(second.id, second.preset.renamed("ONE"))
    library.save(first.id, first.preset.renamed("ONE"))
    assert [kept.preset.name for kept in library.presets() if kept.own] == ["ONE", "Two"]


def test_what_was_filled_in_is_remembered_for_each_preset(library: PresetLibrary) -> None:
    kept = library.add(Preset(name="x", prompt="{{a}} {{b}}", variables={"a": "begin"}))
    other = shipped_presets()[0]
    assert library.values(kept) == {"a": "begin", "b": ""}
    library.remember(kept.id, {"a": "mine", "b": "too", "gone": "?"})
    library.remember(other.id, {"subject": "owls"})
    assert library.values(kept) == {"a": "mine", "b": "too"}
    assert library.values(other) == {"subject": "owls"}
    library.save(kept.id, kept.preset.renamed("y"))
    assert library.values(kept) == {"a": "mine", "b": "too"}
    library.save(kept.id, Preset(name="y", prompt="{{b}} {{a}}", variables={"a": "begin"}))
    assert library.values(kept) == {"a": "begin", "b": ""}
    assert "mine" not in write_preset(kept.preset)


def test_no_example_can_be_changed(library: PresetLibrary) -> None:
    with pytest.raises(MissingError):
        library.save(shipped_presets()[0].id, shipped_presets()[0].preset)


def test_presets_are_brought_in_once_and_change_nothing(library: PresetLibrary) -> None:
    mine = library.add(Preset(name="Mine", system_prompt="old"))
    several = (Preset(name="Mine", system_prompt="new"), Preset(name="Other"), shipped_presets()[0].preset)
    done = library.import_presets(several)
    assert [kept.preset.name for kept in done.added] == ["Mine (2)", "Other"]
    assert done.duplicates == [shipped_presets()[0].preset]
    assert library.find(mine.id) == mine
    again = library.import_presets(several)
    assert (again.added, again.duplicates) == ([], list(several))


def test_everything_exported_is_there_when_brought_in_elsewhere(library: PresetLibrary, tmp_path: Path) -> None:
    for number in range(3):
        library.add(Preset(name="Same", parameters={"seed": number}, prompt="{{a}}\n\\{{", variables={"a": "é"}))
    mine = [kept.preset for kept in library.presets() if kept.own]
    elsewhere = PresetLibrary(open_stores(new_database(tmp_path / "elsewhere")).of(DEFAULT_OWNER))
    elsewhere.import_presets(unpack([("presets.zip", pack(mine))]).presets)
    assert [kept.preset for kept in elsewhere.presets() if kept.own] == mine


def test_no_preset_holds_a_key(library: PresetLibrary) -> None:
    leaky = Preset(name="Leaky", system_prompt="Use s3cr3t-token.")
    kept = library.add(Preset(name="x"))
    for write_ in (lambda: library.add(leaky), lambda: library.save(kept.id, leaky)):
        with pytest.raises(PresetError, match="Leaky holds the key of a connection, in system prompt"):
            write_()
    done = library.import_presets((leaky, Preset(name="fine")))
    assert [kept.preset.name for kept in done.added] == ["fine"]
    assert "s3cr3t" not in "".join(done.problems)
    assert len(done.problems) == 1


def test_a_deleted_preset_is_no_longer_listed(library: PresetLibrary) -> None:
    kept = library.add(Preset(name="x"))
    store: Store = library.store
    store.delete_preset(kept.id)
    assert library.find(kept.id) is None
    assert library.presets() == shipped_presets()
