"""The settings of a request, and which of them a model takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from playground.models.catalog import ModelCard
from playground.parameters import ParameterSpec, clamp, specs

Form = Literal["messages", "prompt"]


@dataclass(frozen=True, slots=True)
class Setup:
    """The model and everything that is set for it.

    `form` "prompt" sends the last message alone; with `raw` also without the chat template.
    """

    model: str
    system_prompt: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[Mapping[str, Any], ...] = ()
    response_format: Mapping[str, Any] | None = None
    form: Form = "messages"
    raw: bool = False
    reject_if_busy: bool = False
    preset: str = field(default="", compare=False)
    """The id of the preset that it was set by, whatever was changed since; "" for none."""

    @property
    def options(self) -> dict[str, Any]:
        """The options beside model, system prompt and parameters, as JSON; those with default values are left out."""
        chosen = {
            "tools": list(self.tools),
            "response_format": self.response_format,
            "form": self.form,
            "raw": self.raw,
            "reject_if_busy": self.reject_if_busy,
        }
        return {name: value for name, value in chosen.items() if value and value != "messages"}

    @property
    def as_settings(self) -> dict[str, Any]:
        """The setup in the form in which a conversation stores it."""
        return {
            "model": self.model,
            "system_prompt": self.system_prompt,
            "parameters": self.parameters,
            "options": self.options | ({"preset": self.preset} if self.preset else {}),
        }

    def with_options(self, options: Mapping[str, Any]) -> "Setup":
        """The same setup with the `options` of another one."""
        preset = options.get("preset")
        return replace(
            self,
            preset=preset if isinstance(preset, str) else "",
            tools=tuple(options.get("tools", ())),
            response_format=options.get("response_format"),
            form=options.get("form", "messages"),
            raw=options.get("raw", False),
            reject_if_busy=options.get("reject_if_busy", False),
        )


def form_schema(card: ModelCard, form: Form) -> Mapping[str, Any]:
    """The JSON Schema of a model's input form, empty where it has none."""
    return card.schemas.get(form, {})


def form_specs(card: ModelCard, form: Form) -> tuple[ParameterSpec, ...]:
    """The parameters of a model's input form."""
    return specs(form_schema(card, form))


def takes(card: ModelCard, form: Form, option: Literal["tools", "response_format", "raw"]) -> bool:
    """Whether a model takes tools, a response format or raw prompts in a form."""
    if option == "tools" and card.function_calling is False:
        return False
    if option == "response_format" and form == "messages" and card.json_mode:
        return True
    return option in form_schema(card, form).get("properties", {})


def fit(setup: Setup, card: ModelCard) -> tuple[Setup, tuple[str, ...]]:
    """The part of a setup that a model takes, and a note for each thing that was changed or left out."""
    notes: list[str] = []
    if setup.form not in card.schemas:
        if setup.form == "prompt":
            notes.append(f"{card.name} takes no bare prompt: sent as a message")
        setup = replace(setup, form="messages", raw=False)
    if setup.raw and not takes(card, setup.form, "raw"):
        notes.append(f"raw dropped, {card.name} does not take it")
        setup = replace(setup, raw=False)
    if setup.tools and not takes(card, setup.form, "tools"):
        notes.append(f"tools dropped, {card.name} does not take them")
        setup = replace(setup, tools=())
    if setup.response_format and not takes(card, setup.form, "response_format"):
        notes.append(f"response_format dropped, {card.name} does not take it")
        setup = replace(setup, response_format=None)
    known = form_specs(card, setup.form)
    parameters, changed = clamp(_renamed(setup.parameters, known), known, model=card.name)
    return replace(setup, parameters=parameters), (*notes, *changed)


_SYNONYMS = ({"stop", "stop_sequences"}, {"reasoning_effort", "effort"})
"""Names of different vendors for the same parameter."""


def _renamed(parameters: Mapping[str, Any], known: tuple[ParameterSpec, ...]) -> dict[str, Any]:
    """The parameters under the model's own names for them."""
    names = {spec.name for spec in known}
    renamed: dict[str, Any] = {}
    for name, value in parameters.items():
        others = next((same - {name} for same in _SYNONYMS if name in same and name not in names), set())
        renamed[next(iter(others & (names - parameters.keys())), name)] = value
    return renamed
