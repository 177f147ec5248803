"""The tags that model families write around their thoughts, and where in a text a closing tag counts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

TAGS: dict[str, str] = {
    # DeepSeek-R1, Qwen3, QwQ, GLM, MiniMax, Hunyuan, ERNIE …: https://docs.vllm.ai/en/latest/features/reasoning_outputs/
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    # EXAONE Deep, Gemini's OpenAI endpoint: https://ai.google.dev/gemini-api/docs/openai#thinking
    "<thought>": "</thought>",
    "<Thought>": "</Thought>",
    # gpt-oss on Amazon Bedrock: https://github.com/CherryHQ/cherry-studio/issues/10225
    "<reasoning>": "</reasoning>",
    "<reason>": "</reason>",
    # Magistral: https://huggingface.co/mistralai/Magistral-Small-2507
    "[THINK]": "[/THINK]",
    # Seed-OSS: https://huggingface.co/ByteDance-Seed/Seed-OSS-36B-Instruct
    "<seed:think>": "</seed:think>",
    # Kimi-VL: https://huggingface.co/moonshotai/Kimi-VL-A3B-Thinking
    "◁think▷": "◁/think▷",
    # Command A Reasoning: https://huggingface.co/CohereLabs/command-a-reasoning-08-2025
    "<|START_THINKING|>": "<|END_THINKING|>",
    # OpenThinker, Sky-T1: https://huggingface.co/open-thoughts/OpenThinker-7B
    "<|begin_of_thought|>": "<|end_of_thought|>",
    # Gemma 4: https://ai.google.dev/gemma/docs/capabilities/thinking
    "<|channel>thought": "<channel|>",
    # gpt-oss where nothing reads its format: https://cookbook.openai.com/articles/openai-harmony
    "<|channel|>analysis<|message|>": "<|end|><|start|>assistant<|channel|>final<|message|>",
    # MiniMax-M3, LongCat, Hunyuan 3, Apertus: https://github.com/vllm-project/vllm/tree/main/vllm/reasoning
    "<mm:think>": "</mm:think>",
    "<longcat_think>": "</longcat_think>",
    "<think:opensource>": "</think:opensource>",
    "<|inner_prefix|>": "<|inner_suffix|>",
}
"""Opening tag to closing tag."""

CLOSERS = {close: open_ for open_, close in TAGS.items()}
CLOSER = re.compile("|".join(map(re.escape, CLOSERS)))
FIRST_CHARS = "".join(sorted({tag[0] for tag in (*TAGS, *CLOSERS)}))
_FIRST = re.compile(f"[{re.escape(FIRST_CHARS)}]")
_LONGEST = max(map(len, (*TAGS, *CLOSERS)))

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)", re.DOTALL)
_MARKERS = re.compile(r"(?:[-*+#>|]|\d{1,9}[.)])*")
_TICKS = re.compile("`+")
_HEAD = 200
"""Characters of a line that are kept to see what kind of line it is."""


def has_tag_start(text: str) -> bool:
    """Whether a tag may begin in `text`; fast, for it is called for every piece of every answer."""
    return "<" in text or "[" in text or "◁" in text


def split_begun(text: str, tags: Iterable[str]) -> tuple[str, str]:
    """`text` in two: what is certainly no tag, and the end of it that may be the beginning of one of these tags."""
    for found in _FIRST.finditer(text, max(len(text) - _LONGEST, 0)):
        begun = text[found.start() :]
        if any(tag.startswith(begun) for tag in tags):
            return text[: found.start()], begun
    return text, ""


@dataclass(slots=True)
class TagPosition:
    """The position in a Markdown text, as far as it decides whether a closing tag counts or is only mentioned.

    In code, block quotes, lists of tags and quotation marks it is mentioned. Each character is read once.
    """

    opened: set[str] = field(default_factory=set)
    """Opening tags that came."""
    _head: str = ""
    """How the line begins."""
    _fence: str = ""
    """The marker of the block of code that is open."""
    _ticks: int = 0
    """How many backticks opened the code that is open in this line."""
    _straight: int = 0
    _curly: int = 0
    """Quotation marks that are open in this line."""
    _last: str = ""
    _after_text: bool = False
    """The line before this one has words: what is indented under it is no code."""

    def advance(self, text: str) -> None:
        """Move to the end of `text`, which begins and ends between two tags."""
        self.opened.update(tag for tag in TAGS if tag in text)
        for number, part in enumerate(text.split("\n")):
            if number:
                self._end_line()
            self._extend_line(part)
        self._last = text[-1:] or self._last

    @property
    def mentioned(self) -> bool:
        """Whether a tag here is only mentioned."""
        indented = (len(self._head) > 3 and self._head[:4].isspace()) or "\t" in self._head[:4]
        bare = self._head.strip()
        code = bool(self._fence or self._ticks or (indented and not self._after_text and not bare))
        quoted = self._straight % 2 == 1 or self._curly > 0 or self._last == "'"
        listed = bool(bare) and _MARKERS.fullmatch(bare) is not None
        return code or quoted or listed or bare.startswith((">", "|"))

    @property
    def at_line_start(self) -> bool:
        """Whether only blanks are before it in its line."""
        return not self._head.strip()

    def _extend_line(self, part: str) -> None:
        if len(self._head) < _HEAD:
            self._head += part[: _HEAD - len(self._head)]
        if self._fence:
            return
        for run in _TICKS.findall(part):
            if not self._ticks:
                self._ticks = len(run)
            elif self._ticks == len(run):
                self._ticks = 0
        self._straight += part.count('"')
        self._curly += part.count("“") + part.count("«") - part.count("”") - part.count("»")

    def _end_line(self) -> None:
        fence = _FENCE.match(self._head)
        if self._fence:
            closes = fence is not None and fence[1].startswith(self._fence) and not fence[2].strip()
            self._fence = "" if closes else self._fence
        elif fence is not None and not (fence[1][0] == "`" and "`" in fence[2]):
            self._fence = fence[1]
        self._after_text = bool(self._head.strip()) and not self._fence and fence is None
        self._head, self._ticks, self._straight, self._curly = "", 0, 0, 0
