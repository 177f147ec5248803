"""What an answer has beside text, thoughts and tool calls: images, citations, other choices, logprobs."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

LARGEST_IMAGES = 20_000_000
"""Characters of all pictures of an answer together, as data: URIs."""
MOST_IMAGES = 50
MOST_CITATIONS = 200
MOST_LOGPROBS = 20_000
LONGEST_CHOICES = 2_000_000
"""Characters of all other choices together."""
MOST_CHOICES = 128
"""As many as OpenAI's `n` allows (https://platform.openai.com/docs/api-reference/chat/create)."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image that the model made, as a data: URI or an address."""

    url: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A source that an answer names."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Logprob:
    """The natural logarithm of a token's probability, and those of alternative tokens."""

    token: str
    logprob: float
    alternatives: tuple[tuple[str, float], ...] = ()

    @property
    def share(self) -> str:
        """The probability in percent."""
        return _share(self.logprob)

    @property
    def ranked_alternatives(self) -> str:
        """The alternative tokens with their probabilities, the likeliest first."""
        others = sorted((other for other in self.alternatives if other[0] != self.token), key=lambda other: -other[1])
        return ", ".join(f"{json.dumps(token, ensure_ascii=False)} {_share(value)}" for token, value in others)


def _share(logprob: float) -> str:
    return f"{math.exp(min(logprob, 0.0)):.1%}"


@dataclass(frozen=True, slots=True)
class ChoiceDelta:
    """The next piece of another choice of the same request; `index` counts from 1, the answer itself is 0."""

    index: int
    text: str


Extra = Image | Citation | ChoiceDelta | Logprob
"""One extra as it arrives."""


@dataclass(frozen=True, slots=True)
class Extras:
    """All extras of an answer. `images` are data: URIs or addresses; `choices` are by index, which starts at 1."""

    images: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    choices: Mapping[int, str] = field(default_factory=dict)
    logprobs: tuple[Logprob, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.images or self.citations or self.choices or self.logprobs)

    def as_json(self) -> dict[str, Any] | None:
        """The extras as JSON, without empty fields; None where there are none."""
        packed = {
            "images": list(self.images),
            "citations": [[citation.url, citation.title] for citation in self.citations],
            "choices": {str(index): text for index, text in self.choices.items()},
            "logprobs": [
                [entry.token, entry.logprob, [list(other) for other in entry.alternatives]] for entry in self.logprobs
            ],
        }
        return {name: value for name, value in packed.items() if value} or None

    @classmethod
    def from_json(cls, packed: Mapping[str, Any] | None) -> Self:
        """The extras that `as_json` wrote."""
        packed = packed or {}
        return cls(
            images=tuple(packed.get("images", ())),
            citations=tuple(Citation(url, title) for url, title in packed.get("citations", ())),
            choices={int(index): text for index, text in packed.get("choices", {}).items()},
            logprobs=tuple(
                Logprob(token, logprob, tuple((other, value) for other, value in others))
                for token, logprob, others in packed.get("logprobs", ())
            ),
        )


@dataclass(slots=True)
class ExtrasBuilder:
    """Collects extras as they arrive, each kind up to its bound; `left_out` says that some were dropped."""

    images: list[str] = field(default_factory=list)
    citations: dict[str, Citation] = field(default_factory=dict)
    choices: dict[int, list[str]] = field(default_factory=dict)
    logprobs: list[Logprob] = field(default_factory=list)
    left_out: bool = False
    _image_size: int = 0
    _choice_size: int = 0

    def add(self, extra: Extra) -> None:
        """Add an extra; a citation is added once, with the title that may come later."""
        match extra:
            case Image(url):
                self._image_size += len(url)
                fits = self._image_size <= LARGEST_IMAGES and len(self.images) < MOST_IMAGES
                if fits:
                    self.images.append(url)
            case Citation(url, title):
                fits = url in self.citations or len(self.citations) < MOST_CITATIONS
                if fits and (title or url not in self.citations):
                    self.citations[url] = extra
            case ChoiceDelta(index, text):
                self._choice_size += len(text)
                known = index in self.choices or len(self.choices) < MOST_CHOICES
                fits = known and self._choice_size <= LONGEST_CHOICES
                if fits:
                    self.choices.setdefault(index, []).append(text)
            case Logprob():
                fits = len(self.logprobs) < MOST_LOGPROBS
                if fits:
                    self.logprobs.append(extra)
        self.left_out = self.left_out or not fits

    def built(self) -> Extras:
        """The extras so far."""
        choices = {index: "".join(pieces) for index, pieces in sorted(self.choices.items())}
        return Extras(tuple(self.images), tuple(self.citations.values()), choices, tuple(self.logprobs))
