"""What an answer holds beside its text, thoughts and tool calls: pictures, sources, further choices, probabilities."""

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
"""Characters of all further choices together."""
MOST_CHOICES = 128
"""As many as OpenAI's `n` allows (https://platform.openai.com/docs/api-reference/chat/create)."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that the model made, as a data: URI or an address."""

    url: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A source that an answer names."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Logprob:
    """The natural logarithm of the next token's probability, and those of tokens that might have stood in its place."""

    token: str
    logprob: float
    alternatives: tuple[tuple[str, float], ...] = ()

    @property
    def share(self) -> str:
        """The probability in words."""
        return _share(self.logprob)

    @property
    def ranked_alternatives(self) -> str:
        """What else might have stood there, the likeliest first."""
        others = sorted((other for other in self.alternatives if other[0] != self.token), key=lambda other: -other[1])
        return ", ".join(f"{json.dumps(token, ensure_ascii=False)} {_share(value)}" for token, value in others)


def _share(logprob: float) -> str:
    return f"{math.exp(min(logprob, 0.0)):.1%}"


@dataclass(frozen=True, slots=True)
class ChoiceDelta:
    """The next piece of a further answer to the same request; `index` counts from 1, the answer itself being 0."""

    index: int
    text: str


Extra = Image | Citation | ChoiceDelta | Logprob
"""One of them, as it comes."""


@dataclass(frozen=True, slots=True)
class Extras:
    """All of it, as far as it came. `images` are data: URIs or addresses; `choices` by index, which starts at 1."""

    images: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    choices: Mapping[int, str] = field(default_factory=dict)
    logprobs: tuple[Logprob, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.images or self.citations or self.choices or self.logprobs)

    def as_json(self) -> dict[str, Any] | None:
        """The same for a JSON column, what is empty left out; None where nothing came."""
        packed = {
            "images": list(self.images),
            "citations": [[citation.url, citation.title] for citation in self.citations],
            "choices": {str(index): text for index, text in self.choices.items()},
            "logprobs": [
                [one.token, one.logprob, [list(other) for other in one.alternatives]] for one in self.logprobs
            ],
        }
        return {name: value for name, value in packed.items() if value} or None

    @classmethod
    def from_json(cls, packed: Mapping[str, Any] | None) -> Self:
        """What `as_json` made."""
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
    """Puts extras together as they come, each kind up to its bound; `left_out` says that some are not kept."""

    images: list[str] = field(default_factory=list)
    citations: dict[str, Citation] = field(default_factory=dict)
    choices: dict[int, list[str]] = field(default_factory=dict)
    logprobs: list[Logprob] = field(default_factory=list)
    left_out: bool = False
    _image_size: int = 0
    _choice_size: int = 0

    def add(self, extra: Extra) -> None:
        """Keep one more; a citation once, with the title that may come later."""
        match extra:
            case Image(url):
                self._image_size += len(url)
                kept = self._image_size <= LARGEST_IMAGES and len(self.images) < MOST_IMAGES
                if kept:
                    self.images.append(url)
            case Citation(url, title):
                kept = url in self.citations or len(self.citations) < MOST_CITATIONS
                if kept and (title or url not in self.citations):
                    self.citations[url] = extra
            case ChoiceDelta(index, text):
                self._choice_size += len(text)
                known = index in self.choices or len(self.choices) < MOST_CHOICES
                kept = known and self._choice_size <= LONGEST_CHOICES
                if kept:
                    self.choices.setdefault(index, []).append(text)
            case Logprob():
                kept = len(self.logprobs) < MOST_LOGPROBS
                if kept:
                    self.logprobs.append(extra)
        self.left_out = self.left_out or not kept

    def built(self) -> Extras:
        """What there is so far."""
        choices = {index: "".join(pieces) for index, pieces in sorted(self.choices.items())}
        return Extras(tuple(self.images), tuple(self.citations.values()), choices, tuple(self.logprobs))
