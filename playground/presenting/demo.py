"""A scripted demo: its steps as a YAML file says them. Values only."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

MOST_DEMO_STEPS = 100
LONGEST_TEXT = 20_000
"""Characters of a prompt, a system prompt or notes."""

ShortText = Annotated[str, Field(max_length=200)]
Prose = Annotated[str, Field(max_length=LONGEST_TEXT)]
Parameters = Annotated[dict[Annotated[str, Field(max_length=100)], JsonValue], Field(max_length=50)]
Hideable = Literal["names", "costs"]
Playing = Literal["live", "recorded", "live, else recorded"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class DemoPane(_Part):
    """One pane: a model with settings of its own, in place of those of the step."""

    model: ShortText = Field("", description="The id of a model; without it the one of the step.")
    system_prompt: Prose | None = Field(None, description="In place of that of the step.")
    parameters: Parameters = Field(default_factory=dict, description="In place of those of the step, each by itself.")


class DemoStep(_Part):
    """One question, or several in the same conversation, and who is asked."""

    title: ShortText = ""
    prompt: Prose = Field("", description="The question.")
    prompts: Annotated[tuple[Prose, ...], Field(max_length=20)] = Field(
        (), description="Several questions, one after the other, in place of `prompt`."
    )
    model: ShortText = Field("", description="The id of a model; without it the one that runs inside the app.")
    system_prompt: Prose = ""
    parameters: Parameters = Field(default_factory=dict)
    response_format: Mapping[str, JsonValue] | None = Field(
        None, description="A JSON Schema or another format that the answer has to follow; for one pane."
    )
    panes: Annotated[tuple[DemoPane, ...], Field(max_length=6)] = Field(
        (), description="Panes beside each other; without them there is one."
    )
    notes: Prose = Field("", description="For the speaker alone.")
    play: Playing = Field(
        "live", description="Whether models are asked, or what a rehearsal recorded is played, or that where they fail."
    )
    patience: Annotated[float, Field(ge=0.5, le=600)] = Field(
        10, description="Seconds without a word after which a recording is played instead."
    )
    hide: tuple[Hideable, ...] | None = Field(None, description="In place of what the demo hides.")
    pause: Annotated[float, Field(ge=0, le=3600)] | None = Field(
        None, description="Seconds after the last answer until the demo goes on by itself; without it a key does."
    )

    @model_validator(mode="after")
    def _check(self) -> "DemoStep":
        if bool(self.prompt.strip()) == bool(self.prompts):
            raise ValueError("a step has either a prompt or prompts")
        if not all(prompt.strip() for prompt in self.questions):
            raise ValueError("a prompt is empty")
        if self.response_format is not None and len(self.panes) > 1:
            raise ValueError("response_format is for a step with one pane")
        return self

    @property
    def questions(self) -> tuple[str, ...]:
        """Its prompts."""
        return self.prompts or (self.prompt,)

    @property
    def all_panes(self) -> tuple[DemoPane, ...]:
        """Its panes with all that they are asked with."""
        return tuple(
            DemoPane(
                model=pane.model or self.model,
                system_prompt=self.system_prompt if pane.system_prompt is None else pane.system_prompt,
                parameters={**self.parameters, **pane.parameters},
            )
            for pane in self.panes or (DemoPane(),)
        )


class Demo(_Part):
    """What is shown, step by step."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    hide: tuple[Hideable, ...] = Field(("costs",), description="What is not shown until its key is pressed.")
    steps: Annotated[tuple[DemoStep, ...], Field(min_length=1, max_length=MOST_DEMO_STEPS)]

    def hidden(self, step: DemoStep) -> tuple[Hideable, ...]:
        """What a step hides."""
        return self.hide if step.hide is None else step.hide


def demo_schema() -> dict[str, Any]:
    """The JSON Schema of a demo's file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A demo of the LLM playground, as YAML",
        **{name: value for name, value in Demo.model_json_schema().items() if name != "title"},
    }
