"""The JSON Schemas of a model as documents: what goes in and what comes out, at once and as a stream."""

from collections.abc import Mapping
from dataclasses import dataclass

from playground.models.catalog.card import ModelCard
from playground.parameters.forms import Schema


@dataclass(frozen=True, slots=True)
class SchemaDocument:
    """One schema, None where no source documents it. `note` is what a reader should know of it."""

    title: str
    schema: Schema | None
    note: str = ""

    @property
    def stem(self) -> str:
        """The name of a file for it, without an ending."""
        return self.title.lower().replace(", ", "-").replace(" ", "-")


def documents(card: ModelCard) -> tuple[SchemaDocument, ...]:
    """Input of each form and output, synchronous and streaming, and those of a batch where there are any."""
    forms = sorted(card.schemas.keys() - {"batch"})
    outputs = _outputs(card.output_schema)
    found = [
        *(SchemaDocument(f"Synchronous input, {form}", card.schemas[form]) for form in forms),
        _output("Synchronous output", outputs["synchronous"]),
        *(_streaming_input(form, card.schemas[form]) for form in forms),
        _output("Streaming output", outputs["streaming"], _EVENTS),
    ]
    if "batch" in card.schemas:
        found.append(SchemaDocument("Batch input, one item", card.schemas["batch"]))
    if outputs["batch"]:
        found.append(_output("Batch output", outputs["batch"], "The answer to submitting a batch."))
    return tuple(found)


_EVENTS = "The documents describe the stream as a whole, as text of server-sent events, and not what each event holds."
_UNDOCUMENTED = "Not documented."


def _streaming_input(form: str, schema: Schema) -> SchemaDocument:
    title = f"Streaming input, {form}"
    if "stream" not in schema.get("properties", {}):
        return SchemaDocument(title, None, f"{_UNDOCUMENTED} The schema of the input names no stream.")
    return SchemaDocument(title, schema, 'The same as for synchronous input: a request streams by "stream": true.')


def _output(title: str, parts: list[Schema], note: str = "") -> SchemaDocument:
    if not parts:
        return SchemaDocument(title, None, _UNDOCUMENTED)
    return SchemaDocument(title, parts[0] if len(parts) == 1 else {"oneOf": parts}, note)


def _outputs(schema: Schema | None) -> dict[str, list[Schema]]:
    """The alternatives of an output schema by what they answer, as the documents have them."""
    sorted_: dict[str, list[Schema]] = {"synchronous": [], "streaming": [], "batch": []}
    if not schema:
        return sorted_
    lists = (schema.get(key) for key in ("oneOf", "anyOf"))
    alternatives = next((value for value in lists if isinstance(value, list)), [schema])
    for part in alternatives:
        if not isinstance(part, Mapping):
            continue
        properties = part.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        if part.get("contentType") == "text/event-stream":
            sorted_["streaming"].append(part)
        elif "request_id" in properties and not {"response", "choices"} & properties.keys():
            sorted_["batch"].append(part)
        else:
            sorted_["synchronous"].append(part)
    return sorted_
