"""Literals are read back by the languages themselves."""

import ast
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from playground.snippets.literals import JAVASCRIPT, PYTHON, exact_in_javascript, literal
from tests.snippets.requests import EVIL

Evaluate = Callable[[str], str]

texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["", EVIL, "${x}", "`", "\\", "\\`", "\\${", "'''", '"""', "</script>", "<!--", "\n", "a\n", "\r\n", "\u2028", "💥"]
).flatmap(lambda evil: st.text().filter(str.isprintable).map(lambda text: text + evil + text))
numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=12,
)


@given(values)
def test_python_reads_back_what_was_written(value: Any) -> None:
    assert ast.literal_eval(literal(value, PYTHON)) == value


EVALUATE = """
const lines = require("readline").createInterface({ input: process.stdin, terminal: false });
lines.on("line", (line) => {
    console.log(JSON.stringify(JSON.stringify((0, eval)("(" + JSON.parse(line) + ")"))).replace(/[^ -~]/g,
        (char) => "\\\\u" + char.charCodeAt(0).toString(16).padStart(4, "0")));
});
"""


@pytest.fixture(scope="module")
def evaluate() -> Iterator[Evaluate]:
    """Node, that evaluates JavaScript and answers with the value as JSON."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed: JavaScript literals cannot be evaluated")
    with subprocess.Popen(["node", "-e", EVALUATE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        assert node.stdin is not None
        assert node.stdout is not None
        ask, answer = node.stdin, node.stdout

        def evaluate(source: str) -> str:
            ask.write(json.dumps(source) + "\n")
            ask.flush()
            return str(json.loads(answer.readline()))

        yield evaluate
        ask.close()


@pytest.mark.node
@given(value=values)
def test_javascript_reads_back_what_was_written(evaluate: Evaluate, value: Any) -> None:
    written = literal(value, JAVASCRIPT)

    assert json.loads(evaluate(written), parse_int=float) == value  # JavaScript has no other numbers
    assert "</" not in written
    assert "\u2028" not in written


@limits(max_examples=50)
@given(st.dictionaries(st.sampled_from(["a", "10", "2", "__proto__", "b c"]), st.just(1)))
@pytest.mark.node
def test_javascript_keeps_the_order_where_it_is_said_to(evaluate: Evaluate, value: dict[str, int]) -> None:
    if exact_in_javascript(value):
        assert evaluate(literal(value, JAVASCRIPT)) == json.dumps(value, separators=(",", ":"))
    else:
        assert value.keys() & {"10", "2"}


def test_long_values_are_laid_out_in_lines() -> None:
    value = {"messages": [{"role": "user", "content": "x" * 120}], "stream": True}
    assert literal(value, PYTHON).split("\n") == [
        "{",
        '    "messages": [',
        "        {",
        '            "role": "user",',
        f'            "content": "{"x" * 120}",',
        "        },",
        "    ],",
        '    "stream": True,',
        "}",
    ]
    assert literal({"a b": [1, 2.0, None]}, JAVASCRIPT) == '{ "a b": [1, 2.0, null] }'


def test_what_cannot_be_seen_is_escaped() -> None:
    assert literal("a\u202eb\U000e0001", PYTHON) == '"a\\u202eb\\U000e0001"'
    assert literal("a\u202eb\U000e0001", JAVASCRIPT) == '"a\\u{202e}b\\u{e0001}"'
    assert literal("👩\u200d💻", PYTHON) == '"👩\u200d💻"'


@pytest.mark.parametrize(
    ("value", "exact"), [(2**53 - 1, True), (2**53, False), ({"a": {"7": 1}}, False), ([True], True)]
)
def test_what_javascript_would_say_differently_is_known(value: Any, exact: bool) -> None:
    assert exact_in_javascript(value) is exact
