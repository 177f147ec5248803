"""Requests as PowerShell sends them."""

import contextlib
import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.importing import UnreadableError, read
from playground.importing.commands.powershell import find_requests
from playground.messages import Message

CANARY = "canary-token-0123456789"
HI = (Message("user", "hi"),)

SCRIPT = f"""\
# ask a model
[Net.ServicePointManager]::SecurityProtocol = 'Tls12'
$key = "{CANARY}"
$headers = @{{
    "Authorization" = "Bearer $key"
    'Content-Type'  = 'application/json'
}}
$messages = @(
    @{{ role = 'system'; content = 'Be brief' }},
    @{{ role = 'user'; content = "hi" }}
)
$body = [ordered]@{{
    model       = "m"
    messages    = $messages
    temperature = 0.5  # cool
    stream      = $false
    stop        = @("END")
}} | ConvertTo-Json -Depth 10
$response = Invoke-RestMethod -Uri "https://h/v1/chat/completions" -Method Post -Headers $headers -Body $body
$response.choices[0].message.content
"""


def test_a_script() -> None:
    found = read(SCRIPT)
    assert (found.model, found.system_prompt, found.messages) == ("m", "Be brief", HI)
    assert found.parameters == {"temperature": 0.5, "stop": ["END"]}
    assert found.notes == [
        "stream: false left out: answers are drawn as they come.",
        "The header authorization left out: credentials are never taken over.",
    ]
    assert CANARY not in repr(found)


BODY = '{"model":"m","prompt":"hi"}'
TICKED = BODY.replace('"', '`"')


@pytest.mark.parametrize(
    "script",
    [
        f"Invoke-RestMethod https://h -Method Post -Body '{BODY}'",
        f'irm -Uri https://h -Body "{TICKED}"',
        f"iwr -UseBasicParsing -Uri 'https://h' `\n -Method POST `  \n -Body '{BODY}' | Select-Object -Expand Content",
        f"$b = '{BODY}'\nInvoke-WebRequest -Uri https://h -Body $b",
        f"$b = @'\n{BODY}\n'@\n(Invoke-RestMethod -Uri https://h -Body $b).response",
        f'$b = @"\n{BODY}\n"@\ntry {{ $r = Invoke-RestMethod -Uri https://h -Body $b }} catch {{ "it failed" }}',
        "Invoke-RestMethod https://h -Body (@{model='m'; prompt='hi'} | ConvertTo-Json)",
        "Invoke-RestMethod https://h -Body (ConvertTo-Json @{model='m'; prompt='hi'} -Compress)",
        "$p = @{ Uri='https://h'; Method='Post'; Body=(@{model='m';prompt='hi'}|ConvertTo-Json) }\nirm @p",
        f"Invoke-RestMethod https://h -Body ([System.Text.Encoding]::UTF8.GetBytes('{BODY}'))",
        "$m='m'\n$b = @{}\n$b.model = $m\n$b['prompt'] = 'hi'\nirm https://h -Body ($b | ConvertTo-Json)",
        f"$b = '{BODY[:9]}' +\n  '{BODY[9:]}'\nirm https://h -Body $b",
        f"$env:X = 'y'; PS-Thing; return Invoke-RestMethod https://h -Body '{BODY}'",
        f"PS C:\\Users\\me> irm https://h -Body '{BODY}'",
        f"curl.exe https://h `\n  -d '{BODY}'",
        "& curl.exe https://h -d '{}'".replace("{}", BODY.replace('"', '\\"')),
        f"$b = '{BODY}'\ncurl.exe https://h -d $b",
        f"curl -Uri https://h -Method Post -Body '{BODY}'",
        f"Invoke-RestMethod \u2013Uri https://h \u2013Body \u2018{BODY}\u2019",
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_ways_to_send_a_body(script: str, ending: str) -> None:
    found = read(script.replace("\n", ending))
    assert (found.model, found.messages) == ("m", HI)


def as_chrome_writes(text: str) -> str:
    """A text of Copy as PowerShell: https://github.com/ChromeDevTools/devtools-frontend, NetworkLogView.ts."""
    text = re.sub('[`$"]', lambda found: f"`{found[0]}", text)
    units = text.encode("utf-16-le", "surrogatepass")
    codes = [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]
    return '"' + "".join(chr(code) if 32 <= code < 127 else f"$([char]{code})" for code in codes) + '"'


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("`$\"'\n😀{}")).filter(str.strip))
def test_a_whole_request_as_chrome_copies_it(said: str) -> None:
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": said}]}, ensure_ascii=False)
    copied = f"""\
$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.UserAgent = "Mozilla/5.0 (X11; Linux x86_64)"
$session.Cookies.Add((New-Object System.Net.Cookie("sid", "{CANARY}", "/", ".h")))
Invoke-WebRequest -UseBasicParsing -Uri "https://h/v1/chat/completions" `
-Method "POST" `
-WebSession $session `
-Headers @{{
"authority"="h"
  "method"="POST"
  "authorization"="Bearer {CANARY}"
}} `
-ContentType "application/json" `
-Body ([System.Text.Encoding]::UTF8.GetBytes({as_chrome_writes(body)}))"""
    found = read(copied)
    assert (found.model, found.messages) == ("m", (Message("user", said),))
    assert "-websession left out: credentials and sessions are never taken over." in found.notes
    assert CANARY not in repr(found)


def test_variables_that_are_not_there_are_left_and_told() -> None:
    found = read('irm https://h -Headers @{A="$env:KEY"} -Body "{`"prompt`": `"$topic, $(Get-Date)`"}"')
    assert found.messages == (Message("user", "$topic, $(Get-Date)"),)
    assert "Variables of the shell, such as $env:KEY, were taken as they are written." in found.notes


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("irm https://h -Body $body", r"in \$body, whose value cannot be read"),
        ("irm https://h -InFile body.json", "in a file"),
        ("irm https://h", "no body"),
        ("$b = @'\n{}\nirm https://h", "not closed"),
        ("irm https://h -Body 'x", "not closed"),
        ("irm https://h -Body " + "@(" * 200, "too deeply"),
    ],
)
def test_what_cannot_be_read_says_why(script: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(script)


@given(st.text(st.sampled_from("@{}()$'\"`=|;,.+-#<> \n\tairm12") | st.characters(exclude_categories=["Cs"])))
def test_whatever_is_pasted_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        find_requests(f"irm https://h {text}")
    with contextlib.suppress(UnreadableError):
        find_requests(f"$a = {text}")


@pytest.mark.parametrize(
    "piece", ["@", "`", "$(", "'' ", '"" ', "#", "<#", "$a=", "a=1;", "(", ",", "-x ", "irm ", "@'\n"]
)
def test_long_texts_take_no_longer_for_what_they_are_made_of(piece: str) -> None:
    began = time.process_time()
    with contextlib.suppress(UnreadableError):
        find_requests("irm " + piece * 20_000)
    assert time.process_time() - began < 2
