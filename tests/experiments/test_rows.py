"""Rows: variables beside their own fields, ids that stay, and hashes of versions."""

import pytest
from pydantic import ValidationError

from playground.experiments.rows import DataRow, digest


def row(**written: object) -> DataRow:
    return DataRow.model_validate(written)


def test_variables_are_written_beside_what_is_expected() -> None:
    read = row(word="sea", times=3, right=True, nothing=None, expected="tea", tags="a, b", split="dev")
    assert read.variables == {"word": "sea", "times": "3", "right": "true"}
    assert row(word="").variables == {"word": ""}
    assert (read.expected, read.tags, read.split) == ("tea", ("a", "b"), "dev")
    assert read.values["expected"] == "tea"


def test_a_variable_of_a_taken_name_is_written_under_variables() -> None:
    read = row(variables={"tags": "x", "split": "y"}, word="sea")
    assert read.variables == {"tags": "x", "split": "y", "word": "sea"}
    assert DataRow.model_validate(read.model_dump()) == read


@pytest.mark.parametrize("name", ["", "1st", "a{b", "expected", "x" * 81, "a\nb\n{"])
def test_what_no_prompt_could_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        row(variables={name: "x"})


def test_the_id_of_a_row_is_that_of_its_variables_and_what_is_expected() -> None:
    one = row(word="sea", other="x", expected="tea")
    assert one.id == row(other="x", word="sea", expected="tea", tags=["a"], split="dev").id
    assert one.id != row(word="sea", other="x").id
    assert row(word="sea", expected="").id != row(word="sea").id
    assert one.id == DataRow.model_validate(one.model_dump()).id


def test_a_version_is_known_by_all_that_its_rows_say() -> None:
    rows = [row(word="sea"), row(word="sky")]
    assert digest(rows) == digest([row(word="sea"), row(word="sky")])
    assert digest(rows) != digest(rows[::-1])
    assert digest(rows) != digest([row(word="sea", tags=["a"]), row(word="sky")])


def test_checks_of_a_row_are_read_and_written() -> None:
    read = row(word="sea", checks=[{"check": "contains", "value": "tea"}])
    assert read.checks[0].called == "contains tea"
    assert DataRow.model_validate(read.model_dump()) == read
