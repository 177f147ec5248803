"""The models that make vectors of texts: those of connections by their ids, and Workers AI's, which no chat can ask."""

from decimal import Decimal

from playground.experiments.candidates import chosen_card
from playground.experiments.checks.judging import ModelChoice
from playground.experiments.checks.meaning import EmbeddingChoice
from playground.models.catalog import ModelCard
from playground.models.catalog.card import PriceQuote
from playground.models.roster import Roster

_PRICES = {
    "@cf/baai/bge-small-en-v1.5": "0.020",
    "@cf/baai/bge-base-en-v1.5": "0.067",
    "@cf/baai/bge-large-en-v1.5": "0.204",
    "@cf/baai/bge-m3": "0.012",
}
"""USD per million tokens, by Cloudflare's page of prices."""
_SOURCE = "https://developers.cloudflare.com/workers-ai/platform/pricing/"


def embedding_card(choice: EmbeddingChoice, roster: Roster) -> ModelCard:
    """The card of a chosen model. Raises ProviderError where nothing runs it."""
    at, slash, wire = ("", "/", choice.id[1:]) if choice.id.startswith("@") else choice.id.partition("/@")
    if not slash:
        return chosen_card(ModelChoice(id=choice.id, connection=choice.connection), roster)
    wire_id, name = f"@{wire}", choice.connection or at
    price = _PRICES.get(wire_id)
    quotes = () if price is None else (PriceQuote(input=Decimal(price), output=Decimal(0), source=_SOURCE),)
    card = ModelCard(
        id=f"{name}/{wire_id}" if name else wire_id,
        name=wire_id.rpartition("/")[2],
        author=wire_id.split("/")[1] if wire_id.count("/") > 1 else "",
        provider="workers_ai",
        connection=name or None,
        task="Text Embeddings",
        prices=quotes,
    )
    roster.connection(card)
    return card
