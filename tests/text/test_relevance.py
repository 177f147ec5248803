"""How well texts fit a query."""

import pytest

from playground.text.relevance import relevance
from playground.text.search_terms import portions_of, read_query, terms_of


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("sea", "the sea and the sea", "the sea and the lake"),
        ("sea", "sea", "sea and many other words beside it"),
        ("sea salt", "salt sea salt sea", "salt sea sea sea"),
        ("salt", "salty salted salt pans", "salty meat and bread"),
        ('"salt sea"', "salt sea, salt sea", "salt sea, sea salt"),
        ("sea -lake", "sea sea", "sea one"),
        ("中国", "中国中国", "中国上海"),
    ],
)
def test_what_is_asked_for_more_often_in_fewer_words_is_better(query: str, better: str, worse: str) -> None:
    high, low = relevance([better, worse], read_query(query))

    assert high > low


def test_no_text_and_texts_without_words_have_scores_too() -> None:
    assert relevance([], read_query("sea")) == []
    assert relevance(["", "…"], read_query("sea")) == [relevance([""], read_query("sea"))[0]] * 2


@pytest.mark.parametrize(
    "text",
    [
        "One. Sea salt\n" * 900,
        "Größe, sea\u00a0salt " * 900,
        "海は広い。海は青い" * 900,
        "a.b" * 2_000,
        "e\u0301 \u0301" * 1_800,
    ],
)
def test_a_part_of_a_text_has_the_terms_asked_for_and_few_beside_them(text: str) -> None:
    terms = terms_of(text)
    assert len(terms) > 1_500
    found = terms_of(portions_of(text, 100, [10])[10])
    begins = [at for at in range(1_001) if terms[at : at + len(found)] == found]
    assert any(at + len(found) >= 1_100 for at in begins)
    assert len(found) <= 1_000
    assert terms_of(portions_of(text, len(terms), [0])[0]) == terms
    assert portions_of(text, len(terms), [1]) == {}
