"""Words are read back by the languages themselves, their variables filled in."""

import os
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from playground.snippets.variables import TextWithVariables, Variable, javascript, python, shell

VARIABLE = Variable("SECRET_TEXT")
VALUE = "s3cret $x `y` é"

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)
words = st.lists(
    texts | st.sampled_from(["$x", "`", "!", "'", '"', "\\", "{a}", "${", "_a", "Bearer "]), min_size=1
).map(lambda pieces: tuple(word for piece in pieces for word in (piece, VARIABLE)))


def said(some: TextWithVariables) -> str:
    return "".join(VALUE if isinstance(word, Variable) else word for word in some)


@given(words)
def test_python(some: TextWithVariables) -> None:
    scope: dict[str, Any] = {"os": type("os", (), {"environ": {"SECRET_TEXT": VALUE}})}
    assert eval(python(some), scope) == said(some)


@limits(max_examples=60)
@given(words)
def test_shell(some: TextWithVariables) -> None:
    environment = {"PATH": os.environ["PATH"], "SECRET_TEXT": VALUE, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["bash", "-c", f"printf %s {shell(some)}"], env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == said(some)


@pytest.mark.parametrize(
    ("some", "written"),
    [
        (("Bearer ", VARIABLE), '"Bearer $SECRET_TEXT"'),
        (("a", VARIABLE, "b"), '"a${SECRET_TEXT}b"'),
        (("it's ", VARIABLE), "'it'\"'\"'s '\"$SECRET_TEXT\""),
    ],
)
def test_a_shell_word_is_as_plain_as_it_can_be(some: TextWithVariables, written: str) -> None:
    assert shell(some) == written


def test_javascript() -> None:
    assert javascript(("Bearer ", VARIABLE)) == "`Bearer ${process.env.SECRET_TEXT}`"
    assert javascript((VARIABLE,)) == "process.env.SECRET_TEXT"
    assert javascript(('a`${b}"',)) == '"a`${b}\\""'
    assert javascript(('`${b}"', VARIABLE)) == '`\\`\\${b}"${process.env.SECRET_TEXT}`'
