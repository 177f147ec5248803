"""A check of how like a text an answer is in what it means: by the embeddings of both, from a model that is named."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from playground.experiments.checks.seen import CheckPart, Told, UntoldError
from playground.experiments.part import DefinitionPart, ShortName, Template

LONGEST_MEANT = 20_000
"""Characters of each of the two texts."""


class EmbeddingChoice(DefinitionPart):
    """A model of embeddings: its id alone, or with a connection."""

    id: Annotated[str, Field(min_length=1, max_length=512)]
    connection: ShortName = Field("", description="The connection that runs it; without it, the one that its id means.")


def _named(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


class SimilarMeaning(CheckPart):
    """The answer means about the same as a text: the cosine of their embeddings reaches the threshold.

    Its score is the cosine, and 0 where that is below 0.
    """

    check: Literal["similar_meaning"]
    value: Template = Field(description="A text, such as {{expected}}.")
    model: Annotated[EmbeddingChoice, BeforeValidator(_named, json_schema_input_type=str | EmbeddingChoice)] = Field(
        description="The model of embeddings: figures of two models are not comparable."
    )
    threshold: float = Field(0.8, ge=-1, le=1, description="The cosine from which on it passes.")

    @property
    def label(self) -> str:
        return f"means about the same, cosine at least {self.threshold:g}"

    def told(self, said: str) -> Told:
        """What it finds by the cosine that was made of the two texts. Raises UntoldError."""
        try:
            cosine = float(said)
        except ValueError:
            raise UntoldError("there is no cosine") from None
        return Told(cosine >= self.threshold, max(cosine, 0.0), f"cosine {cosine:.3f}")
