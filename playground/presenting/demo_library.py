"""The demos there are: those that are shipped, and an owner's own."""

import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playground.presenting.demo import Demo
from playground.presenting.demo_file import DemoFileError, read_demo
from playground.store import Store
from playground.text.marked_yaml import Mistake

SHIPPED_DEMOS = Path(__file__).parent / "demos"
KEPT_AS = "demo:"
"""Own demos are preferences under this and their names."""
MOST_DEMOS = 200


@dataclass(frozen=True, slots=True)
class KnownDemo:
    """A demo by the name that its address has; `demo` is None where its text is none any more."""

    name: str
    text: str
    demo: Demo | None
    shipped: bool = False

    @property
    def title(self) -> str:
        """Its title, or its name."""
        return self.name if self.demo is None else self.demo.title


@cache
def shipped_demos() -> tuple[KnownDemo, ...]:
    """Those that come with the app."""
    texts = {path.stem: path.read_text("utf-8") for path in sorted(SHIPPED_DEMOS.glob("*.yaml"))}
    return tuple(KnownDemo(name, text, read_demo(text), shipped=True) for name, text in texts.items())


@dataclass(frozen=True, slots=True)
class DemoLibrary:
    """The demos of a store's owner. Raises StoreError."""

    store: Store

    def own(self) -> tuple[KnownDemo, ...]:
        """The owner's, by title."""
        kept = self.store.preferences_called(KEPT_AS)
        found = [_known(name.removeprefix(KEPT_AS), value) for name, value in kept.items()]
        return tuple(sorted(found, key=lambda known: known.title.casefold()))

    def find(self, name: str) -> KnownDemo | None:
        """A demo by its name; None where there is none."""
        shipped = next((known for known in shipped_demos() if known.name == name), None)
        if shipped is not None:
            return shipped
        kept = self.store.preference(KEPT_AS + name)
        return None if kept is None else _known(name, kept)

    def keep(self, text: str, name: str | None = None) -> str:
        """Keep a demo, in place of the own one of that name; returns its name. Raises DemoFileError."""
        read_demo(text)
        if name is None and len(self.own()) >= MOST_DEMOS:
            raise DemoFileError(Mistake(f"there are {MOST_DEMOS} demos; delete one first", 1, 1))
        name = name or secrets.token_hex(5)
        self.store.prefer(KEPT_AS + name, {"text": text})
        return name

    def delete(self, name: str) -> None:
        """Delete an own demo."""
        self.store.prefer(KEPT_AS + name, None)


def _known(name: str, kept: object) -> KnownDemo:
    text = kept.get("text") if isinstance(kept, dict) else None
    text = text if isinstance(text, str) else ""
    try:
        return KnownDemo(name, text, read_demo(text))
    except DemoFileError:
        return KnownDemo(name, text, None)
