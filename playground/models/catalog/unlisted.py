"""Cards for models that are not in the snapshot: those on this machine, and those of other servers."""

from decimal import Decimal

from playground.connections.kinds import KINDS
from playground.models.catalog.card import ContextWindow, ModelCard, PriceQuote, id_at
from playground.models.catalog.families import family


def local_card(
    model_id: str,
    name: str,
    context_tokens: int | None = None,
    license: str | None = None,
    *,
    license_url: str | None = None,
    author: str = "",
    description: str = "",
    info_url: str | None = None,
    function_calling: bool | None = None,
    json_mode: bool | None = None,
) -> ModelCard:
    """The card of a model that runs on this machine: llama.cpp's parameters, and a price of 0."""
    parameters = family("local")
    windows = () if context_tokens is None else (ContextWindow(tokens=context_tokens, source="The model's own file"),)
    return ModelCard(
        id=model_id,
        name=name,
        author=author,
        provider="local",
        description=description,
        context_windows=windows,
        prices=(PriceQuote(input=Decimal(0), output=Decimal(0), source="Runs on this machine", free=True),),
        function_calling=function_calling,
        vision=False,
        json_mode=json_mode,
        license=license,
        license_url=license_url,
        info_url=info_url,
        family=parameters.name,
        family_source=parameters.source,
        schemas=parameters.schemas(),
        sources=("The model's own file",),
        tokenizer="llama.cpp",
    )


def listed_card(model_id: str, *, kind: str = "openai_compatible", connection: str | None = None) -> ModelCard:
    """The card of a model that a server lists: the parameters of its kind, everything else unknown.

    With the name of a connection the card's id is `connection/model_id`, so that servers may offer the same model.
    """
    parameters = family(KINDS[kind].family)
    source = "The server's list of models"
    return ModelCard(
        id=model_id if connection is None else id_at(connection, model_id),
        name=model_id.rpartition("/")[2] or model_id,
        author="",
        provider=kind,
        connection=connection,
        family=parameters.name,
        family_inferred=True,
        family_source=parameters.source,
        schemas=parameters.schemas(),
        sources=(source,),
    )
