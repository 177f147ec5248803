"""Formats numbers for people: money, tokens, seconds. Estimates carry `~`; unknown numbers have a word of their own."""

from datetime import datetime, tzinfo
from decimal import Decimal

from playground.metering import Price

SIGNIFICANT = 4


def usd(amount: Decimal | None, *, estimated: bool = False) -> str:
    """Dollars with cents from one dollar up, and with their significant digits below; None is "unpriced"."""
    if amount is None:
        return "unpriced"
    sign = "~" if estimated else ""
    if amount == 0:
        return f"{sign}$0"
    if amount >= 1:
        return f"{sign}${amount:,.2f}"
    digits = SIGNIFICANT - 1 - amount.adjusted()
    rounded = f"{amount:.{digits}f}".rstrip("0")
    whole, _, fraction = rounded.partition(".")
    return f"{sign}${whole}.{fraction:0<2}"


def usd_exactly(amount: Decimal) -> str:
    """Dollars with every digit there is, cents at least."""
    whole, _, fraction = f"{amount.normalize():,f}".partition(".")
    return f"${whole}.{fraction:0<2}" if amount else "$0"


def tokens(count: int | None, *, estimated: bool = False) -> str:
    """A count of tokens with thousands separated."""
    return "unknown" if count is None else f"{'~' if estimated else ''}{count:,}"


def counted(count: int, noun: str) -> str:
    """A count with its noun: "1 answer", "2 answers"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def short_count(count: int | None) -> str:
    """A context window in few characters: 7,968 → "8k", 131,072 → "131k", 1,048,576 → "1M"."""
    if count is None:
        return "?"
    if count < 1000:
        return str(count)
    if count < 999_500:
        return f"{count / 1000:.0f}k"
    return f"{count / 1_000_000:.1f}".removesuffix(".0") + "M"


def seconds(value: float | None) -> str:
    """A duration with three significant digits or so; "–" for None."""
    if value is None:
        return "–"
    value = rounded_seconds(value)
    if value < 10:
        return f"{value:.2f} s"
    return f"{value:.1f} s" if value < 60 else f"{value // 60:.0f} min {value % 60:.0f} s"


def whole_seconds(value: float) -> str:
    """A duration in whole seconds: "3 s", "2 min 5 s"."""
    return f"{value:.0f} s" if value < 59.5 else seconds(value)


def duration(value: float) -> str:
    """A time in its largest fitting unit, such as "40 s", "12 min", "5.6 h" or "23 days"."""
    for limit, size, unit in ((90.0, 1, "s"), (5_400.0, 60, "min"), (172_800.0, 3_600, "h")):
        if value < limit:
            shown = value / size
            return f"{shown:.1f} {unit}" if unit == "h" and shown < 10 else f"{shown:.0f} {unit}"
    return f"{value / 86_400:,.0f} days"


def rounded_seconds(value: float) -> float:
    """A duration rounded as `seconds` shows it: to hundredths below 10 s, tenths below a minute, then whole seconds."""
    for digits, end in ((2, 10), (1, 60)):
        if (rounded := round(value, digits)) < end:
            return rounded
    return round(value, 0)


def unit_price(price: Price | None) -> str:
    """Input and output price per million tokens, in few characters."""
    if price is None:
        return "unpriced"
    if price.free:
        return "local, $0"
    return f"{usd_exactly(price.input)} in / {usd_exactly(price.output)} out per M"


def dated_price(price: Price) -> str:
    """Input, output and cached input price per million tokens, exact, with their date."""
    parts = [f"{usd_exactly(price.input)} in", f"{usd_exactly(price.output)} out"]
    if price.cached_input is not None:
        parts.append(f"{usd_exactly(price.cached_input)} cached in")
    dated = f", {price.as_of:%Y-%m-%d}" if price.as_of else ""
    return f"{' / '.join(parts)} per M{dated}"


def when(moment: datetime, zone: tzinfo | None = None) -> str:
    """A moment in the reader's zone, or in the server's with the name of the zone where the reader's is not known."""
    if zone is not None:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return moment.astimezone().strftime("%Y-%m-%d %H:%M %Z")
