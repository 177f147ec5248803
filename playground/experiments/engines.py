"""Where an experiment can run, and why it cannot run elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from playground.errors import ProviderError
from playground.experiments.cluster.address import cluster_refusal
from playground.experiments.definition import EngineName
from playground.models.catalog import ModelCard
from playground.models.roster import Roster
from playground.providers import Connection


@dataclass(frozen=True, slots=True)
class EngineOffer:
    """One way to run an experiment: what it is called, what it does, and why it cannot be used; "" where it can.

    `instead` is what happens where it cannot be used and is chosen nevertheless.
    """

    name: EngineName
    title: str
    told: str
    why_not: str = ""
    instead: str = "All cells are asked by this app."

    @property
    def possible(self) -> bool:
        """Whether it can be used."""
        return not self.why_not


def engine_offers(cards: Sequence[ModelCard], roster: Roster) -> tuple[EngineOffer, ...]:
    """All ways to run an experiment with some models, the usual one first."""
    return (
        EngineOffer("app", "This app", "Each cell is a request of its own, sent by this app."),
        _batches(cards, roster),
        _cluster(),
    )


def takes_batches(card: ModelCard, connection: Connection) -> bool:
    """Whether a model takes asynchronous batches at a connection."""
    return bool(card.batch) and connection.traits.cloudflare


def _batches(cards: Sequence[ModelCard], roster: Roster) -> EngineOffer:
    able = [card for card in cards if _able(card, roster)]
    others = len(cards) - len(able)
    told = "Cells go to Cloudflare many at a time, beside its limit on requests; it does not say how long it takes."
    if able and others:
        told += " Models that take no batches are asked by this app."
    why_not = "" if able else "None of the models takes batches: Workers AI's are marked “Batch” on the Models page."
    return EngineOffer("batch", "Workers AI batches", told, why_not)


def _able(card: ModelCard, roster: Roster) -> bool:
    try:
        return takes_batches(card, roster.connection(card))
    except ProviderError:
        return False


def _cluster() -> EngineOffer:
    told = "Workers of the Dask cluster ask, with keys of their own, and write into the same database."
    return EngineOffer("cluster", "A cluster", told, cluster_refusal(), instead="A run pauses at once.")
