"""How full the context would be with what stands in the composer, in words."""

from playground import metering
from playground.channel.messages import Gauge
from playground.conversation.chat import ContextUse
from playground.metering import Usage
from playground.models.catalog import ModelCard
from playground.money import figures


def gauge(use: ContextUse, card: ModelCard, slot: str) -> Gauge:
    """What the context takes, the cap that will apply to the answer and the most that it costs; a refusal where it
    cannot fit."""
    window = use.window
    return Gauge(
        slot=slot,
        words=" · ".join(_words(use, card)),
        help=f"Tokens: {use.prompt.method}",
        share=min(use.prompt.value / window, 1.0) if window else None,
        refusal=_refusal(use, card),
    )


def _words(use: ContextUse, card: ModelCard) -> list[str]:
    said = [f"context {_sign(use)}{use.prompt.value:,}{f' / {use.window:,}' if use.window else ''}"]
    if use.answer:
        usage = Usage(use.prompt.value, use.answer, estimated=not use.prompt.exact)
        most = metering.cost(usage, card.price)
        money = "$0" if card.price and card.price.free else figures.usd(most, estimated=usage.estimated)
        said.append(f"answers end at {use.answer:,} tokens, at most {money}")
    return said


def _refusal(use: ContextUse, card: ModelCard) -> str:
    if use.left is None or use.left > 0:
        return ""
    over = 1 - use.left  # an answer needs one token at least
    return (
        f"{_sign(use)}{over:,} token{'s' * (over != 1)} too many: {card.name} reads at most {use.window:,}. "
        "Shorten the message, start a new chat, or choose a model with a larger context."
    )


def _sign(use: ContextUse) -> str:
    return "" if use.prompt.exact else "~"
