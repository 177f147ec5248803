"""Secrets in what is shared: found with their places, and in nothing that leaves once they are hidden."""

import time
from dataclasses import replace

import pytest

from playground.exporting.html_page import as_page
from playground.sharing.findings import Hiding, findings
from playground.sharing.included import Included
from tests.sharing.test_pages import ANSWER, chat, comparison

KEY = "correct-horse-battery"
ALIKE = "sk-abcdefghijkl0123456789"
ADDRESS = "anna.b+c@mail.example.org"


def planted(secret: str) -> dict[str, object]:
    """An answer's fields with a secret in each that can hold one."""
    assert ANSWER.setup is not None
    call = replace(ANSWER.tool_calls[0], arguments=f'{{"key": "{secret}"}}')
    setup = {**ANSWER.setup, "system_prompt": secret, "parameters": {"stop": [secret], "extra": {secret: secret}}}
    return {"text": f"It is `{secret}`.", "reasoning": secret, "tool_calls": (call,), "setup": setup}


@pytest.mark.parametrize("secret", [KEY, ALIKE, ADDRESS])
def test_a_secret_is_found_wherever_it_is_and_is_not_on_the_page(secret: str) -> None:
    made = chat(answer=replace(ANSWER, **planted(secret)))  # type: ignore[arg-type]
    (found,) = findings(made, [KEY, "another-key-of-a-connection"])
    assert found.places == ("Answer 1", "Settings of answer 1")
    page = as_page(Hiding((KEY,)).applied(made)).page
    assert secret not in page
    assert page.count("[hidden]") > 6


def test_what_is_shown_of_it_is_not_the_secret() -> None:
    made = chat(answer=replace(ANSWER, text=f"{KEY} {ALIKE} {ADDRESS}"))
    assert [(one.kind, one.shown) for one in findings(made, [KEY])] == [
        *(("key", "corr…"), ("look-alike", "sk-a…"), ("address", ADDRESS)),
    ]


def test_a_title_that_ends_within_a_secret_does_not_show_its_beginning() -> None:
    made = chat(answer=replace(ANSWER, text=f"{KEY} {ALIKE}"))
    for secret in (KEY, ALIKE):
        cut = made.model_copy(update={"title": f"Is this {secret[:9]}…"})
        assert Hiding((KEY,)).applied(cut).title == "Is this [hidden]…"


def test_keys_of_connections_are_hidden_whatever_is_wanted() -> None:
    made = chat(answer=replace(ANSWER, text=f"{KEY} {ALIKE} {ADDRESS}"))
    page = as_page(Hiding((KEY,), look_alikes=False, addresses=False).applied(made)).page
    assert (KEY in page, ALIKE in page, ADDRESS in page) == (False, True, True)


def test_models_words_and_pictures_are_no_secrets() -> None:
    picture = "data:image/png;base64," + "aB3" * 100
    made = comparison(Included())
    assert findings(made, [KEY]) == []
    made.rows["turns"][0]["parts"] = [{"type": "image_url", "image_url": {"url": picture}}]
    assert findings(made, [KEY]) == []
    assert Hiding((KEY,)).applied(made) == made


@pytest.mark.parametrize("text", ["a-" * 200_000, "a@" * 200_000, "api_key " * 50_000, "aB3" * 100_000, "a." * 200_000])
def test_hostile_texts_take_no_time(text: str) -> None:
    made = chat(answer=replace(ANSWER, text=text))
    began = time.process_time()
    findings(made, [KEY])
    Hiding((KEY,)).applied(made)
    assert time.process_time() - began < 5
