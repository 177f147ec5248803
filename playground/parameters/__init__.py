"""Controls from a model's JSON Schema, and valid parameters from their values."""

from playground.parameters.clamping import clamp, payload_parameters
from playground.parameters.forms import InputForm, forms
from playground.parameters.reading import NOT_PARAMETERS, specs
from playground.parameters.spec import GROUPS, Group, ParameterSpec

__all__ = [
    "GROUPS",
    "NOT_PARAMETERS",
    "Group",
    "InputForm",
    "ParameterSpec",
    "clamp",
    "forms",
    "payload_parameters",
    "specs",
]
