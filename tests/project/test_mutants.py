"""What `make mutants` breaks, and with which tests it tries."""

import tomllib

import pytest

from tests.mutants import PARTS, ROOT, SETTINGS, main


@pytest.mark.parametrize(("modules", "tests"), PARTS.values(), ids=PARTS)
def test_what_a_part_names_is_there(modules: tuple[str, ...], tests: tuple[str, ...]) -> None:
    assert all(list(ROOT.glob(module)) for module in modules)
    assert all((ROOT / test).exists() for test in tests)


def test_the_settings_can_be_read_and_do_not_clash_with_the_projects_own() -> None:
    written = (ROOT / "pyproject.toml").read_text() + SETTINGS.format(modules=["a.py"], tests=["b.py"])
    assert tomllib.loads(written)["tool"]["mutmut"]["only_mutate"] == ["a.py"]


def test_a_part_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(SystemExit, match=r"No such part: money\. There are sse, usage"):
        main(["money"])
