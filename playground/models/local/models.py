"""The models that run on this machine: the embedded one, and every `.gguf` file of PLAYGROUND_MODELS_DIR."""

import logging
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from playground.connections.settings import LocalLimits, SettingError, data_dir, local_limits, models_dir
from playground.models.catalog import ModelCard, local_card
from playground.models.local.assets import EMBEDDED_MODEL
from playground.models.local.engine import Plan
from playground.models.local.gguf import Gguf, GgufError, read_gguf
from playground.models.local.machine import slot_context, threads
from playground.text.labels import visible

FILES_AT_MOST = 1_000
EMBEDDED_ID = "local/smollm2-135m-instruct"

_EMBEDDED_FACTS = Gguf(
    architecture="llama",
    name="SmolLM2 135M Instruct",
    author="Hugging Face",
    license="apache-2.0",
    license_url="https://www.apache.org/licenses/LICENSE-2.0",
    context_length=8_192,
    kv_bytes_per_token=23_040,
    answers=True,
)
"""As the file says, known before it is fetched: https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct."""

_LATER_PART = re.compile(r"-(?!00001)\d{5}-of-\d{5}$")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model on this machine. `problem` is the reason why its file cannot be used, None where it can."""

    id: str
    path: Path
    card: ModelCard
    context: int
    embedded: bool = False
    problem: str | None = None

    @property
    def plan(self) -> Plan:
        """How to serve it here."""
        return Plan(self.path, self.context, _limits().slots, threads())


def list_local_models() -> list[LocalModel]:
    """The embedded model first, then the files of the models folder by name; nothing is loaded.

    Left out: later parts of split models, and files that hold no model that can answer. Files that cannot be read
    are listed with their problem.
    """
    models = {EMBEDDED_ID: _embedded()}
    for path in _files():
        if _LATER_PART.search(path.stem):
            continue
        model_id = f"local/{visible(path.stem)}"
        if model_id in models:
            model_id = f"local/{visible(path.name)}"
        if (model := _model(model_id, path)) is not None:
            models[model_id] = model
    return list(models.values())


def find_local_model(model_id: str) -> LocalModel | None:
    """The local model with an id, as it is on disk now."""
    return next((model for model in list_local_models() if model.id == model_id), None)


def _embedded() -> LocalModel:
    context = slot_context(_EMBEDDED_FACTS, _limits())
    card = local_card(
        EMBEDDED_ID,
        "SmolLM2 135M Instruct",
        context,
        "Apache-2.0",
        license_url=_EMBEDDED_FACTS.license_url,
        author="Hugging Face",
        description="A very small model that runs here without an account: quick, and often wrong.",
        info_url="https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct",
        function_calling=False,
        json_mode=True,
    )
    return LocalModel(EMBEDDED_ID, data_dir() / EMBEDDED_MODEL.path, card, context, embedded=True)


def _model(model_id: str, path: Path) -> LocalModel | None:
    try:
        facts = read_gguf(path)
    except GgufError as error:
        card = local_card(model_id, visible(path.stem), description=f"This file cannot be used: {error}.")
        return LocalModel(model_id, path, card, 0, problem=str(error))
    if not facts.answers:
        return None
    context = slot_context(facts, _limits())
    card = local_card(
        model_id,
        facts.name or visible(path.stem),
        context,
        facts.license,
        license_url=facts.license_url,
        author=facts.author or "",
        json_mode=True,
    )
    return LocalModel(model_id, path, card, context)


def _files() -> list[Path]:
    try:
        folder = models_dir()
        found = [] if folder is None else sorted(islice(folder.glob("*.gguf"), FILES_AT_MOST + 1))
        if len(found) > FILES_AT_MOST:
            log.warning("%s holds more than %d .gguf files: some are left out", folder, FILES_AT_MOST)
        return [path for path in found[:FILES_AT_MOST] if path.is_file()]
    except (OSError, SettingError) as error:
        log.warning("PLAYGROUND_MODELS_DIR cannot be read: %s", error)
        return []


def _limits() -> LocalLimits:
    """The settings, or the defaults where they are invalid, which configured.connection_problems reports."""
    try:
        return local_limits()
    except SettingError:
        return LocalLimits()
