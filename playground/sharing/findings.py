"""What in the data of a page looks like a secret, where it stands, and how it is hidden."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from playground.providers.failures.safe_text import hide, look_alikes, redact
from playground.sharing.data import PageData
from playground.sharing.texts import texts_of, with_texts

FindingKind = Literal["key", "look-alike", "address"]
MOST_FINDINGS = 50
CUT = "…"
"""How a title ends that is longer than titles are."""
_ORDER: tuple[FindingKind, ...] = ("key", "look-alike", "address")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
_SHOWN, _LEAST = 4, 12


@dataclass(frozen=True, slots=True)
class Finding:
    """A key of a connection, what looks like one, or an e-mail address; `shown` is enough to know it by."""

    kind: FindingKind
    shown: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hiding:
    """What is replaced by "[hidden]": `keys` always, look-alikes and e-mail addresses where that is wanted."""

    keys: tuple[str, ...] = ()
    look_alikes: bool = True
    addresses: bool = True

    def applied(self, data: PageData) -> PageData:
        """The data without them, also where a title ends within one."""
        kinds = {"key": True, "look-alike": self.look_alikes, "address": self.addresses}
        secrets = tuple(secret for (kind, secret), _ in _found(data, self.keys).items() if kinds[kind])

        def changed(text: str) -> str:
            text = redact(text, self.keys) if self.look_alikes else hide(text, self.keys)
            text = _ADDRESS.sub("[hidden]", text) if self.addresses else text
            return _without_beginning(text, secrets) if text.endswith(CUT) else text

        return with_texts(data, changed)


def _without_beginning(text: str, secrets: Iterable[str]) -> str:
    """A text that was cut off, without the beginning of a secret at its end."""
    said = text.removesuffix(CUT).rstrip()
    for secret in secrets:
        longest = next((n for n in range(len(secret), _SHOWN - 1, -1) if said.endswith(secret[:n])), 0)
        if longest:
            return f"{said[:-longest]}[hidden]{CUT}"
    return text


def findings(data: PageData, keys: Iterable[str]) -> list[Finding]:
    """What there is in data, each with all its places; keys first, at most MOST_FINDINGS."""
    ranked = sorted(_found(data, tuple(keys)).items(), key=lambda item: _ORDER.index(item[0][0]))
    return [Finding(kind, _shown(kind, secret), tuple(places)) for (kind, secret), places in ranked[:MOST_FINDINGS]]


def _found(data: PageData, known: tuple[str, ...]) -> dict[tuple[FindingKind, str], dict[str, None]]:
    """The places of each secret, by what it is."""
    searches: dict[FindingKind, Callable[[str], Iterable[str]]] = {
        "key": lambda text: [key for key in known if hide(text, [key]) != text],
        "look-alike": lambda text: look_alikes(hide(text, known)),
        "address": _ADDRESS.findall,
    }
    found: dict[tuple[FindingKind, str], dict[str, None]] = {}
    for place, text in texts_of(data):
        for kind, search in searches.items():
            for secret in search(text):
                found.setdefault((kind, secret), {})[place] = None
    return found


def _shown(kind: FindingKind, secret: str) -> str:
    if kind == "address":
        return secret
    return f"{secret[:_SHOWN]}…" if len(secret) >= _LEAST else "…"
