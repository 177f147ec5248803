"""Llama 3's tokenizer and chat template, for exact counts.

The 128,000 merges are read from Meta's own file, inside the PyPI package llama-models; pattern, special tokens and
template: https://github.com/meta-llama/llama-models/tree/main/models/llama3.
"""

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from playground.messages import Message
from playground.text.sized_cache import cached_within

if TYPE_CHECKING:
    from tiktoken import Encoding

_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_SPECIAL = (
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "<|reserved_special_token_0|>",
    "<|reserved_special_token_1|>",
    "<|finetune_right_pad_id|>",
    "<|step_id|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eom_id|>",
    "<|eot_id|>",
    "<|python_tag|>",
    "<|image|>",
)
_BEGIN = "<|begin_of_text|>"
_HEADER_AND_END = 5
"""Tokens around the text of a message: start of header, role, end of header, two line breaks, end of turn."""
_ANSWER_HEADER = 4
_PIECE_CHARS = 100_000


class Tokenizer:
    """Counts tokens as Llama 3 does; counts are cached by text, so that a long conversation is not counted again."""

    def __init__(self, path: Path) -> None:
        """Takes a fifth of a second. Raises OSError, ValueError."""
        import tiktoken

        ranks = {}
        for line in path.read_bytes().splitlines():
            token, rank = line.split()
            ranks[base64.b64decode(token)] = int(rank)
        special = {name: len(ranks) + number for number, name in enumerate(_SPECIAL)}
        self._encoding: Encoding = tiktoken.Encoding(
            "llama-3", pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens=special
        )
        self.count = cached_within(32_000_000)(self._count)
        """The tokens of a text; special tokens in it count as such, as on a server."""

    def _count(self, text: str) -> int:
        pieces = (text[start : start + _PIECE_CHARS] for start in range(0, len(text), _PIECE_CHARS))
        return sum(len(self._encoding.encode(piece, allowed_special="all")) for piece in pieces)

    def count_raw(self, prompt: str) -> int:
        """The tokens of a prompt without the template; servers put the begin-of-text token before it."""
        return self.count(prompt) + (not prompt.startswith(_BEGIN))

    def count_messages(self, messages: Iterable[Message]) -> int:
        """The tokens of a conversation in Llama 3's template, with the header of the next answer."""
        texts = [message.text.strip() for message in messages]
        return 1 + sum(_HEADER_AND_END + self.count(text) for text in texts) + _ANSWER_HEADER
