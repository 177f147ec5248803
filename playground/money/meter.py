"""Formats what an answer took: tokens, time and money."""

from playground import metering
from playground.answers import live_reply as replies
from playground.metering import Price, Timings, Usage
from playground.money import figures
from playground.store import Spent, StoredReply


def meter_text(reply: StoredReply, *, costs: bool = True) -> str:
    """Tokens in and out, cost, time to the first token, total time, speed, waits; unknown figures are left out.

    Without `costs` the cost is left out too.
    """
    usage, timings, parts = reply.usage, reply.timings, []
    if usage is not None:
        cached = f" ({usage.cached_tokens:,} cached)" if usage.cached_tokens else ""
        parts.append(f"{figures.tokens(usage.prompt_tokens, estimated=usage.estimated)} in{cached}")
        parts.append(f"{figures.tokens(usage.completion_tokens, estimated=usage.estimated)} out")
        parts += [money(reply)] if costs else []
    if timings.first_token_s is not None:
        parts.append(f"first token {figures.seconds(timings.first_token_s)}")
    if timings.total_s:
        parts.append(f"total {figures.seconds(timings.total_s)}")
    if usage is not None and (speed := reply.tokens_per_second) is not None:
        parts.append(f"{'~' if usage.estimated else ''}{speed:.0f} tok/s")
    parts += [f"{metering.WAITS[name]} {figures.seconds(seconds)}" for name, seconds in timings.notable_waits().items()]
    return " · ".join(parts)


def live_meter(reply: replies.LiveReply, price: Price | None, *, costs: bool = True) -> str:
    """Tokens, time, speed and, with `costs`, cost of an answer so far: all estimates except the time."""
    sent_at, count = reply.exchange.sent_at, reply.tokens_so_far
    if sent_at is None or reply.first_token_s is None:
        return ""
    elapsed_s = reply.exchange.clock() - sent_at
    parts = [f"~{count:,} out", f"{elapsed_s:.1f} s" if elapsed_s < 60 else figures.seconds(elapsed_s)]
    usage = Usage(reply.prompt_tokens or 0, count, estimated=True)
    if (speed := metering.tokens_per_second(usage, Timings(reply.first_token_s, elapsed_s))) is not None:
        parts.append(f"~{speed:.0f} tok/s")
    if costs:
        free = price is not None and price.free
        parts.append("$0 local" if free else figures.usd(metering.cost(usage, price), estimated=True))
    return " · ".join(parts)


def money(reply: StoredReply) -> str:
    """The cost of an answer; after a server's bill, in brackets, the cost by unit prices if it differs."""
    if reply.cached:
        return "$0 cached"
    charge = reply.charge
    if charge.billed:
        return f"{figures.usd(reply.cost)} billed{_in_brackets(reply)}"
    if reply.price is not None and reply.price.free:
        return "$0 local"
    return figures.usd(reply.cost, estimated=charge.estimated)


def meter_help(reply: StoredReply) -> str:
    """Sentences about who counted the tokens and how the cost was computed; empty where there is no usage."""
    usage, price = reply.usage, reply.price
    if usage is None:
        return ""
    sentences = ["Counted by us: an estimate." if usage.estimated else "Tokens as the server counted them."]
    if reply.cached:
        sentences.append("A gateway answered from its cache: nothing was charged.")
    elif usage.billed is not None:
        where = f" ({usage.billed_by})" if usage.billed_by else ""
        sentences.append(f"The cost is what the server billed{where}: exactly {figures.usd_exactly(usage.billed)}.")
        if (computed := _computed(reply)) is not None:
            sentences.append(f"{_basis(reply).capitalize()} it would be {computed}.")
    if usage.neurons:
        sentences.append(f"{usage.neurons:g} neurons at $0.011 per 1,000, as the service metered them.")
    elif price is not None and not price.free:
        dated = f", {price.as_of:%Y-%m-%d}" if price.as_of else ""
        sentences.append(f"{figures.unit_price(price)} ({price.source}{dated}).")
        if usage.cached_tokens and price.cached_input is None:
            sentences.append("What cached tokens cost is not known: they are counted like all others.")
    elif price is None and usage.billed is None:
        sentences.append("No price is known for this model.")
    if reply.cost and usage.billed is None:
        sentences.append(f"Exactly {figures.usd_exactly(reply.cost)}.")
    return " ".join(sentences)


def spent_money(spent: Spent) -> str:
    """The cost of several answers together, with the number of those without a known price."""
    money = figures.usd(spent.cost, estimated=spent.cost_estimated)
    if spent.unpriced:
        return f"{money} + {spent.unpriced} unpriced" if spent.cost else "unpriced"
    return money


def _in_brackets(reply: StoredReply) -> str:
    if (computed := _computed(reply)) is None:
        return ""
    return "" if computed == figures.usd(reply.cost) else f" ({computed} {_basis(reply)})"


def _computed(reply: StoredReply) -> str | None:
    """The cost by the service's meter or by unit prices, formatted; None where neither is known."""
    charge = reply.computed
    return None if charge.cost is None else figures.usd(charge.cost, estimated=charge.estimated)


def _basis(reply: StoredReply) -> str:
    return "by neurons" if reply.usage is not None and reply.usage.neurons else "by unit prices"
