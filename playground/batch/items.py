"""The requests of a batch: read from what a person wrote, measured and priced before they are submitted."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from playground import metering
from playground.conversation import tokens
from playground.errors import ProviderError
from playground.messages import Message
from playground.metering import Usage
from playground.models.catalog import ModelCard
from playground.parameters import InputForm, ParameterSpec, payload_parameters, specs
from playground.parameters.unshown import UNSHOWN_IN_BATCHES
from playground.providers.batch import batch_body
from playground.providers.wire.requests import encode
from playground.text.json_value import TOO_DEEP, harmless

Writing = Literal["prompts", "jsonl"]
Item = Mapping[str, Any]

PROBLEMS_TOLD = 5
_SAMPLES = 200
_LINE_ENDS = re.compile(r"\r\n|\r|\n")  # not those of str.splitlines: JSON may hold U+2028 as it is


@dataclass(frozen=True, slots=True)
class BatchDraft:
    """Requests as they were written: the bodies, and a sentence for each line that is none."""

    items: tuple[Item, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a batch would take, all estimated: tokens in, tokens out at most (None: no cap is known), USD at most.

    `cost` leaves out the answers where their cap is not known, and is None for a model without a price.
    """

    prompt_tokens: int
    answer_tokens: int | None
    cost: Decimal | None


def batch_form(card: ModelCard) -> InputForm:
    """The input form that the items of a model's batches take."""
    return next((form for form in ("batch", "messages", "prompt") if form in card.schemas), "messages")


def batch_specs(card: ModelCard) -> tuple[ParameterSpec, ...]:
    """The parameters that an item may set."""
    known = specs(card.schemas.get(batch_form(card), {}))
    return tuple(spec for spec in known if spec.name not in UNSHOWN_IN_BATCHES)


def read_items(text: str, writing: Writing, card: ModelCard, parameters: Mapping[str, Any]) -> BatchDraft:
    """The requests of a text: a prompt in every line, or a JSON body in every line; blank lines are none.

    `parameters` apply to every request that does not set them itself.
    """
    common = payload_parameters(parameters, batch_specs(card))
    properties = card.schemas.get(batch_form(card), {}).get("properties", {})
    as_prompt = "prompt" in properties and "messages" not in properties
    items: list[Item] = []
    problems: list[str] = []
    for number, line in enumerate(_LINE_ENDS.split(text.removeprefix("\ufeff")), 1):
        if not (line := line.strip()):
            continue
        if writing == "prompts":
            said = {"prompt": line} if as_prompt else {"messages": [{"role": "user", "content": line}]}
            items.append({**said, **common})
            continue
        try:
            items.append({**common, **_body(line)})
        except ValueError as problem:
            problems.append(f"Line {number}: {problem}.")
    return BatchDraft(tuple(items), tuple(problems))


def _body(line: str) -> dict[str, Any]:
    """Raises ValueError, a sentence without its full stop, for what is no request body."""
    try:
        body = json.loads(line, parse_constant=_no_number)
        json.dumps(body, ensure_ascii=False).encode()
        body = harmless(body)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON, {error.msg} at column {error.colno}") from None
    except UnicodeEncodeError:
        raise ValueError("it holds half of a character (a lone surrogate), which cannot be sent") from None
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    if not isinstance(body, dict):
        raise ValueError('a request is an object, such as {"prompt": "…", "external_reference": "…"}')
    if not (body.get("prompt") or body.get("messages")):
        raise ValueError("it has neither a prompt nor messages")
    if not isinstance(body.get("external_reference", ""), str):
        raise ValueError("external_reference must be a text")
    return body


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number in JSON")


def encoded_size(items: Sequence[Item]) -> int:
    """The bytes of the body that hands these items in; the service takes less than LARGEST_BODY."""
    return len(encode({"requests": items}))


def submit_refusal(items: Sequence[Item]) -> ProviderError | None:
    """Why these items cannot be submitted together, with what to do; None where they can."""
    try:
        batch_body(items)
    except ProviderError as error:
        return error
    return None


def outlook(items: Sequence[Item], card: ModelCard) -> Outlook:
    """What the items would take; of many items some, evenly chosen, stand for all."""
    chosen = items[:: max(len(items) // _SAMPLES, 1)]
    counted = sum(_tokens(item, card) for item in chosen)
    prompt = round(counted * len(items) / max(len(chosen), 1))
    caps = [_cap(item, card) for item in items]
    answers = None if None in caps else sum(cap for cap in caps if cap is not None)
    return Outlook(prompt, answers, metering.cost(Usage(prompt, answers or 0, estimated=True), card.price))


def _tokens(item: Item, card: ModelCard) -> int:
    prompt, messages = item.get("prompt"), item.get("messages")
    if isinstance(prompt, str):
        return tokens.count(prompt, card, raw=item.get("raw") is True).value
    said = [entry for entry in messages if isinstance(entry, Mapping)] if isinstance(messages, list) else []
    return tokens.count([_message(entry) for entry in said], card).value


def _message(entry: Mapping[str, Any]) -> Message:
    content = entry.get("content")
    if not isinstance(content, list):
        return Message("user", content if isinstance(content, str) else "")
    parts = (part for part in content if isinstance(part, Mapping) and isinstance(part.get("text"), str))
    return Message("user", "".join(part["text"] for part in parts))


def _cap(item: Item, card: ModelCard) -> int | None:
    named = (item.get(name) for name in ("max_tokens", "max_completion_tokens"))
    given = next((cap for cap in named if isinstance(cap, int) and not isinstance(cap, bool) and cap > 0), None)
    if given is not None:
        return given
    properties = card.schemas.get(batch_form(card), {}).get("properties", {})
    default = properties.get("max_tokens", {}).get("default")
    return default if isinstance(default, int) else card.default_max_tokens
