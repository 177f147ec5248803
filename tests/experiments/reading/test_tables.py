"""Rows from CSV, tables that were pasted, JSON Lines, JSON and Parquet."""

import io
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.experiments.reading.tables import read_rows
from playground.importing.imported import UnreadableError

CSV = 'word,expected,tags,split\nsea,tea,"a, b",dev\n"a, ""b""\nc",,,\n'


def test_csv_is_read() -> None:
    first, second = read_rows(CSV, "rows.csv").rows
    assert (first.variables, first.expected, first.tags, first.split) == ({"word": "sea"}, "tea", ("a", "b"), "dev")
    assert second.variables == {"word": 'a, "b"\nc'}


@pytest.mark.parametrize(
    "text",
    [
        "word\tideal\nsea\ttea\n",
        "word;Expected\r\nsea;tea\r\n",
        "| word | expected |\n|---|---|\n| sea | tea |\n",
        '{"word": "sea", "expected": "tea"}\n\n',
        '[{"word": "sea", "reference": "tea"}]',
        "\ufeffword,expected\nsea,tea",
        "word,Expected output,\nsea,tea,,\n,,,\n",
    ],
)
def test_what_was_pasted_is_told_by_its_looks(text: str) -> None:
    (row,) = read_rows(text).rows
    assert (row.variables, row.expected) == ({"word": "sea"}, "tea")


def test_commas_without_end_are_read_at_once() -> None:
    commas = "," * 2_000_000  # minutes, where each of them copies those before it
    (row,) = read_rows(f"word{commas}\nsea{commas}\n", "rows.csv").rows
    assert row.variables == {"word": "sea"}
    with pytest.raises(UnreadableError, match="more than 200 columns"):
        read_rows(f"a{commas}b\n1\n", "rows.csv")


def test_a_column_of_sentences_is_pasted_and_commas_stay_in_them() -> None:
    rows = read_rows('question\nWhat, then?\nWho; me?\n"Two\nlines"\n').rows
    assert [row.variables["question"] for row in rows] == ["What, then?", "Who; me?", "Two\nlines"]


def test_tags_of_json_are_tags() -> None:
    (row,) = read_rows('{"word": "sea", "tags": ["wet", "blue"], "more": {"a": [1]}}').rows
    assert (row.tags, row.variables["more"]) == (("wet", "blue"), '{"a": [1]}')


def test_csv_as_excel_writes_it_is_read_and_that_is_said() -> None:
    found = read_rows("word;expected\nMöwe;é\n".encode("cp1252"), "rows.csv")
    assert (found.rows[0].variables["word"], found.rows[0].expected) == ("Möwe", "é")
    assert "Windows-1252" in found.notes[0]
    with pytest.raises(UnreadableError, match="no text in UTF-8"):
        read_rows(b"word\n\x81\xff\xfe", "rows.csv")


def test_an_empty_cell_is_an_empty_value() -> None:
    first, second = read_rows("word,text\nsea,\nsky,blue\n", "rows.csv").rows
    assert (first.variables, second.variables) == ({"word": "sea", "text": ""}, {"word": "sky", "text": "blue"})
    first, second = read_rows('{"word": "sea", "text": ""}\n{"word": "sky", "text": null}', "rows.jsonl").rows
    assert (first.variables, second.variables) == ({"word": "sea", "text": ""}, {"word": "sky"})


def test_parquet_is_read_with_all_of_its_types() -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "word": ["sea", None],
            "count": [3, 4],
            "price": [Decimal("1.10"), Decimal("2.00")],
            "day": [date(2026, 11, 29), None],
            "list": [["a"], []],
            "expected": ["tea", ""],
        }
    )
    file = io.BytesIO()
    pq.write_table(table, file)
    first, second = read_rows(file.getvalue(), "rows.parquet").rows
    assert first.variables == {"word": "sea", "count": "3", "price": "1.10", "day": "2026-11-29", "list": '["a"]'}
    assert "word" not in second.variables  # a null is no value, unlike an empty text
    assert "day" not in second.variables
    assert first.expected == "tea"
    with pytest.raises(UnreadableError, match="no Parquet"):
        read_rows(file.getvalue()[:-20], "rows.parquet")


def test_a_small_file_that_unpacks_to_gigabytes_is_refused() -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 5_000), pa.array(["x" * 20_000_000]))
    pq.write_table(pa.table({"word": words}), file, compression="zstd")
    assert len(file.getvalue()) < 1_000_000
    with pytest.raises(UnreadableError, match="once it is unpacked"):
        read_rows(file.getvalue(), "rows.parquet")


def test_files_are_read_by_their_names(tmp_path: Path) -> None:
    assert read_rows("word\tx\nsea\ty\n".encode("utf-16"), "rows.tsv").rows[0].variables == {"word": "sea", "x": "y"}


REFUSED = {
    "": "nothing in it",
    "word\n": "no row",
    "a,a\n1,2\n": "Two columns are called 'a'",
    "a,b\n1,2,3\n": "Line 2 has more cells",
    '{"a": 1}\n[1]\n': "Line 2 is no object",
    '{"a": 1}\n{"a"\n': "Line 2 is no JSON",
    "[1, 2]": "no list of objects",
    "1st,2nd\na,b\n": "Row 1 left out: '1st' is no name of a variable",
}


@pytest.mark.parametrize(("text", "why"), REFUSED.items())
def test_what_is_no_dataset_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        read_rows(text)


def test_rows_that_are_none_are_left_out_and_named() -> None:
    lines = '{"a": "x"}\n' + '{"a{": "x"}\n' * 7
    found = read_rows(lines)
    assert len(found.rows) == 1
    assert found.notes[0].startswith("Row 2 left out: ")
    assert found.notes[-1] == "And 2 more rows."


def test_no_bytes_that_are_no_text_are_read() -> None:
    with pytest.raises(UnreadableError, match="no text in UTF-8"):
        read_rows(b"\xff\x00\xfe\x01", "rows.csv")


@given(st.text(max_size=100) | st.binary(max_size=100))
def test_anything_is_rows_or_refused(data: str | bytes) -> None:
    with suppress(UnreadableError):
        assert read_rows(data).rows
