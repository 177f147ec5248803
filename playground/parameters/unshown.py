"""Parameters that are not offered, because their effect cannot be shown here."""

from collections.abc import Mapping
from typing import Any

_SOUND = "sound cannot be heard here"
_RAW = "token ids and figures of the prompt are not shown here"
_KEPT = "what the service keeps is not what is on screen here"

UNSHOWN: Mapping[str, str] = {
    "audio": _SOUND,
    "modalities": _SOUND,
    "best_of": "the answers that lose are paid for and never come",
    "echo": "the prompt would come back as if it were the answer",
    "background": "the answer would not come here",
    "store": _KEPT,
    "conversation": _KEPT,
    "previous_response_id": _KEPT,
    "include": "further outputs are not shown here",
    "prompt_logprobs": _RAW,
    "return_token_ids": _RAW,
    "return_tokens": _RAW,
    "return_tokens_as_token_ids": _RAW,
    "n_probs": "probabilities come with logprobs and top_logprobs",
    "return_images": "pictures that are found on the web are not fetched",
    "return_related_questions": "further questions are not shown here",
}
"""The reason for each, as the text after a colon.

Further answers (`n`), probabilities (`logprobs`, `top_logprobs`) and sources (`web_search_options`) are shown, and
`prediction` brings nothing but the answer itself.
"""

UNSHOWN_IN_BATCHES = frozenset({"n", "logprobs", "top_logprobs"})
"""Of the results of an asynchronous batch only the text is kept."""

_VISIBLE = frozenset({"text", "image"})


def is_offered(name: str, schema: Mapping[str, Any]) -> bool:
    """Whether a parameter is offered; `modalities` is, if it has only text and images."""
    if name == "modalities":
        named = _choices(schema)
        return bool(named) and named <= _VISIBLE
    return name not in UNSHOWN


def left_out(name: str) -> str | None:
    """A sentence about why a parameter is not offered, None for one that is."""
    return f"{name} left out: {UNSHOWN[name]}" if name in UNSHOWN else None


def _choices(schema: Mapping[str, Any]) -> set[str]:
    """Every text that a schema lists, in all its alternatives."""
    listed = {str(choice) for choice in schema.get("enum", ()) if choice is not None}
    parts = [schema.get("items"), *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return listed.union(*(_choices(part) for part in parts if isinstance(part, Mapping)))
