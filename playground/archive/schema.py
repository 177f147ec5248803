"""The published JSON Schema of an export: `python -m playground.archive.schema` writes it anew."""

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from playground.archive.records import Manifest, record_of
from playground.store.database.schema import VERSION
from playground.store.transfer.tables import TRANSFERRED
from playground.system.places import ROOT

PUBLISHED = ROOT / "docs" / "export.schema.json"


def export_schema() -> dict[str, Any]:
    """The JSON Schema of each file in an export, under the file's name."""
    models: list[Any] = [Manifest, *map(record_of, TRANSFERRED)]
    named, all_of_them = models_json_schema([(model, "validation") for model in models])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Export of the LLM playground",
        "description": "What manifest.json is, and each line of the other files. Ids refer to lines of other files; "
        "what a line refers to comes before it.",
        "version": VERSION,
        "properties": {
            "manifest.json": named[Manifest, "validation"],
            **{f"{name}.jsonl": named[record_of(name), "validation"] for name in TRANSFERRED},
        },
        "$defs": all_of_them["$defs"],
    }


def text_of_schema() -> str:
    """The schema as it is published."""
    return json.dumps(export_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(text_of_schema(), encoding="utf-8")
