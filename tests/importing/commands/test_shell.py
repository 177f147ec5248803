"""A command is split as bash splits it."""

import contextlib
import os
import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from playground.importing import UnreadableError
from playground.importing.commands.command import Command
from playground.importing.commands.shell import find_shell_commands


def find_command(text: str) -> Command:
    return find_shell_commands(text, lambda word: word == "curl")[0]


PROGRAM = 'curl() { for word; do printf "%s\\0" "$word"; done; printf "\\1"; cat; }\n'


def by_bash(text: str) -> tuple[tuple[str, ...], str]:
    """The words and the standard input that bash gives to curl."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", PROGRAM + text], env=environment, capture_output=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr.decode()
    words, _, stdin = done.stdout.decode().partition("\1")
    return tuple(words.split("\0")[:-1]), stdin


@pytest.mark.parametrize(
    "text",
    [
        "curl https://h/p -d '{\"a\": 1}'",
        'curl "https://h/p" -d "{\\"a\\": \\"b \\\\ \\` \\n\\"}"',
        "curl a \\\n  -X POST \\\n  b",
        "curl $'it\\'s \\x41\\u00e9\\U0001F600\\t\\101\\\\ \\q'",
        "curl -d 'it'\"'\"'s' x''y \"\"",
        "curl a#b 'c # d' # a comment\n",
        "curl a; : more",
        "curl a && true",
        "curl a 2>/dev/null b 2>&1 c 3",
        "curl a'>'b '|' \\> 'x'",
        "(curl a)",
        "# first\nA=1\ncurl a",
        "curl --data @- <<'EOF'\n{\"a\": \"$x `y` \\n \\\\ 'q'\"}\nEOF\n",
        'curl --data @- <<EOF -s\n{"a": "\\$x \\\\n \'q\' \\""}\nEOF\n',
        'curl -d @- <<-"END it"\n\t\tone\n\ttwo\n\tEND it\n',
        "curl -d @- <<< 'a string'",
        "curl 'a\nb' c\\ d e\\\nf",
        'curl "a\\\nb" $"c"',
        "curl -d '' a",
    ],
)
def test_as_bash_does(text: str) -> None:
    command = find_command(text)
    words, stdin = by_bash(text)
    assert tuple(command.arguments[1:]) == words
    assert (command.stdin or "") == stdin


plain = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t'\"\\$`!#<>|&;() ="))


def ansi_c(text: str) -> str:
    return "$'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def double(text: str) -> str:
    return '"' + "".join(f"\\{char}" if char in '"\\$`' else char for char in text) + '"'


@given(st.lists(st.tuples(plain, st.sampled_from([shlex.quote, ansi_c, double]))))
def test_every_way_of_quoting_is_undone(pieces: list[tuple[str, object]]) -> None:
    line = "curl " + " ".join(quote(text) for text, quote in pieces)  # type: ignore[operator]
    command = find_command(line)
    assert command.arguments[1:] == list(text for text, _ in pieces)
    assert not command.variable


@limits(max_examples=40)
@given(st.lists(st.tuples(plain, st.sampled_from([shlex.quote, ansi_c, double])), max_size=4))
def test_and_bash_agrees(pieces: list[tuple[str, object]]) -> None:
    line = "curl " + " ".join(quote(text) for text, quote in pieces)  # type: ignore[operator]
    command = find_command(line)
    assert tuple(command.arguments[1:]) == by_bash(line)[0]


@given(st.text())
def test_whatever_is_pasted_is_split_or_refused(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        find_command("curl " + text)


@pytest.mark.parametrize("open_quote", ["'a", '"a', "$'a", "$'a\\'", '"a\\"'])
def test_a_quote_left_open_is_refused(open_quote: str) -> None:
    with pytest.raises(UnreadableError, match="not closed"):
        find_command(f"curl {open_quote}")


def test_variables_are_left_and_told() -> None:
    command = find_command('curl "https://h/$ID/x" -H "A: ${T}"')
    assert command.arguments[1] == "https://h/$ID/x"
    assert command.variable == "$ID"


def test_half_characters_are_joined() -> None:
    command = find_command("curl $'\\ud83d\\ude00'")
    assert command.arguments[1] == "😀"
