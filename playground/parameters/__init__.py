"""A model's JSON Schema as controls, and what they give as legal parameters of a request."""

from playground.parameters.clamping import clamp, payload_parameters
from playground.parameters.forms import InputForm, forms
from playground.parameters.reading import NOT_PARAMETERS, specs
from playground.parameters.spec import GROUPS, Control, Group, ParameterSpec, ValueKind

__all__ = [
    "GROUPS",
    "NOT_PARAMETERS",
    "Control",
    "Group",
    "InputForm",
    "ParameterSpec",
    "ValueKind",
    "clamp",
    "forms",
    "payload_parameters",
    "specs",
]
