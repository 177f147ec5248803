"""A command line is split as cmd.exe and the programs of Windows split it."""

import contextlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.importing import UnreadableError, read
from playground.importing.commands.command import is_curl
from playground.importing.commands.windows import find_cmd_commands
from playground.messages import Message


def words(text: str) -> list[str]:
    return find_cmd_commands(text, is_curl)[0].arguments[1:]


@pytest.mark.parametrize(
    ("line", "split"),
    [
        ('curl a "b c" d', ["a", "b c", "d"]),
        ('curl "a\\"b"', ['a"b']),
        ('curl "a""b"', ['a"b']),
        ('curl "" x', ["", "x"]),
        (r'curl "c:\x\\" d\e', ["c:\\x\\", "d\\e"]),
        ("curl a ^\n  b ^ \t\n c", ["a", "b", "c"]),
        ('curl ^"a b^" ^^ ^&', ["a b", "^", "&"]),
        ('curl "a^b" & del x', ["a^b"]),
        ("curl a > out.txt", ["a"]),
        (r'curl "c:\x\\" & del "y"', ["c:\\x\\"]),
        (r'curl "{\"a\": \"b & c <d> ^ 5%%\"}" & del x', ['{"a": "b & c <d> ^ 5%"}']),
        (r'curl "a\\" b "c\\\"d"', ["a\\", "b", 'c\\"d']),
        ('curl "50%%" 100^%', ["50%", "100%"]),
        ("curl ^\na^\n\nb", ["a\nb"]),
        ('curl "a ^\n b"', ["a  b"]),
        ("C:\\Users\\me>curl.exe a ^\nMore? b", ["a", "b"]),
        (r"C:\Windows\System32\curl.exe a", ["a"]),
    ],
)
def test_as_windows_does(line: str, split: list[str]) -> None:
    assert words(line) == split


def as_chrome_writes(text: str) -> str:
    """An argument of Copy as cURL (cmd): https://github.com/ChromeDevTools/devtools-frontend, NetworkLogView.ts."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    text = re.sub(r"""[^a-zA-Z0-9\s_\-:=+~'/.',?;()*`]""", lambda found: f"^{found[0]}", text, flags=re.ASCII)
    text = re.sub("%(?=[a-zA-Z0-9_])", "%^", text)
    return '^"' + re.sub("\r?\n", "^\n\n", text) + '^"'


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n^"\\%&|<> {}'))


@given(st.lists(texts))
def test_what_chrome_copies_is_what_was_sent(said: list[str]) -> None:
    assert words("curl " + " ^\n  ".join(map(as_chrome_writes, said))) == said


@given(texts.filter(str.strip))
def test_a_whole_request_as_chrome_copies_it(said: str) -> None:
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": said}]}, ensure_ascii=False)
    arguments = ["http://h/v1/chat/completions", "-H", "content-type: application/json", "--data-raw", body]
    address, *more = map(as_chrome_writes, arguments)
    found = read(f"curl {address} ^\n  {more[0]} {more[1]} ^\n  --data-raw {more[3]}")
    assert (found.model, found.messages, found.notes) == ("m", (Message("user", said),), [])


@pytest.mark.parametrize(
    "body",
    [
        '"{\\"model\\":\\"m\\",\\"prompt\\":\\"hi\\"}"',
        '"{""model"":""m"",""prompt"":""hi""}"',
        '^"^{^\\^"model^\\^": ^\\^"m^\\^", ^\\^"prompt^\\^": ^\\^"hi^\\^"^}^"',
        '"{ ^\n\\"model\\": \\"m\\", ^\n\\"prompt\\": \\"hi\\" ^\n}"',
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_bodies_as_they_are_quoted_there(body: str, ending: str) -> None:
    command = f'curl -X POST https://h ^\n -H "Authorization: Bearer %KEY%" ^\n -d {body}'.replace("\n", ending)
    found = read(command)
    assert (found.model, found.messages) == ("m", (Message("user", "hi"),))
    assert found.notes == [
        "The header authorization left out: credentials are never taken over.",
        "Variables of the shell, such as %NAME%, were taken as they are written.",
    ]


def test_a_body_in_a_file_is_refused() -> None:
    with pytest.raises(UnreadableError, match=r"in the file 'body\.json'"):
        read('curl https://h ^\n -d "@body.json"')


@given(st.text())
def test_whatever_is_pasted_is_split_or_refused(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        find_cmd_commands(f"curl {text}", is_curl)
