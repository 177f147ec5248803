"""Where the server may listen: for others only where people sign in, or where it is said to be meant."""

import subprocess
import sys

import pytest

from playground.web.listening import listening_refusal
from tests.browser.app import ROOT, command, free_port


@pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]", "unix:///run/app.sock"])
def test_this_machine_alone_needs_nothing(address: str) -> None:
    assert listening_refusal(address, signs_in=False, is_open=False) is None


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.0.2.7", "play.example"])
def test_for_others_it_needs_sign_in_or_a_word(address: str | None) -> None:
    refusal = listening_refusal(address, signs_in=False, is_open=False)
    assert refusal is not None
    assert "[auth]" in refusal
    assert "PLAYGROUND_OPEN=1" in refusal
    assert listening_refusal(address, signs_in=True, is_open=False) is None
    assert listening_refusal(address, signs_in=False, is_open=True) is None


def test_the_app_does_not_start_and_says_why() -> None:
    started = [part.replace("127.0.0.1", "0.0.0.0") for part in command(free_port())]
    ended = subprocess.run(started, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    assert "Not started: listening on 0.0.0.0" in ended.stdout + ended.stderr
    assert sys.executable in started[0]
