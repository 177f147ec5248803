"""How much of a model's context window a request takes."""

from dataclasses import dataclass
from functools import lru_cache

from playground.answers.recording import cap
from playground.conversation import tokens
from playground.conversation.tokens import TokenCount
from playground.errors import ContextOverflowError
from playground.messages import ChatRequest
from playground.models.catalog import ModelCard

_AUTHORS = {"user": "yours", "assistant": "the model's", "system": "the system prompt", "tool": "a tool's result"}


@dataclass(frozen=True, slots=True)
class ContextUse:
    """How much of a model's context window a conversation takes, in tokens."""

    prompt: TokenCount
    window: int | None
    answer: int | None
    """The cap on the answer that will apply; None where it is neither set nor known."""

    @property
    def left(self) -> int | None:
        """Tokens that remain for the answer."""
        return None if self.window is None else self.window - self.prompt.value


def measure_context(card: ModelCard, request: ChatRequest) -> ContextUse:
    """What a request takes of a model's context window; without loading or fetching anything."""
    if card.tokenizer == "llama-3":
        _fetch_tokenizer()
    prompt = request.messages if request.prompt is None else request.prompt
    count = tokens.count(prompt, card, raw=request.raw)
    return ContextUse(count, card.context_window, cap(request, card))


def require_fit(card: ModelCard, request: ChatRequest) -> None:
    """Raises ContextOverflowError where a request leaves nothing of the context window for an answer."""
    use = measure_context(card, request)
    if use.left is None or use.left > 0:
        return
    longest = max(request.messages, key=lambda message: len(message.text), default=None)
    note = f" The longest message is {_AUTHORS[longest.role]} ({len(longest.text):,} characters)." if longest else ""
    raise ContextOverflowError(
        f"This conversation has {'' if use.prompt.exact else 'about '}{use.prompt.value:,} tokens; "
        f"{card.name} reads at most {use.window:,}: {1 - use.left:,} too many.{note}",
        hint="Shorten or delete messages, start a new chat, or choose a model with a larger context.",
    )


@lru_cache(maxsize=1)
def _fetch_tokenizer() -> None:
    tokens.prepare()
