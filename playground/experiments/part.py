"""What all parts of an experiment's file have in common."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from playground.presets.template import prompt_variables

LONGEST_PROSE = 200_000
"""Characters of a prompt, a text of a message or a value."""


class DefinitionPart(BaseModel):
    """A part of an experiment's file: it never changes, and takes no names that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _template(text: str) -> str:
    prompt_variables(text)
    return text


ShortName = Annotated[str, Field(max_length=200)]
LongText = Annotated[str, Field(max_length=LONGEST_PROSE)]
Template = Annotated[str, Field(max_length=LONGEST_PROSE), AfterValidator(_template)]
"""A text with `{{variables}}`."""
