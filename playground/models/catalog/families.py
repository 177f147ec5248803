"""Parameter families: the JSON Schemas that many models share, and how one model differs from its family."""

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from playground.parameters import InputForm, forms

SNAPSHOT = Path(__file__).parent / "snapshot"


class Family(BaseModel):
    """A family as its file has it: raw input schema, raw output schema where one is documented, and their source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    source: str
    input: Mapping[str, Any]
    output: Mapping[str, Any] | None = None

    def schemas(
        self, only: Collection[InputForm] | None = None, adjust: Mapping[str, Any] | None = None
    ) -> dict[InputForm, Mapping[str, Any]]:
        """The schema of each input form, limited to `only`, changed by `adjust`.

        `adjust` is a JSON Merge Patch (https://www.rfc-editor.org/rfc/rfc7396) of the properties of the messages and
        prompt forms: null takes a property out. The batch form stays as documented.
        """
        split = {form: schema for form, schema in forms(self.input).items() if only is None or form in only}
        if not adjust:
            return split
        return {
            form: schema if form == "batch" else {**schema, "properties": merge_patch(schema["properties"], adjust)}
            for form, schema in split.items()
        }


@cache
def family(name: str) -> Family:
    """The family of that name. Raises FileNotFoundError for a name without a file."""
    path = SNAPSHOT / "families" / f"{name}.json"
    return Family(name=name, **json.loads(path.read_bytes()))


def merge_patch(target: Any, patch: Any) -> Any:
    """`target` changed by a JSON Merge Patch (RFC 7396), as a new value; neither argument is touched."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged
