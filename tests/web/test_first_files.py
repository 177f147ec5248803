"""What the page fetches early: the files of elements, with what they import, once each."""

from pathlib import Path

import app
from playground.web.first_files import first_files


def test_imports_come_along_and_what_the_page_has_does_not(tmp_path: Path) -> None:
    texts = {
        "index.1.js": 'import{a}from"./shared.2.js";import("./Slider.3.js")',
        "shared.2.js": "export const a = 1",
        "Slider.3.js": 'import{a}from"./shared.2.js";import"./number.4.js";import{b}from"./gone.5.js"',
        "number.4.js": 'import{s}from"./Slider.3.js"',
        "Button.6.js": "",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)

    assert first_files(tmp_path, "index", ["Slider", "Button", "Missing"]) == (
        "Slider.3.js",
        "Button.6.js",
        "number.4.js",
    )


def test_streamlit_has_a_file_for_each_element_of_the_first_screens() -> None:
    assert app.STREAMLITS_FILES.is_dir()
    for element in app.FIRST_ELEMENTS:
        assert [*app.STREAMLITS_FILES.glob(f"{element}.*.js")], element
    assert not any(name.startswith("index.") for name in first_files(app.STREAMLITS_FILES, "index", app.FIRST_ELEMENTS))


def test_each_can_be_fetched() -> None:
    addresses = app.first_addresses()
    assert len(addresses) == len(set(addresses)) > len(app.FIRST_ELEMENTS)
    assert all((app.STREAMLITS_FILES / address.rpartition("/")[2]).is_file() for address in addresses)
