"""Checks that ask: a model that judges an answer or two of them, and people. Definitions only.

What a judge is asked, and what its words mean: `judge_prompts.py`, `judge_verdicts.py`.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue, field_validator, model_validator

from playground.experiments.checks.seen import CheckPart
from playground.experiments.part import DefinitionPart, LongText, ShortName, Template
from playground.text.cleaning import line

SentParameters = Annotated[dict[ShortName, JsonValue], Field(max_length=50)]
VERDICTS_OF_PAIRS = ("A", "B", "tie")


def named_model(value: Any) -> Any:
    """A model that is written as its id alone, as a mapping."""
    return {"id": value} if isinstance(value, str) else value


class ModelChoice(DefinitionPart):
    """A model: its id alone, or with a connection and parameters of its own."""

    id: Annotated[str, Field(min_length=1, max_length=512)]
    connection: ShortName = Field("", description="The connection that runs it; without it, the one that its id means.")
    parameters: SentParameters = Field(default_factory=dict, description="For this model alone.")


WrittenModel = Annotated[ModelChoice, BeforeValidator(named_model, json_schema_input_type=str | ModelChoice)]


class JudgeChoice(DefinitionPart):
    """What a judge may say, and the score that it stands for."""

    choice: Annotated[str, Field(min_length=1, max_length=60)]
    score: float = Field(ge=0, le=1)


YES_NO = (JudgeChoice(choice="yes", score=1), JudgeChoice(choice="no", score=0))


class _Asking(CheckPart):
    prompt: Template = Field(description="What is judged, with {{expected}}, variables, {{question}} and {{answer}}.")
    model: WrittenModel | None = Field(None, description="Who judges, in place of the experiment's judge.")
    system_prompt: LongText | None = Field(None, description="In place of the one that judges get otherwise.")

    @property
    def label(self) -> str:
        return f"{super().label} {line(self.prompt, 40)}"


class JudgeCheck(_Asking):
    """A model is asked about the answer, and chooses one of some words."""

    check: Literal["judge"]
    choices: Annotated[tuple[JudgeChoice, ...], Field(min_length=2, max_length=20)] = Field(
        YES_NO, description="What the judge may say, with the score that each stands for."
    )
    threshold: float = Field(0.5, ge=0, le=1, description="The score from which on it passes.")

    @field_validator("choices")
    @classmethod
    def _distinct(cls, choices: tuple[JudgeChoice, ...]) -> tuple[JudgeChoice, ...]:
        if len({choice.choice.casefold() for choice in choices}) < len(choices):
            raise ValueError("two choices are the same word")
        return choices


class PairwiseCheck(_Asking):
    """A model is asked which of two answers is better: this one or that of another variant, in both orders.

    It passes where the other one is not better in both.
    """

    check: Literal["pairwise"]
    against: ShortName = Field(description="The variant whose answer by the same model to the same row is beside it.")

    @model_validator(mode="after")
    def _no_answer(self) -> "PairwiseCheck":
        from playground.presets.template import prompt_variables

        if "answer" in prompt_variables(self.prompt):
            raise ValueError("the prompt of a pairwise check shows both answers by itself: leave out {{answer}}")
        return self


class LabelCheck(CheckPart):
    """A person says whether the answer is good, without seeing which variant and model it is of."""

    check: Literal["label"]
    prompt: LongText = Field("", description="What the person is asked.")
