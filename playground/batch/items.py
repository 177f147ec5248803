"""Reads the requests of a batch from text, and estimates their size and cost before they are submitted."""

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

InputFormat = Literal["prompts", "jsonl"]
Item = Mapping[str, Any]

MOST_SHOWN_PROBLEMS = 5
_SAMPLES = 200
_LINE_ENDS = re.compile(r"\r\n|\r|\n")  # fewer than str.splitlines has: JSON may hold U+2028


@dataclass(frozen=True, slots=True)
class BatchDraft:
    """The request bodies that were read, and a sentence for each line that is not one."""

    items: tuple[Item, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchEstimate:
    """Estimates for a batch: prompt tokens, the most answer tokens (None: no cap is known), and the most USD.

    `cost` is that of the prompts alone where no cap is known, and None for a model without a price.
    """

    prompt_tokens: int
    answer_tokens: int | None
    cost: Decimal | None


def batch_form(card: ModelCard) -> InputForm:
    """The input form of the items of a model's batches."""
    return next((form for form in ("batch", "messages", "prompt") if form in card.schemas), "messages")


def batch_specs(card: ModelCard) -> tuple[ParameterSpec, ...]:
    """The parameters that an item may set."""
    known = specs(card.schemas.get(batch_form(card), {}))
    return tuple(spec for spec in known if spec.name not in UNSHOWN_IN_BATCHES)


def takes_prompts_alone(card: ModelCard) -> bool:
    """Whether an item is documented to hold a prompt, and no messages."""
    properties = _properties(card)
    return "prompt" in properties and "messages" not in properties


def fitting_item(item: Item, card: ModelCard) -> Item:
    """An item in the form that a model's batches take: a single question as a prompt where they take no messages."""
    match item.get("messages"):
        case [{"role": "user", "content": str(question), **more}] if not more and takes_prompts_alone(card):
            return {"prompt": question, **{name: value for name, value in item.items() if name != "messages"}}
    return item


def item_obstacle(item: Item, card: ModelCard) -> str:
    """What of an item a model's batches do not take as far as is documented, to end a sentence with; "" if nothing."""
    known = _properties(card)
    unknown = sorted(item.keys() - known.keys() - {"external_reference"}) if known else []
    if "messages" in unknown:
        return "take one question without a system prompt"
    return f"take no {', '.join(unknown)}" if unknown else ""


def _properties(card: ModelCard) -> Mapping[str, Any]:
    found: Mapping[str, Any] = card.schemas.get(batch_form(card), {}).get("properties", {})
    return found


def read_items(text: str, input_format: InputFormat, card: ModelCard, parameters: Mapping[str, Any]) -> BatchDraft:
    """The requests of a text with a prompt or a JSON body in every line; blank lines are ignored.

    `parameters` apply to every request that does not set them itself.
    """
    common = payload_parameters(parameters, batch_specs(card))
    as_prompt = takes_prompts_alone(card)
    items: list[Item] = []
    problems: list[str] = []
    for number, line in enumerate(_LINE_ENDS.split(text.removeprefix("\ufeff")), 1):
        if not (line := line.strip()):
            continue
        if input_format == "prompts":
            fields = {"prompt": line} if as_prompt else {"messages": [{"role": "user", "content": line}]}
            items.append({**fields, **common})
            continue
        try:
            items.append({**common, **_body(line)})
        except ValueError as problem:
            problems.append(f"Line {number}: {problem}.")
    return BatchDraft(tuple(items), tuple(problems))


def _body(line: str) -> dict[str, Any]:
    """The request body of a line. Raises ValueError with a sentence without its full stop."""
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
    """The bytes of the body that submits these items; the service takes less than LARGEST_BODY."""
    return len(encode({"requests": items}))


def submit_refusal(items: Sequence[Item]) -> ProviderError | None:
    """The reason why these items cannot be submitted together; None where they can."""
    try:
        batch_body(items)
    except ProviderError as error:
        return error
    return None


def estimate_batch(items: Sequence[Item], card: ModelCard) -> BatchEstimate:
    """The estimate for the items; of many items an even sample is counted."""
    chosen = items[:: max(len(items) // _SAMPLES, 1)]
    counted = sum(_tokens(item, card) for item in chosen)
    prompt = round(counted * len(items) / max(len(chosen), 1))
    caps = [_cap(item, card) for item in items]
    answers = None if None in caps else sum(cap for cap in caps if cap is not None)
    return BatchEstimate(prompt, answers, metering.cost(Usage(prompt, answers or 0, estimated=True), card.price))


def _tokens(item: Item, card: ModelCard) -> int:
    prompt, messages = item.get("prompt"), item.get("messages")
    if isinstance(prompt, str):
        return tokens.count(prompt, card, raw=item.get("raw") is True).value
    entries = [entry for entry in messages if isinstance(entry, Mapping)] if isinstance(messages, list) else []
    return tokens.count([_message(entry) for entry in entries], card).value


def _message(entry: Mapping[str, Any]) -> Message:
    content = entry.get("content")
    if not isinstance(content, list):
        return Message("user", content if isinstance(content, str) else "")
    parts = (part for part in content if isinstance(part, Mapping) and isinstance(part.get("text"), str))
    return Message("user", "".join(part["text"] for part in parts))


def _cap(item: Item, card: ModelCard) -> int | None:
    values = (item.get(name) for name in ("max_tokens", "max_completion_tokens"))
    for cap in values:
        if isinstance(cap, int) and not isinstance(cap, bool) and cap > 0:
            return cap
    default = _properties(card).get("max_tokens", {}).get("default")
    return default if isinstance(default, int) else card.default_max_tokens
