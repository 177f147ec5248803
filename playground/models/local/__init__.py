"""Models that run on this machine, through llama.cpp."""

from playground.models.local.engine import Engine, EngineError, engines
from playground.models.local.gguf import GgufError, read_gguf
from playground.models.local.models import EMBEDDED_ID, LocalModel, find_local_model, list_local_models

__all__ = [
    "EMBEDDED_ID",
    "Engine",
    "EngineError",
    "GgufError",
    "LocalModel",
    "engines",
    "find_local_model",
    "list_local_models",
    "read_gguf",
]
