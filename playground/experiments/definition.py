"""What an experiment's file says: rows, variants, models, axes, repetitions, checks and limits. Values only."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, JsonValue, field_validator, model_validator
from pydantic_core import PydanticCustomError

from playground.conversation.formats import as_tools
from playground.experiments.checks.check import Check
from playground.experiments.checks.judging import JudgeCheck, PairwiseCheck, SentParameters, WrittenModel
from playground.experiments.part import DefinitionPart, LongText, ShortName, Template
from playground.experiments.rows import MOST_DATASET_ROWS, DataRow
from playground.messages import Message
from playground.presets.template import fill, prompt_variables, template_of

MOST_VARIANTS = 50
MOST_MODELS = 50
MOST_AXES = 10
MOST_AXIS_VALUES = 100
REPETITIONS_AT_MOST = 1_000
KeptExchanges = Literal["errors", "all"]
EngineName = Literal["app", "batch", "cluster"]


class TemplateMessage(DefinitionPart):
    """One message of a variant's prompt."""

    role: Literal["system", "user", "assistant"] = "user"
    content: Template


def _tools(tools: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    return as_tools(list(tools))


class PromptVariant(DefinitionPart):
    """One way to ask: a prompt or messages with `{{variables}}`, a system prompt, and parameters."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    prompt: Template = Field("", description="The question, with {{variables}}.")
    messages: Annotated[tuple[TemplateMessage, ...], Field(max_length=100)] = Field(
        (), description="A conversation that ends with a question, in place of `prompt`."
    )
    system_prompt: LongText = Field("", description="With {{variables}}; one that is no valid template has none.")
    parameters: SentParameters = Field(default_factory=dict)
    tools: Annotated[tuple[dict[str, JsonValue], ...], Field(max_length=128), AfterValidator(_tools)] = ()
    response_format: dict[str, JsonValue] | None = Field(None, description="As in a request in OpenAI's form.")
    preset: ShortName = Field("", description="The preset that it was made from.")

    @model_validator(mode="after")
    def _one_question(self) -> "PromptVariant":
        if bool(self.prompt.strip()) == bool(self.messages):
            raise ValueError("a variant has either a prompt or messages")
        if self.messages and self.messages[-1].role != "user":
            raise ValueError("the last message is the user's")
        return self

    @property
    def all_messages(self) -> tuple[TemplateMessage, ...]:
        """Its messages, the system prompt first where there is one."""
        asked = self.messages or (TemplateMessage(content=self.prompt),)
        if not self.system_prompt.strip():
            return asked
        return (TemplateMessage(role="system", content=template_of(self.system_prompt)), *asked)

    def filled(self, values: Mapping[str, str]) -> list[Message]:
        """Its messages with the values of a row, as they are sent: an empty value is one, an empty system prompt none.

        Raises UnfilledError where a value is missing.
        """
        filled = (
            Message(message.role, fill(message.content, values, may_be_blank=True)) for message in self.all_messages
        )
        return [message for message in filled if message.role != "system" or message.text.strip()]

    def is_empty_with(self, values: Mapping[str, str]) -> bool:
        """Whether the values of a row leave a message without a word, which is not sent: most services refuse it.

        One that is written empty is meant so, and sent. Raises UnfilledError where a value is missing.
        """
        asked = (message for message in self.all_messages if message.role != "system" and message.content.strip())
        return any(not fill(message.content, values, may_be_blank=True).strip() for message in asked)

    @property
    def variable_names(self) -> tuple[str, ...]:
        """The names of its variables, in their order."""
        return prompt_variables(*(message.content for message in self.all_messages))


class Dataset(DefinitionPart):
    """Rows that are written here, or a file beside this one."""

    name: ShortName = ""
    rows: Annotated[tuple[DataRow, ...], Field(max_length=MOST_DATASET_ROWS)] = ()
    file: Annotated[str, Field(max_length=500)] = Field(
        "", description="CSV, JSON Lines or Parquet in the folder of this file, or below it."
    )
    split: ShortName = Field("", description="Only rows of this split.")

    @model_validator(mode="after")
    def _one_source(self) -> "Dataset":
        if bool(self.rows) == bool(self.file):
            raise ValueError("a dataset has either rows or a file")
        return self


class SpendingLimits(DefinitionPart):
    """What an experiment may take at most."""

    max_cost: Annotated[Decimal, Field(gt=0, le=1_000_000)] | None = Field(None, description="USD, judges included.")


class EarlyStop(DefinitionPart):
    """Looks at results before the end, declared beforehand: a pair of variants that differs clearly is not asked on."""

    looks: Annotated[int, Field(ge=2, le=20)] = Field(4, description="How often is looked, the last time at the end.")
    alpha: Annotated[float, Field(gt=0, lt=0.5)] = Field(0.05, description="The chance of a false alarm in all looks.")


_Axis = Annotated[tuple[JsonValue, ...], Field(min_length=1, max_length=MOST_AXIS_VALUES)]


class Definition(DefinitionPart):
    """What is tried on what, and how its answers are checked."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    description: LongText = ""
    dataset: Dataset
    variants: Annotated[tuple[PromptVariant, ...], Field(min_length=1, max_length=MOST_VARIANTS)]
    models: Annotated[tuple[WrittenModel, ...], Field(min_length=1, max_length=MOST_MODELS)]
    axes: Annotated[dict[ShortName, _Axis], Field(max_length=MOST_AXES)] = Field(
        default_factory=dict, description="Values of parameters, each of which is tried with each of the others."
    )
    repetitions: Annotated[int, Field(ge=1, le=REPETITIONS_AT_MOST)] = 1
    checks: Annotated[tuple[Check, ...], Field(max_length=50)] = ()
    judge: WrittenModel | None = Field(None, description="The model that judges where a check names none.")
    limits: SpendingLimits = SpendingLimits()
    baseline: ShortName = Field("", description="The id of a run that this one is compared with.")
    early_stop: EarlyStop | None = None
    engine: EngineName = "app"
    exchanges: KeptExchanges = Field("errors", description="Of which answers all that came over the wire is kept.")

    @field_validator("variants")
    @classmethod
    def _distinct(cls, variants: tuple[PromptVariant, ...]) -> tuple[PromptVariant, ...]:
        names = [variant.name for variant in variants]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"two variants are called {twice[0]!r}")
        return variants

    @field_validator("axes")
    @classmethod
    def _values_once(cls, axes: dict[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
        for name, values in axes.items():
            if any(values[at] in values[:at] for at in range(len(values))):
                raise ValueError(f"a value of {name} is there twice")
        return axes

    @model_validator(mode="after")
    def _judged(self) -> "Definition":
        names = [variant.name for variant in self.variants]
        for check in (*self.checks, *(check for row in self.dataset.rows for check in row.checks)):
            if isinstance(check, JudgeCheck | PairwiseCheck) and check.model is None and self.judge is None:
                raise PydanticCustomError(
                    "no_judge", "the check {check} asks a model: name one as `judge`", {"check": repr(check.called)}
                )
            if isinstance(check, PairwiseCheck) and check.against not in names:
                number = next((at for at, one in enumerate(self.checks) if one is check), None)
                raise PydanticCustomError(
                    "no_opponent",
                    "no variant is called {against}, which a pairwise check is against",
                    {"against": repr(check.against), "number": number},
                )
        return self

    @model_validator(mode="after")
    def _looks_at_rows(self) -> "Definition":
        if self.early_stop is not None and self.repetitions > 1:
            raise PydanticCustomError("looks_with_repetitions", "early_stop looks at rows: set repetitions to 1")
        return self

    def variant(self, name: str) -> PromptVariant:
        """The variant of a name. Raises KeyError where there is none."""
        return {variant.name: variant for variant in self.variants}[name]

    def checks_of(self, row: DataRow) -> tuple[Check, ...]:
        """The checks of a row: those of the experiment, then its own."""
        return (*self.checks, *row.checks)


def unfilled(variants: Iterable[PromptVariant], rows: Sequence[DataRow]) -> dict[str, int]:
    """Variables that some rows do not have, each with the number of these rows; an empty value is one."""
    return _counted(variants, rows, lambda values, name: name not in values)


def blank_values(variants: Iterable[PromptVariant], rows: Sequence[DataRow]) -> dict[str, int]:
    """Variables whose value is empty in some rows, each with the number of these rows."""
    return _counted(variants, rows, lambda values, name: name in values and not values[name].strip())


def _counted(
    variants: Iterable[PromptVariant], rows: Sequence[DataRow], counts: Callable[[Mapping[str, str], str], bool]
) -> dict[str, int]:
    names = dict.fromkeys(name for variant in variants for name in variant.variable_names)
    found = {name: sum(counts(row.values, name) for row in rows) for name in names}
    return {name: count for name, count in found.items() if count}


def empty_messages(variants: Iterable[PromptVariant], rows: Sequence[DataRow]) -> dict[str, int]:
    """Variants with which some rows make a message without a word, each with the number of these rows."""
    found: dict[str, int] = {}
    for variant in variants:
        if variant.is_empty_with(dict.fromkeys(variant.variable_names, "")):
            names = variant.variable_names
            asked = (row.values for row in rows if all(name in row.values for name in names))
            found[variant.name] = sum(
                variant.is_empty_with(values) for values in asked if any(not values[name].strip() for name in names)
            )
    return {name: count for name, count in found.items() if count}


def experiment_schema() -> dict[str, Any]:
    """The JSON Schema of an experiment's file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An experiment of the LLM playground, as YAML",
        **{name: value for name, value in Definition.model_json_schema().items() if name != "title"},
    }
