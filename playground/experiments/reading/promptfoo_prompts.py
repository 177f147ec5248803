"""Prompts of promptfoo as variants: https://www.promptfoo.dev/docs/configuration/prompts/."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from playground.experiments.definition import MOST_VARIANTS
from playground.experiments.reading.promptfoo_files import FILE_URL, FilesBeside
from playground.importing.bounds import Bounds
from playground.importing.imported import UnreadableError
from playground.importing.yaml_text import read_yaml
from playground.presets.template import TemplateError, prompt_variables
from playground.text.cleaning import line

_TEXT_FILES = (".txt", ".md", ".json")
_FILE_ENDINGS = (
    *_TEXT_FILES,
    ".js",
    ".cjs",
    ".mjs",
    ".ts",
    ".py",
    ".rb",
    ".sh",
    ".exe",
    ".j2",
    ".csv",
    ".jsonl",
    ".yaml",
    ".yml",
)
"""A prompt of one line that ends so is the name of a file, with `file://` before it or without."""
_IN_BRACES = re.compile(r"\{\{([^{}]*)\}\}")


class PromptsOfPromptfoo:
    """Reads prompts; what is left out is added to `notes`."""

    def __init__(self, files: FilesBeside, notes: list[str]) -> None:
        self._files, self._notes = files, notes

    def variants(self, prompts: Any) -> list[dict[str, Any]]:
        """The variants, as a definition's file has them, with distinct names. Raises UnreadableError."""
        if isinstance(prompts, Mapping):
            prompts = [{"raw": path, "label": label} for path, label in prompts.items()]
        texts = [
            text for prompt in (prompts if isinstance(prompts, list) else [prompts]) for text in self._texts(prompt)
        ]
        if len(texts) > MOST_VARIANTS:
            raise UnreadableError(f"It has {len(texts):,} prompts: {MOST_VARIANTS} are the most.")
        variants: list[dict[str, Any]] = []
        for number, (name, text) in enumerate(texts, 1):
            if variant := self._variant(name or f"prompt {number}", text):
                while variant["name"] in [known["name"] for known in variants]:
                    variant["name"] += "'"
                variants.append(variant)
        return variants

    def _texts(self, prompt: Any) -> Iterator[tuple[str, str]]:
        """The names and texts that a prompt of the configuration stands for."""
        name = ""
        if isinstance(prompt, Mapping):
            name = line(str(prompt.get("label") or ""), 100)
            prompt = prompt.get("raw", prompt.get("id"))
        if not isinstance(prompt, str):
            self._notes.append("A prompt left out: it is no text.")
        elif not _is_file(prompt):
            yield name, prompt
        elif not prompt.casefold().endswith(_TEXT_FILES):
            self._notes.append(f"The prompt {line(prompt, 80)} left out: code in a file is never run.")
        elif (text := self._files.text(prompt)) is not None:
            parts = [text] if prompt.endswith(".json") else re.split(r"^---[ \t]*$", text, flags=re.MULTILINE)
            for number, part in enumerate(part for part in parts if part.strip()):
                yield (f"{name} {number + 1}" if number and name else name), part.strip()

    def _variant(self, name: str, text: str) -> dict[str, Any] | None:
        if _has_code(text):
            self._notes.append(
                f"The prompt {line(name, 60)!r} left out: its template has code beside {{{{variables}}}}."
            )
            return None
        messages = _messages(text)
        try:
            prompt_variables(*([message["content"] for message in messages] if messages else [text]))
        except TemplateError as error:
            self._notes.append(f"The prompt {line(name, 60)!r} left out: {error}")
            return None
        return {"name": name, "messages": messages} if messages else {"name": name, "prompt": text}


def _is_file(prompt: str) -> bool:
    if prompt.startswith(FILE_URL):
        return True
    return not re.search(r"\s", prompt.strip()) and prompt.strip().casefold().endswith(_FILE_ENDINGS)


def _has_code(template: str) -> bool:
    """Whether a template has filters, calls or statements beside its variables."""
    if "{%" in template or "{#" in template:
        return True
    return any("|" in found[1] or "(" in found[1] for found in _IN_BRACES.finditer(template))


def _messages(text: str) -> list[dict[str, str]]:
    """The messages of a prompt that is a list of them, as JSON or YAML; none of any other text."""
    if not text.lstrip().startswith(("[", "- role")):
        return []
    try:
        value = json.loads(text) if text.lstrip().startswith("[") else read_yaml(text, Bounds()).value
    except (ValueError, RecursionError):
        return []
    found = value if isinstance(value, list) else []
    fits = all(
        isinstance(one, Mapping)
        and one.get("role") in ("system", "user", "assistant")
        and isinstance(one.get("content"), str)
        for one in found
    )
    return [{"role": one["role"], "content": one["content"]} for one in found] if fits else []
