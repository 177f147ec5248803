"""Waits for what is not there yet without having the whole page read aloud.

Each look of Playwright's `expect` that does not find what it should writes down how a screen reader sees the page, for
a failure that hardly ever follows: a twentieth of the processor time of a test, a tenth where the machine is busy. So
an element is waited for first, which writes nothing down. Whether it is as it should be is still said by `expect`.
"""

import os
from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import APIResponse, Error, Locator, Page, expect

SLOWDOWN = float(os.environ.get("BROWSER_SLOWDOWN", "1"))
"""How many times slower than this computer the browser is to be: 4 is a phone, 8 a busy CI machine."""
TIMEOUT_MS = 20_000 * SLOWDOWN
OF_ONE = {
    *("to_be_attached", "to_be_checked", "to_be_disabled", "to_be_enabled", "to_be_focused", "to_be_in_viewport"),
    *("to_contain_text", "to_have_attribute", "to_have_class", "to_have_css", "to_have_text", "to_have_value"),
}
"""What is only true of an element that is there."""

_impatient = type(expect).__call__


def learn(patch: pytest.MonkeyPatch) -> None:
    """Have `expect` wait like this until the patch is undone."""
    expect.set_options(timeout=TIMEOUT_MS)
    patch.setattr(type(expect), "__call__", _patient)


def _patient(self: Any, actual: Page | Locator | APIResponse, message: str | None = None) -> Any:
    asked = _impatient(self, actual, message)
    return _Patient(actual, asked) if isinstance(actual, Locator) else asked


class _Patient:
    def __init__(self, locator: Locator, asked: Any) -> None:
        self._locator = locator
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        ask = getattr(self._asked, name)
        if name == "to_be_visible":
            return self._after("visible", ask)
        return self._after("attached", ask) if name in OF_ONE else ask

    def _after(self, state: Literal["attached", "visible"], ask: Callable[..., None]) -> Callable[..., None]:
        def wait_and_ask(*wanted: Any, timeout: float = TIMEOUT_MS, **options: Any) -> None:
            if False not in options.values() and not any(isinstance(one, list) for one in wanted):
                timeout = self._waited(state, ask.__name__, wanted, timeout)
            ask(*wanted, timeout=timeout, **options)

        return wait_and_ask

    def _waited(
        self, state: Literal["attached", "visible"], name: str, wanted: tuple[Any, ...], timeout: float
    ) -> float:
        """Wait for the element; the milliseconds that are left to say what is wrong with it."""
        awaited = self._locator
        if name == "to_contain_text" and isinstance(wanted[0], str) and wanted[0].strip():
            awaited = awaited.filter(has_text=wanted[0])
        try:
            awaited.wait_for(state=state, timeout=timeout)
        except Error:
            return 1
        return timeout
