"""What a prompt is sent with, and how much of it a model takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from playground.models.catalog import ModelCard
from playground.parameters import ParameterSpec, clamp, specs

Form = Literal["messages", "prompt"]


@dataclass(frozen=True, slots=True)
class Setup:
    """The model and everything that is set for it.

    `form` "prompt" sends the message alone, without what was said before; `raw` without the chat template too.
    """

    model: str
    system_prompt: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[Mapping[str, Any], ...] = ()
    response_format: Mapping[str, Any] | None = None
    form: Form = "messages"
    raw: bool = False
    reject_if_busy: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """Everything but model, system prompt and parameters, as JSON; what is not set is left out."""
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
        """The same as a conversation keeps it."""
        return {
            "model": self.model,
            "system_prompt": self.system_prompt,
            "parameters": self.parameters,
            "options": self.options,
        }

    def with_options(self, options: Mapping[str, Any]) -> "Setup":
        """The same with what `options` of another setup says."""
        return replace(
            self,
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


def takes(card: ModelCard, form: Form, what: Literal["tools", "response_format", "raw"]) -> bool:
    """Whether a form of a model has a place for tools, for a response format, for raw prompts."""
    if what == "tools" and card.function_calling is False:
        return False
    if what == "response_format" and form == "messages" and card.json_mode:
        return True
    return what in form_schema(card, form).get("properties", {})


def fit(setup: Setup, card: ModelCard) -> tuple[Setup, tuple[str, ...]]:
    """As much of a setup as a model takes, and a sentence for each thing that was changed or left out."""
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


_SAME = ({"stop", "stop_sequences"}, {"reasoning_effort", "effort"})
"""What vendors call by different names."""


def _renamed(parameters: Mapping[str, Any], known: tuple[ParameterSpec, ...]) -> dict[str, Any]:
    """The parameters by the names that a model has for them."""
    names = {spec.name for spec in known}
    renamed: dict[str, Any] = {}
    for name, value in parameters.items():
        others = next((same - {name} for same in _SAME if name in same and name not in names), set())
        renamed[next(iter(others & (names - parameters.keys())), name)] = value
    return renamed
