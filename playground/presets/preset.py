"""A preset: a named setup with a prompt."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    JsonValue,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from playground.conversation.formats import as_schema, as_tools
from playground.conversation.setup import Form, Setup, fit
from playground.models.catalog import ModelCard
from playground.money.figures import counted
from playground.presets.refusal import PresetError, refused
from playground.presets.template import fill, is_filled, name_of, prompt_variables, template_of
from playground.text.cleaning import REPLACEMENT
from playground.text.json_value import TOO_DEEP, harmless

LONGEST_PRESET_NAME = 120


def _name(written: str) -> str:
    name = " ".join(written.split())
    if not name:
        raise ValueError("a preset needs a name")
    if len(name) > LONGEST_PRESET_NAME:
        raise ValueError(f"at most {LONGEST_PRESET_NAME} characters")
    if not name.isprintable() or REPLACEMENT in name:
        raise ValueError("only signs that can be seen")
    return name


def _joined(written: Any) -> Any:
    """A text that files may hold as a list of lines."""
    lines = isinstance(written, list) and all(isinstance(line, str) for line in written)
    return "\n".join(written) if lines else written


def _sorted(parameters: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return dict(sorted(parameters.items()))


def _tools(tools: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    return as_tools(list(tools))


def _response_format(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if value is None or dict(value) == {"type": "text"}:
        return None
    match value.get("type"):
        case "json_object" if len(value) == 1:
            return dict(value)
        case "json_schema" if set(value) == {"type", "json_schema"}:
            return {"type": "json_schema", "json_schema": as_schema(value["json_schema"])}
    raise ValueError('either {"type": "json_object"} or {"type": "json_schema", "json_schema": …}')


_JoinedText = Annotated[str, BeforeValidator(_joined)]


class Preset(BaseModel):
    """A named setup and a first prompt. What is not set is empty.

    `variables` are the initial values of the `{{variables}}` of both prompts. A system prompt that is no valid template
    has no variables. Addresses and keys are never part of a preset.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, AfterValidator(_name)]
    description: _JoinedText = ""
    model: str = ""
    """Empty for the chosen model."""
    system_prompt: _JoinedText = ""
    parameters: Annotated[dict[str, JsonValue], AfterValidator(_sorted)] = {}
    tools: Annotated[tuple[dict[str, JsonValue], ...], AfterValidator(_tools)] = ()
    response_format: Annotated[dict[str, JsonValue] | None, AfterValidator(_response_format)] = None
    form: Form = "messages"
    raw: bool = False
    reject_if_busy: bool = False
    prompt: _JoinedText = ""
    variables: dict[str, str] = {}

    @field_validator("raw")
    @classmethod
    def _raw_prompt(cls, raw: bool, known: ValidationInfo) -> bool:
        if raw and known.data.get("form") == "messages":
            raise ValueError('needs the form "prompt"')
        return raw

    @field_validator("prompt")
    @classmethod
    def _template(cls, prompt: str) -> str:
        prompt_variables(prompt)
        return prompt

    @field_validator("variables")
    @classmethod
    def _of_the_prompts(cls, variables: dict[str, str], known: ValidationInfo) -> dict[str, str]:
        if not {"system_prompt", "prompt"} <= known.data.keys():
            return variables
        names = prompt_variables(template_of(known.data["system_prompt"]), known.data["prompt"])
        values = {name_of(name): value for name, value in variables.items()}
        if unknown := [name for name in values if name not in names]:
            raise ValueError(f"the prompt has no {{{{{unknown[0]}}}}}")
        return {name: values[name] for name in names if values.get(name)}

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        try:
            size = len(json.dumps(self.model_dump(), allow_nan=False, ensure_ascii=False).encode())
        except UnicodeEncodeError:  # of a preset made without `read`
            raise ValueError("half of a surrogate pair is no text") from None
        except ValueError:
            raise ValueError("numbers must be finite") from None
        if size > LARGEST_PRESET:
            raise ValueError(f"{size:,} bytes; at most {LARGEST_PRESET:,}")
        return self

    @classmethod
    def read(cls, value: Any) -> Self:
        """A preset from a JSON value. Raises PresetError, which names each invalid field."""
        try:
            return cls.model_validate(harmless(value))
        except ValidationError as error:
            raise refused(error) from None
        except ValueError as error:
            raise PresetError(str(error)) from None
        except RecursionError:
            raise PresetError(TOO_DEEP) from None

    @classmethod
    def of(cls, setup: Setup, name: str, **more: Any) -> Self:
        """A preset of a setup. Raises PresetError."""
        return cls.read({"name": name, "model": setup.model, **_set_in(setup), **more})

    def with_setup(self, setup: Setup, values: Mapping[str, str] | None = None) -> Self:
        """The same preset with another setup. Raises PresetError.

        If the setup's system prompt is the preset's own with `values` filled in, the preset's own stays.
        """
        same = setup.system_prompt == self.instructions(values or {})
        setup = replace(setup, system_prompt=self.system_prompt) if same else setup
        names = prompt_variables(template_of(setup.system_prompt), self.prompt)
        defaults = {name: value for name, value in self.variables.items() if name in names}
        unchanged = self.model_dump(include={"name", "description", "prompt"})
        return self.of(setup, **unchanged, variables=defaults)

    @property
    def as_json(self) -> dict[str, Any]:
        """The fields that are set, in a fixed order."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @property
    def variable_names(self) -> tuple[str, ...]:
        """The names of all variables, those of the system prompt first."""
        return prompt_variables(template_of(self.system_prompt), self.prompt)

    @property
    def system_variables(self) -> tuple[str, ...]:
        """The names of the system prompt's variables."""
        return prompt_variables(template_of(self.system_prompt))

    def setup(self, model: str = "") -> Setup:
        """The setup of a chat, with `model` in place of its own."""
        return Setup(
            model or self.model,
            self.system_prompt,
            self.parameters,
            self.tools,
            self.response_format,
            self.form,
            self.raw,
            self.reject_if_busy,
        )

    def fitted(self, chosen: str, find: Callable[[str], ModelCard | None]) -> tuple[Setup, tuple[str, ...]]:
        """The setup of a chat fitted to its model, `chosen` if the preset has none, and a note for each change.

        `find` returns the card of a name; without a card nothing is fitted.
        """
        model = self.model or chosen
        card = find(model)
        return (self.setup(model), ()) if card is None else fit(self.setup(card.id), card)

    def unfilled(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """The names of the variables that have no value."""
        return tuple(name for name in self.variable_names if not is_filled(values.get(name)))

    def instructions(self, values: Mapping[str, str]) -> str:
        """The system prompt with values filled in; a variable without a value stays as `{{name}}`."""
        gaps = {name: f"{{{{{name}}}}}" for name in self.unfilled(values)}
        return fill(template_of(self.system_prompt), {**values, **gaps})

    def filled(self, values: Mapping[str, str]) -> str:
        """The prompt with values filled in. Raises UnfilledError."""
        return fill(self.prompt, values)

    def renamed(self, name: str) -> Self:
        """The same preset with another name. Raises PresetError."""
        return self.read({**self.model_dump(), "name": name})

    def mentions(self, search: str) -> bool:
        """Whether all words of a search are in its name, description, model or texts, in any case."""
        texts = (self.name, self.description, self.model, self.system_prompt, self.prompt, *self.settings_labels)
        everything = "\n".join(texts).casefold()
        return all(word in everything for word in search.casefold().split())

    @property
    def settings_labels(self) -> tuple[str, ...]:
        """What is set, in a few words each, without the model."""
        labels = [
            _listed("system prompt", self.system_variables) if self.system_prompt else "",
            *(f"{name} {_short(value)}" for name, value in self.parameters.items()),
            counted(len(self.tools), "tool") if self.tools else "",
            {"json_object": "JSON object", "json_schema": "JSON schema"}.get(
                str((self.response_format or {}).get("type")), ""
            ),
            "raw prompt" if self.raw else "bare prompt" if self.form == "prompt" else "",
            "reject if busy" if self.reject_if_busy else "",
            _listed("prompt", prompt_variables(self.prompt)) if self.prompt else "",
        ]
        return tuple(filter(None, labels))

    def holding(self, secrets: Iterable[str]) -> str | None:
        """The first field that contains one of these secrets; None where there is none."""
        known = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]
        for field, value in self.model_dump().items():
            if any(secret in text for text in _texts(value) for secret in known):
                return field
        return None


LARGEST_PRESET = 1_000_000
"""Bytes of a preset."""
SHORTEST_SECRET = 8
"""Shorter secrets are not searched for: they may be part of any text."""


def _listed(label: str, names: Iterable[str]) -> str:
    return " ".join((label, *(f"{{{{{name}}}}}" for name in names)))


def _set_in(setup: Setup) -> dict[str, Any]:
    return {"system_prompt": setup.system_prompt, "parameters": dict(setup.parameters), **setup.options}


def _short(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 24 else f"{shown[:23]}…"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield str(name)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
