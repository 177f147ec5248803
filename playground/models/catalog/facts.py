"""A card as a list of facts in words, each with its source; and several cards side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from playground.models.catalog.card import ModelCard, PriceQuote
from playground.models.catalog.filtering import ABILITIES, Ability, has_ability
from playground.parameters import InputForm
from playground.parameters.overview import overview

ABILITY_NAMES: dict[Ability, str] = {
    "tools": "Function calling",
    "reasoning": "Reasoning",
    "vision": "Vision",
    "json": "JSON mode",
    "lora": "LoRA",
    "batch": "Batch",
}
NOT_KNOWN = "not known"
ABSENT = "–"


@dataclass(frozen=True, slots=True)
class Claim:
    """A value by one source; `source` is empty where the card has none for this fact alone."""

    value: str
    source: str = ""
    as_of: date | None = None
    official: bool = True


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact with every value that sources give for it, the one that counts first."""

    name: str
    claims: tuple[Claim, ...]

    @property
    def disputed(self) -> bool:
        """Whether the sources disagree."""
        return len({claim.value for claim in self.claims}) > 1

    @property
    def value(self) -> str:
        """The value that counts."""
        return self.claims[0].value


@dataclass(frozen=True, slots=True)
class Contrast:
    """One fact of several models, in their order."""

    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the models have different values."""
        return len(set(self.values)) > 1


def facts(card: ModelCard, today: date) -> tuple[Fact, ...]:
    """All facts about a model except its parameters, each with its sources; unknown ones are NOT_KNOWN."""
    windows = tuple(
        Claim(f"{window.tokens:,} tokens", window.source, window.as_of, window.official)
        for window in card.context_windows
    )
    prices = tuple(Claim(price_text(quote), quote.source, quote.as_of, quote.official) for quote in card.prices)
    answer = card.default_max_tokens
    return (
        _fact("Task", Claim(card.task)),
        _fact("Author", Claim(card.author or NOT_KNOWN)),
        _fact("Context window", *(windows or (Claim(NOT_KNOWN),))),
        _fact("Answer when nothing is set", Claim(f"{answer:,} tokens" if answer else NOT_KNOWN, card.family_source)),
        _fact("Price", *(prices or (Claim("unpriced"),))),
        *(_fact(ABILITY_NAMES[ability], Claim(_yes_or_no(has_ability(card, ability)))) for ability in ABILITIES),
        _fact("Reasoning effort", Claim(_efforts(card))),
        _fact("Takes", Claim(", ".join(card.input_modalities))),
        _fact("Gives", Claim(", ".join(card.output_modalities))),
        _fact("Runs at", Claim(card.traits.place_in_full if card.connection is None else card.connection)),
        _fact(
            "Paid plan",
            Claim("needed" if card.requires_paid_plan else "not needed" if card.traits.cloudflare else ABSENT),
        ),
        _fact("Requests per minute", Claim(_count(card.requests_per_minute, card), _limits(card))),
        _fact(
            "Licence",
            Claim(card.license or ("see its page" if card.license_url else NOT_KNOWN), card.license_url or ""),
        ),
        _fact("Added", Claim(f"{card.added:%Y-%m-%d}" if card.added else NOT_KNOWN)),
        _fact("Lifecycle", _lifecycle(card, today)),
        _fact("Parameters", Claim(_family(card), card.family_source)),
    )


def contrasts(cards: Sequence[ModelCard], today: date) -> tuple[Contrast, ...]:
    """The facts of several models side by side, each by the source that counts."""
    columns = [{fact.name: fact.value for fact in facts(card, today)} for card in cards]
    return tuple(Contrast(name, tuple(values[name] for values in columns)) for name in (columns[0] if columns else ()))


def parameter_contrasts(cards: Sequence[ModelCard]) -> tuple[Contrast, ...]:
    """Every parameter of the models' messages form (or their only one) in words, `–` where one does not take it."""
    columns: list[dict[str, str]] = []
    for card in cards:
        lines = next((overview({form: card.schemas[form]}) for form in _FORMS if form in card.schemas), ())
        columns.append({line.name: line.variants[0].summary for line in lines})
    names = dict.fromkeys(name for values in columns for name in values)
    return tuple(Contrast(name, tuple(values.get(name, ABSENT) for values in columns)) for name in names)


def price_text(quote: PriceQuote) -> str:
    """A price in words: USD per million tokens in, cached, and out."""
    if quote.free:
        return "local, $0"
    cached = "" if quote.cached_input is None else f" / ${quote.cached_input.normalize():f} cached"
    return f"${quote.input.normalize():f} in{cached} / ${quote.output.normalize():f} out per M tokens"


_FORMS: tuple[InputForm, ...] = ("messages", "prompt", "batch")


def _fact(name: str, *claims: Claim) -> Fact:
    return Fact(name, claims)


def _yes_or_no(value: bool | None) -> str:
    return {True: "yes", False: "no", None: NOT_KNOWN}[value]


def _count(count: int | None, card: ModelCard) -> str:
    return f"{count:,}" if count is not None else NOT_KNOWN if card.traits.cloudflare else ABSENT


def _limits(card: ModelCard) -> str:
    known = card.requests_per_minute is not None
    return "https://developers.cloudflare.com/workers-ai/platform/limits/" if known else ""


def _efforts(card: ModelCard) -> str:
    efforts = (card.reasoning_effort or {}).get("supported_efforts")
    if not efforts:
        return NOT_KNOWN if card.reasoning else ABSENT
    default = (card.reasoning_effort or {}).get("default_effort")
    return ", ".join(map(str, efforts)) + (f"; {default} when nothing is set" if default else "")


def _lifecycle(card: ModelCard, today: date) -> Claim:
    if card.retirement is None:
        return Claim("current")
    verb = "retired" if card.retired(today) else "retires"
    successor = f", successor {card.retirement.successor}" if card.retirement.successor else ""
    return Claim(f"{verb} {card.retirement.on:%Y-%m-%d}{successor}", card.retirement.source)


def _family(card: ModelCard) -> str:
    if not card.family:
        return NOT_KNOWN
    return f"{card.family}, as its relatives have them" if card.family_inferred else card.family
