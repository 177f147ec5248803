"""Text about the context use of the draft in a composer."""

from collections.abc import Sequence

from playground.channel.messages import Gauge
from playground.conversation.context_use import ContextUse
from playground.models.catalog import ModelCard
from playground.money import figures
from playground.money.budget import Most


def gauge(
    use: ContextUse, card: ModelCard, slot: str, most: Most, *, caps: Sequence[int | None] = (), answers: int = 1
) -> Gauge:
    """The context use, the caps on answers and the most that all of them can cost, which is what budgets hold.

    `use` is the fullest of all that are asked, `caps` are those of the others too. With a refusal where the draft
    cannot fit.
    """
    window = use.window
    return Gauge(
        slot=slot,
        label=" · ".join([_context(use), *_ends(caps or (use.answer,)), *_cost(most, answers)]),
        help=f"Tokens: {use.prompt.method}",
        share=min(use.prompt.value / window, 1.0) if window else None,
        refusal=_refusal(use, card),
    )


def _context(use: ContextUse) -> str:
    return f"context {_sign(use)}{use.prompt.value:,}{f' / {use.window:,}' if use.window else ''}"


def _ends(caps: Sequence[int | None]) -> list[str]:
    """Where answers end, as far as that is known of all of them."""
    known = sorted({cap for cap in caps if cap})
    if not known or not all(caps):
        return []
    span = f"{known[0]:,}" if len(known) == 1 else f"{known[0]:,} to {known[-1]:,}"
    return [f"answers end at {span} tokens"]


def _cost(most: Most, answers: int) -> list[str]:
    if most.amount is None:
        return []
    together = "" if answers == 1 else f" for {answers} answers"
    return [f"at most {figures.usd(most.amount) if most.amount else '$0'}{together}"]


def _refusal(use: ContextUse, card: ModelCard) -> str:
    if use.left is None or use.left > 0:
        return ""
    over = 1 - use.left  # an answer needs one token at least
    return (
        f"{_sign(use)}{figures.counted(over, 'token')} too many: {card.name} reads at most {use.window:,}. "
        "Shorten the message, start a new chat, or choose a model with a larger context."
    )


def _sign(use: ContextUse) -> str:
    return "" if use.prompt.exact else "~"
