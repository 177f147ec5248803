"""Thoughts that a model writes into its answer, between <think> and </think>."""

import re
from collections.abc import Callable
from typing import Any

from playground.events import ReasoningDelta, TextDelta

Piece = ReasoningDelta | TextDelta

OPEN, CLOSE = "<think>", "</think>"
_QUOTES = ("`", '"', "'")

_OPENS_IN_THOUGHT = re.compile(r"deepseek-r1|qwq|(?<![a-z])thinking(?![a-z])", re.IGNORECASE)


def opens_in_thought(model: str) -> bool:
    """Whether the model's chat template writes the opening tag itself, so that the answer begins with bare thoughts.

    DeepSeek-R1 and its distillations (https://huggingface.co/deepseek-ai/DeepSeek-R1-Distill-Qwen-32B), QwQ
    (https://huggingface.co/Qwen/QwQ-32B), Qwen3-…-Thinking (https://huggingface.co/Qwen/Qwen3-4B-Thinking-2507).
    """
    return _OPENS_IN_THOUGHT.search(model) is not None


def closes_unopened(text: str) -> bool:
    """Whether a whole answer begins with thoughts whose opening tag is missing."""
    before, close, _ = text.partition(CLOSE)
    return bool(close) and OPEN not in before and not before.endswith(_QUOTES)


class ThoughtSplitter:
    """Tells thoughts from the answer while both come as one text, its tags cut anywhere.

    Thoughts stand at the beginning only; <think> further on is what the answer talks about. The empty lines around
    the tags are dropped. Where the opening tag is missing there are two cases:

    - `opens_in_thought`: the answer is thought until </think> comes. A model that stops without it had answered at
      once: what was shown as thought is then said as the answer too, so that nothing is lost.
    - otherwise text has been said as text when </think> comes, and what is said is not taken back: the tag is
      dropped, what follows is the answer, and `unopened` tells the caller to expect it of this model next time.
    """

    def __init__(self, *, opens_in_thought: bool = False) -> None:
        self.unopened = False
        """</think> came though nothing had opened it."""
        self.opens_in_thought = opens_in_thought
        """May be changed until the first piece comes."""
        self._state: Callable[[str, list[Piece]], str] = self._read_start
        self._passing = False
        """Nothing but a tag can change what the next piece is."""
        self._held = ""
        self._assumed: list[str] | None = None
        self._thought_begun = False
        self._last = ""

    def feed(self, text: str, pieces: list[Any]) -> None:
        """Append what `text` adds, as TextDelta and ReasoningDelta."""
        if self._passing and "<" not in text and not self._held:
            self._last = text
            pieces.append(TextDelta(text))
            return
        if self._held:
            text, self._held = self._held + text, ""
        while text:
            text = self._state(text, pieces)

    def release(self) -> list[Piece]:
        """What was held back because it might have become a tag."""
        held, self._held = self._held, ""
        if self._state == self._read_thought:
            return self._think(held)
        if self._state == self._read_gap:
            held = held.strip()
        return [TextDelta(held)] if held else []

    def finish(self) -> list[Piece]:
        """At the end of an answer that the model ended itself: the rest, thoughts that were none included."""
        pieces = self.release()
        if self._assumed:
            pieces.append(TextDelta("".join(self._assumed)))
            self._assumed = None
        return pieces

    # Each state reads what it can, and returns what the next state has to read.

    def _read_start(self, text: str, pieces: list[Piece]) -> str:
        """Nothing but blanks so far: is there a tag?"""
        begun = text.lstrip()
        if begun.startswith(OPEN):
            self._state = self._read_thought
            return begun[len(OPEN) :]
        if OPEN.startswith(begun):
            self._held = text
            return ""
        if self.opens_in_thought:
            self._state, self._assumed = self._read_thought, []
        else:
            self._state, self._passing = self._read_text, True
        return text

    def _read_thought(self, text: str, pieces: list[Piece]) -> str:
        thought, close, rest = text.partition(CLOSE)
        if not close:
            thought, self._held = _hold(text, CLOSE)
        pieces += self._think(thought)
        if close:
            self._state, self._assumed = self._read_gap, None
        return rest

    def _read_gap(self, text: str, pieces: list[Piece]) -> str:
        """After thoughts: the answer, or more thoughts?"""
        begun = text.lstrip()
        if begun.startswith(OPEN):
            self._state, self._thought_begun = self._read_thought, False
            return begun[len(OPEN) :]
        if OPEN.startswith(begun):
            self._held = text
            return ""
        self._state, self._passing = self._read_answer, True
        return text.lstrip("\r\n")

    def _read_text(self, text: str, pieces: list[Piece]) -> str:
        """An answer that no thoughts came before: should a closing tag come, it was thought."""
        before, close, rest = text.partition(CLOSE)
        if OPEN in before or (close and (self._last + before).endswith(_QUOTES)):
            self._state = self._read_answer
            return text
        if close:
            self.unopened, self._state, self._passing = True, self._read_gap, False
        else:
            before, self._held = _hold(text, OPEN, CLOSE)
        if before:
            self._last = before
            pieces.append(TextDelta(before))
        return rest

    def _read_answer(self, text: str, pieces: list[Piece]) -> str:
        """The answer after thoughts: nothing in it is a tag."""
        pieces.append(TextDelta(text))
        return ""

    def _think(self, thought: str) -> list[Piece]:
        if not self._thought_begun:
            thought = thought.lstrip("\r\n")
        if not thought:
            return []
        self._thought_begun = True
        if self._assumed is not None:
            self._assumed.append(thought)
        return [ReasoningDelta(thought)]


def _hold(text: str, *tags: str) -> tuple[str, str]:
    """`text` without, and then the end that may be the beginning of a tag."""
    start = text.rfind("<")
    if start >= 0 and any(tag.startswith(text[start:]) for tag in tags):
        return text[:start], text[start:]
    return text, ""
