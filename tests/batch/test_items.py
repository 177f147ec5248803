import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.batch.items import (
    batch_form,
    batch_specs,
    encoded_size,
    estimate_batch,
    fitting_item,
    item_obstacle,
    read_items,
    submit_refusal,
)
from playground.models.catalog import ModelCard, shipped
from playground.providers.batch import LARGEST_BODY


def card(name: str) -> ModelCard:
    found = shipped().get(shipped().complete(name))
    assert found is not None
    return found


LLAMA = card("llama-3.3-70b-instruct-fp8-fast")
GEMMA = card("gemma-4-26b-a4b-it")


def test_the_batch_form_where_there_is_one_else_messages() -> None:
    assert (batch_form(LLAMA), batch_form(GEMMA)) == ("batch", "messages")
    assert {spec.name: spec.maximum for spec in batch_specs(LLAMA)}["top_p"] == 2


def test_a_prompt_a_line() -> None:
    found = read_items("one\r\n\n  two  \rthree\u2028still three\n", "prompts", LLAMA, {})
    assert found.items == ({"prompt": "one"}, {"prompt": "two"}, {"prompt": "three\u2028still three"})
    assert found.problems == ()
    said = read_items("one", "prompts", GEMMA, {}).items
    assert said == ({"messages": [{"role": "user", "content": "one"}]},)


def test_bodies_keep_what_they_say_and_get_the_rest() -> None:
    text = (
        '\ufeff{"prompt": "a", "seed": 1, "external_reference": "x"}\n{"messages": [{"role": "user", "content": "b"}]}'
    )
    found = read_items(text, "jsonl", LLAMA, {"seed": 7, "temperature": 0.5})
    assert found.items == (
        {"temperature": 0.5, "seed": 1, "prompt": "a", "external_reference": "x"},
        {"temperature": 0.5, "seed": 7, "messages": [{"role": "user", "content": "b"}]},
    )


def test_parameters_that_the_model_cannot_take_are_not_sent() -> None:
    assert read_items("a", "prompts", LLAMA, {"temperature": 99, "unheard_of": 1}).items == (
        {"prompt": "a", "temperature": 5.0},
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON, Expecting property name enclosed in double quotes at column 2"),
        ('{"prompt": NaN}', "NaN is no number in JSON"),
        ('"text"', "a request is an object"),
        ("{}", "neither a prompt nor messages"),
        ('{"prompt": ""}', "neither a prompt nor messages"),
        ('{"prompt": "a", "external_reference": 5}', "external_reference must be a text"),
        (r'{"prompt": "\ud800"}', "lone surrogate"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_line_that_is_no_request_is_named(line: str, said: str) -> None:
    found = read_items(f'{{"prompt": "good"}}\n\n{line}\n', "jsonl", LLAMA, {})
    assert len(found.items) == 1
    assert len(found.problems) == 1
    assert found.problems[0].startswith("Line 3: ")
    assert said in found.problems[0]


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5)


@given(st.lists(st.dictionaries(st.sampled_from(["prompt", "messages", "external_reference"]), JSON)))
def test_every_line_is_an_item_or_a_problem_and_every_item_can_be_measured(bodies: list[dict[str, Any]]) -> None:
    found = read_items("\n".join(map(json.dumps, bodies)), "jsonl", LLAMA, {})
    assert len(found.items) + len(found.problems) == len(bodies)
    assert encoded_size(found.items) > 0
    assert estimate_batch(found.items, LLAMA).prompt_tokens >= 0


def test_what_is_too_large_says_how_to_divide_it() -> None:
    items = [{"prompt": "é" * 500_000}] * 21
    assert encoded_size(items) > 2 * LARGEST_BODY
    error = submit_refusal(items)
    assert error is not None
    assert "21.0 MB" in error.message
    assert error.hint == "Divide it into 3 batches of about 7 requests each."
    assert submit_refusal(items[:9]) is None
    alone = submit_refusal([{"prompt": "x" * LARGEST_BODY}])
    assert alone is not None
    assert alone.hint == "Shorten the request."


def test_the_estimate_counts_prompts_and_caps_answers() -> None:
    one = estimate_batch([{"prompt": "Write one sentence about the sea.", "max_tokens": 100}], LLAMA)
    many = estimate_batch([{"prompt": "Write one sentence about the sea.", "max_tokens": 100}] * 1000, LLAMA)
    assert one.answer_tokens == 100
    assert (many.prompt_tokens, many.answer_tokens) == (one.prompt_tokens * 1000, 100_000)
    assert one.cost is not None
    assert many.cost == one.cost * 1000
    assert one.cost > Decimal("0.0002")


def test_without_a_cap_the_models_default_counts_and_without_a_price_nothing_is_said() -> None:
    assert estimate_batch([{"prompt": "a"}, {"prompt": "b"}], LLAMA).answer_tokens == 512
    unpriced = LLAMA.model_copy(update={"prices": ()})
    assert estimate_batch([{"prompt": "a"}], unpriced).cost is None


def test_an_item_is_a_prompt_where_a_model_documents_no_messages() -> None:
    question = {"role": "user", "content": "Why?"}
    item = {"messages": [question], "max_tokens": 5}
    assert fitting_item(item, LLAMA) == {"prompt": "Why?", "max_tokens": 5}
    assert fitting_item(item, GEMMA) == item
    several = {"messages": [{"role": "system", "content": "Be brief."}, question]}
    assert fitting_item(several, LLAMA) == several
    assert item_obstacle(several, LLAMA) == "take one question without a system prompt"
    assert item_obstacle(several, GEMMA) == ""
    assert item_obstacle({"prompt": "Why?", "tools": [], "top_k": 3}, LLAMA) == "take no tools, top_k"
    assert item_obstacle({"prompt": "Why?", "external_reference": "1"}, LLAMA) == ""
