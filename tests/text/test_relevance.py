"""How well texts fit a query."""

import pytest

from playground.text.relevance import relevance
from playground.text.search_terms import read_query


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
