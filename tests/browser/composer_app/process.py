"""The server of these tests in a process of its own."""

import json
import urllib.request
from pathlib import Path
from typing import Any

from tests.browser.app import ROOT, App

BUILT = ROOT / "browser" / "built"


class ComposerApp(App):
    """A context manager as `App`; knows what arrived over the channel and can tell its pages something."""

    script = str(Path(__file__).with_name("app.py").relative_to(ROOT))

    def received(self, kind: str = "send") -> list[dict[str, Any]]:
        """What was asked of a kind, oldest first; a message with the `settings` that the server had then."""
        with urllib.request.urlopen(f"{self.url}/test/received") as answer:
            return [asked for asked in json.load(answer) if asked["kind"] == kind]

    def tell(self, *messages: dict[str, Any]) -> None:
        """Tell every page that is open."""
        self._post({"tell": messages})

    def answer_next(self, problem: dict[str, str] | None = None, *, hold: bool = False) -> None:
        """How the next message is answered: with a problem, or with `hold` not before `release`."""
        self._post({"next": {"problem": problem, "hold": hold}})

    def release(self) -> None:
        """Answer what was held."""
        self._post({"release": True})

    def offer(self, offer: dict[str, Any] | None = None, *, vision: bool | None = True, disabled: bool = False) -> None:
        """What the next page run gives to the composer."""
        self._post({"data": {"offer": offer, "vision": vision, "disabled": disabled}})

    def forget(self) -> None:
        """Begin anew: nothing received, nothing to answer or give otherwise."""
        self._post({"forget": True})

    def _post(self, body: dict[str, Any]) -> None:
        request = urllib.request.Request(f"{self.url}/test/tell", json.dumps(body).encode(), method="POST")
        urllib.request.urlopen(request).close()
