"""What is written and what it looks like; browser/tests/markdown/corpus.test.ts holds the browser part to the same."""

from pathlib import Path

import pytest

from playground.markdown import to_html

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.md"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_looks_as_expected(path: Path) -> None:
    assert to_html(path.read_text()) == path.with_suffix(".html").read_text().removesuffix("\n")


def test_each_text_has_its_html() -> None:
    assert len(CORPUS) > 20
    assert {path.stem for path in CORPUS} == {path.stem for path in CORPUS[0].parent.glob("*.html")}
