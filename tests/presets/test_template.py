import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.presets import TemplateError, UnfilledError, fill, literal_prompt, prompt_variables

braces = st.text(alphabet="\\{}ab \n1é")


@pytest.mark.parametrize(
    ("prompt", "names", "filled"),
    [
        ("", (), ""),
        ("Plain { and } and }}.", (), "Plain { and } and }}."),
        ("{{a}} and {{b}}, {{a}}", ("a", "b"), "A and B, A"),
        ("{{ a }}{{a}}", ("a",), "AA"),
        ("{{  my   name }}", ("my name",), "MY NAME"),
        ("{{_x-1.y}}", ("_x-1.y",), "_X-1.Y"),
        ("{{नाम}} {{e\u0301}}", ("नाम", "é"), "नाम É"),
        ('{"a": "{{a}}"}', ("a",), '{"a": "A"}'),
        ("{{{a}}}", ("a",), "{A}"),
        (r"\{{a}}", (), "{{a}}"),
        (r"\\{{a}}", ("a",), "\\A"),
        (r"\\\{{a}}", (), r"\{{a}}"),
        (r"\{{{{a}}", ("a",), "{{A"),
        (r"\n stays, \{ too", (), r"\n stays, \{ too"),
    ],
)
def test_a_prompt_is_filled(prompt: str, names: tuple[str, ...], filled: str) -> None:
    assert prompt_variables(prompt) == names
    assert fill(prompt, {name: name.upper() for name in names}) == filled


@pytest.mark.parametrize(
    "prompt", ["{{", "{{}}", "{{ }}", "{{1}}", "{{a", "{{a\nb}}", "{{#if a}}", "{{{{}}", "{{" + "a" * 81 + "}}"]
)
def test_braces_that_name_nothing_are_refused_and_never_sent(prompt: str) -> None:
    with pytest.raises(TemplateError, match=r"^Line 2: '\{\{.* Write \{\{name\}\}"):
        fill(f"first\n{prompt}", {"a": "A"})


def test_missing_values_are_named_in_the_order_of_the_prompt() -> None:
    with pytest.raises(UnfilledError) as raised:
        fill("{{c}} {{a}} {{b}} {{c}}", {"a": "A", "b": " \n"})
    assert raised.value.names == ("c", "b")


@given(st.text(), st.text())
def test_a_value_is_taken_as_it_is(value: str, other: str) -> None:
    if value.strip() and other.strip():
        assert fill("<{{a}}|{{b}}>", {"a": value, "b": other}) == f"<{value}|{other}>"


@given(braces | st.text())
def test_any_text_can_be_written_literally(text: str) -> None:
    assert prompt_variables(literal_prompt(text)) == ()
    assert fill(literal_prompt(text), {}) == text


@given(braces)
def test_what_is_filled_has_no_braces_but_those_that_were_meant(prompt: str) -> None:
    try:
        names = prompt_variables(prompt)
    except TemplateError:
        return
    left = fill(prompt, dict.fromkeys(names, "·"))
    assert left.count("{{") <= len(re.findall(r"\\\{\{", prompt))


@pytest.mark.parametrize("prompt", ["{" * 300_000, "\\" * 300_000, "{{a" * 100_000, "\\{" * 150_000, "{{a}}" * 60_000])
def test_a_long_prompt_is_read_at_once(prompt: str) -> None:
    try:
        assert prompt_variables(prompt) in ((), ("a",))
    except TemplateError as error:
        said = str(error)
    else:
        said = ""
    assert len(said) < 300
