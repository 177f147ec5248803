"""Splits thoughts that a model writes between tags from the answer, while both come as one text."""

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
"""As many blanks are held back to see whether a tag follows."""


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
    """Splits thoughts from the answer, however the text and its tags are cut; nothing is lost but the tags.

    An opening tag counts at the beginning only: further on the answer merely mentions it. The empty lines around the
    tags are dropped. Without an opening tag the text is emitted as it comes, as text or (`opens_in_thought`) as
    thought, and may turn out to be the other:

    - A closing tag that nothing opened, which begins or ends a line and stands neither in code nor in quotes, makes all
      before it thought: Reclassified("thought") where it was emitted as text.
    - What was emitted as thought and ends without such a tag was the answer: Reclassified("text").
    """

    def __init__(self, *, opens_in_thought: bool = False) -> None:
        self._kind: Literal["text", "thought"] = "thought" if opens_in_thought else "text"
        """What text is emitted as while no tag has settled it."""
        self._state: Callable[[str, list[Any]], str] = self._read_start
        self._unsettled: Callable[[str, list[Any]], str] = self._read_unsettled
        self._unopened = self._unsettled
        """The state after the start of an answer that no tag opens."""
        self._buffer = ""
        self._close = ""
        """The tag that ends an opened thought."""
        self._position = TagPosition()
        self._unscanned: list[str] = []
        """Pieces that were emitted and that `_position` has not advanced over."""
        self._thought_begun = False
        self._emitted = False

    @property
    def assumes_thought(self) -> bool:
        """Text was emitted as thought, and no tag has confirmed it yet."""
        return self._kind == "thought" and self._emitted and self._state is self._unsettled

    def feed(self, text: str, pieces: list[Any]) -> None:
        """Append the pieces that `text` completes."""
        if self._state is self._unsettled and not self._buffer and not has_tag_start(text):
            self._unscanned.append(text)
            self._emit(text, self._kind, pieces)
            return
        if self._buffer:
            text, self._buffer = self._buffer + text, ""
        while text:
            text = self._state(text, pieces)

    def settle(self, pieces: list[Any]) -> None:
        """Thoughts come in a field of their own, so all text of the answer, so far and from now on, is no thought."""
        if self._state is self._unsettled:
            self._reclassify_as_text(pieces)
            self._state = self._read_answer
        self._unopened, self._kind = self._read_answer, "text"

    def finish(self, *, ended: bool) -> list[Piece]:
        """The last pieces. `ended` says that the model ended the answer: a closing tag at its very end then counts."""
        pieces: list[Piece] = []
        rest, self._buffer = self._buffer, ""
        if self._state is self._unsettled:
            if rest and ended and rest.rstrip() in CLOSERS:
                self._close_unopened(pieces)
                return pieces
            self._emit(rest, self._kind, pieces)
            self._reclassify_as_text(pieces)
        elif self._state == self._read_thought:
            self._emit(rest, "thought", pieces)
        elif self._state == self._read_gap:
            self._emit(rest.strip(), "text", pieces)
        else:
            self._emit(rest, "text", pieces)
        self._state = self._read_answer
        return pieces

    # Each state reads what it can, and returns what the next state has to read.

    def _read_start(self, text: str, pieces: list[Any]) -> str:
        """Read the beginning, until something other than blanks shows whether a tag opens the answer."""
        stripped = text.lstrip()
        if self._opens(stripped):
            return stripped[len(CLOSERS[self._close]) :]
        if close := next((close for close in CLOSERS if stripped.startswith(close)), ""):
            self._state = self._read_gap  # the thought is empty
            return stripped[len(close) :]
        if len(text) - len(stripped) < _MOST_BLANKS and any(tag.startswith(stripped) for tag in (*TAGS, *CLOSERS)):
            self._buffer = text
            return ""
        self._state = self._unopened
        return text

    def _read_unsettled(self, text: str, pieces: list[Any]) -> str:
        """Read text that no tag opened; a closing tag makes all before it thought."""
        found = CLOSER.search(text)
        if found is None:
            text_before, self._buffer = split_begun(text, CLOSERS)
            self._unscanned.append(text_before)
            self._emit(text_before, self._kind, pieces)
            return ""
        before, close, rest = text[: found.start()], found[0], text[found.end() :]
        self._unscanned.append(before)
        self._emit(before, self._kind, pieces)
        self._position.advance("".join(self._unscanned))
        self._unscanned.clear()
        if CLOSERS[close] in self._position.opened or self._position.mentioned:
            return self._emit_tag(close, rest, pieces)
        if not self._position.at_line_start:
            following = rest.lstrip(" \t\r")
            if not following and len(rest) < _MOST_BLANKS:
                self._buffer = close + rest
                return ""
            if not following.startswith("\n"):
                return self._emit_tag(close, rest, pieces)
        self._close_unopened(pieces)
        return rest

    def _emit_tag(self, tag: str, rest: str, pieces: list[Any]) -> str:
        """Emit a tag that the text only mentions."""
        self._position.advance(tag)
        self._emit(tag, self._kind, pieces)
        return rest

    def _close_unopened(self, pieces: list[Any]) -> None:
        if self._kind == "text" and self._emitted:
            pieces.append(Reclassified("thought"))
        self._state, self._kind = self._read_gap, "text"

    def _read_thought(self, text: str, pieces: list[Any]) -> str:
        thought, close, rest = text.partition(self._close)
        if not close:
            thought, self._buffer = split_begun(text, (self._close,))
        self._emit(thought, "thought", pieces)
        if close:
            self._state = self._read_gap
        return rest

    def _read_gap(self, text: str, pieces: list[Any]) -> str:
        """Read the blanks after thoughts, until the answer or further thoughts begin."""
        stripped = text.lstrip()
        if self._opens(stripped):
            return stripped[len(CLOSERS[self._close]) :]
        if len(text) - len(stripped) < _MOST_BLANKS and any(tag.startswith(stripped) for tag in TAGS):
            self._buffer = text
            return ""
        self._state = self._read_answer
        blanks = len(text) - len(stripped)
        return text[text.rfind("\n", 0, blanks) + 1 :]

    def _read_answer(self, text: str, pieces: list[Any]) -> str:
        """Read the answer after thoughts, in which nothing is a tag."""
        self._emit(text, "text", pieces)
        return ""

    def _opens(self, stripped: str) -> bool:
        """Whether an opening tag is at the beginning of the text; the state is then that of a thought."""
        tag = next((tag for tag in TAGS if stripped.startswith(tag)), None)
        if tag is None:
            return False
        self._close = TAGS[tag]
        self._state, self._thought_begun = self._read_thought, False
        return True

    def _reclassify_as_text(self, pieces: list[Any]) -> None:
        """Emit that all thought so far is the answer, where text was emitted as thought."""
        if self._kind == "thought" and self._emitted:
            pieces.append(Reclassified("text"))
        self._kind = "text"

    def _emit(self, text: str, kind: Literal["text", "thought"], pieces: list[Any]) -> None:
        if kind == "text":
            if text:
                self._emitted = True
                pieces.append(TextDelta(text))
            return
        if not self._thought_begun:
            text = text.lstrip("\r\n")
        if text:
            self._emitted = self._thought_begun = True
            pieces.append(ReasoningDelta(text))
