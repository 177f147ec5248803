"""Thoughts that a model writes into its answer, between tags: told from the answer while both come as one text."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from playground.events import ReasoningDelta, Reclassified, TextDelta
from playground.providers.wire.thoughts.thought_tags import (
    CLOSER,
    CLOSERS,
    TAGS,
    TagPosition,
    has_tag_start,
    split_begun,
)

Piece = ReasoningDelta | TextDelta | Reclassified

_OPENS_IN_THOUGHT = re.compile(r"deepseek-r1|qwq|qwen[\w.:-]*(?<!non)(?<!no)(?<!not)-thinking(?![a-z])", re.IGNORECASE)
_SWITCHES = ("enable_thinking", "thinking")
_MOST_BLANKS = 200
"""Blanks that are waited through for what comes behind them."""


def opens_in_thought(model: str, body: Mapping[str, Any] | None = None) -> bool:
    """Whether the model's chat template writes the opening tag itself, so that the answer begins with bare thoughts.

    Not where the request's `body` switches thinking off.

    DeepSeek-R1 and its distillations (https://huggingface.co/deepseek-ai/DeepSeek-R1-Distill-Qwen-32B), QwQ
    (https://huggingface.co/Qwen/QwQ-32B), Qwen3-…-Thinking (https://huggingface.co/Qwen/Qwen3-4B-Thinking-2507).
    """
    template = (body or {}).get("chat_template_kwargs")
    if isinstance(template, Mapping) and any(template.get(switch) is False for switch in _SWITCHES):
        return False
    return _OPENS_IN_THOUGHT.search(model) is not None


class ThoughtSplitter:
    """Tells thoughts from the answer, however the text and its tags are cut; nothing is lost but the tags.

    An opening tag counts at the beginning only: further on it is what the answer talks about. The empty lines around
    the tags are dropped. Without an opening tag the text is said as it comes, as text or (`opens_in_thought`) as
    thought, and may turn out to be the other:

    - A closing tag that nothing opened, which begins or ends a line and stands neither in code nor in quotes, makes all
      before it thought: Reclassified("thought") where it was said as text.
    - An answer that was taken for thought and ends without such a tag was the answer: Reclassified("text").
    """

    def __init__(self, *, opens_in_thought: bool = False) -> None:
        self._kind: Literal["text", "thought"] = "thought" if opens_in_thought else "text"
        """What unsettled text is said as."""
        self._state: Callable[[str, list[Any]], str] = self._read_start
        self._unsettled: Callable[[str, list[Any]], str] = self._read_unsettled
        self._unopened = self._unsettled
        """How to go on where no tag opens the answer."""
        self._held = ""
        self._close = ""
        """The tag that ends an opened thought."""
        self._place = TagPosition()
        self._unplaced: list[str] = []
        """What was said since `_place` was looked at."""
        self._thought_begun = False
        self._said = False

    @property
    def assumes(self) -> bool:
        """What was said so far as thought is only taken for it: no tag says so yet."""
        return self._kind == "thought" and self._said and self._state is self._unsettled

    def feed(self, text: str, pieces: list[Any]) -> None:
        """Append what `text` adds."""
        if self._state is self._unsettled and not self._held and not has_tag_start(text):
            self._unplaced.append(text)
            self._say(text, self._kind, pieces)
            return
        if self._held:
            text, self._held = self._held + text, ""
        while text:
            text = self._state(text, pieces)

    def settle(self, pieces: list[Any]) -> None:
        """Thoughts come in a field of their own: what was said here so far, and all that comes, is the answer."""
        if self._state is self._unsettled:
            self._give_back(pieces)
            self._state = self._read_answer
        self._unopened, self._kind = self._read_answer, "text"

    def finish(self, *, ended: bool) -> list[Piece]:
        """At the end: what was held back, and what turned out to be the answer. `ended` says that the model ended it.

        A tag at the very end ends a line if the model ended there; in an answer that broke off nobody knows.
        """
        pieces: list[Piece] = []
        held, self._held = self._held, ""
        if self._state is self._unsettled:
            if held and ended and held.rstrip() in CLOSERS:
                self._close_unopened(pieces)
                return pieces
            self._say(held, self._kind, pieces)
            self._give_back(pieces)
        elif self._state == self._read_thought:
            self._say(held, "thought", pieces)
        elif self._state == self._read_gap:
            self._say(held.strip(), "text", pieces)
        else:
            self._say(held, "text", pieces)
        self._state = self._read_answer
        return pieces

    # Each state reads what it can, and returns what the next state has to read.

    def _read_start(self, text: str, pieces: list[Any]) -> str:
        """Nothing but blanks so far: is there a tag?"""
        begun = text.lstrip()
        if self._opens(begun):
            return begun[len(CLOSERS[self._close]) :]
        if close := next((close for close in CLOSERS if begun.startswith(close)), ""):
            self._state = self._read_gap  # the thought is empty
            return begun[len(close) :]
        if len(text) - len(begun) < _MOST_BLANKS and any(tag.startswith(begun) for tag in (*TAGS, *CLOSERS)):
            self._held = text
            return ""
        self._state = self._unopened
        return text

    def _read_unsettled(self, text: str, pieces: list[Any]) -> str:
        """No tag has opened anything: should a closing tag come, all before it is thought."""
        found = CLOSER.search(text)
        if found is None:
            said, self._held = split_begun(text, CLOSERS)
            self._unplaced.append(said)
            self._say(said, self._kind, pieces)
            return ""
        before, close, rest = text[: found.start()], found[0], text[found.end() :]
        self._unplaced.append(before)
        self._say(before, self._kind, pieces)
        self._place.advance("".join(self._unplaced))
        self._unplaced.clear()
        if CLOSERS[close] in self._place.opened or self._place.spoken_of:
            return self._pass(close, rest, pieces)
        if not self._place.at_line_start:
            behind = rest.lstrip(" \t\r")
            if not behind and len(rest) < _MOST_BLANKS:
                self._held = close + rest
                return ""
            if not behind.startswith("\n"):
                return self._pass(close, rest, pieces)
        self._close_unopened(pieces)
        return rest

    def _pass(self, tag: str, rest: str, pieces: list[Any]) -> str:
        """A tag that the text talks about."""
        self._place.advance(tag)
        self._say(tag, self._kind, pieces)
        return rest

    def _close_unopened(self, pieces: list[Any]) -> None:
        if self._kind == "text" and self._said:
            pieces.append(Reclassified("thought"))
        self._state, self._kind = self._read_gap, "text"

    def _read_thought(self, text: str, pieces: list[Any]) -> str:
        thought, close, rest = text.partition(self._close)
        if not close:
            thought, self._held = split_begun(text, (self._close,))
        self._say(thought, "thought", pieces)
        if close:
            self._state = self._read_gap
        return rest

    def _read_gap(self, text: str, pieces: list[Any]) -> str:
        """After thoughts: the answer, or more thoughts?"""
        begun = text.lstrip()
        if self._opens(begun):
            return begun[len(CLOSERS[self._close]) :]
        if len(text) - len(begun) < _MOST_BLANKS and any(tag.startswith(begun) for tag in TAGS):
            self._held = text
            return ""
        self._state = self._read_answer
        blanks = len(text) - len(begun)
        return text[text.rfind("\n", 0, blanks) + 1 :]

    def _read_answer(self, text: str, pieces: list[Any]) -> str:
        """The answer after thoughts: nothing in it is a tag."""
        self._say(text, "text", pieces)
        return ""

    def _opens(self, begun: str) -> bool:
        """Whether a thought begins here."""
        tag = next((tag for tag in TAGS if begun.startswith(tag)), None)
        if tag is None:
            return False
        self._close = TAGS[tag]
        self._state, self._thought_begun = self._read_thought, False
        return True

    def _give_back(self, pieces: list[Any]) -> None:
        """What was taken for thought was the answer."""
        if self._kind == "thought" and self._said:
            pieces.append(Reclassified("text"))
        self._kind = "text"

    def _say(self, text: str, kind: Literal["text", "thought"], pieces: list[Any]) -> None:
        if kind == "text":
            if text:
                self._said = True
                pieces.append(TextDelta(text))
            return
        if not self._thought_begun:
            text = text.lstrip("\r\n")
        if text:
            self._said = self._thought_begun = True
            pieces.append(ReasoningDelta(text))
