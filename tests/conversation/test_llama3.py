from pathlib import Path

import pytest

from playground.conversation.llama3 import Tokenizer
from playground.messages import Message

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def llama(model_data_dir: Path) -> Tokenizer:
    return Tokenizer(model_data_dir / "tokenizers" / "llama-3.model")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("hi", 1), ("Hello, world!", 4), ("12345", 2), ("海", 1), ("😀", 2), ("<|eot_id|>", 1), ("\ud800", 1)],
)
def test_counts_as_llama_3_does(llama: Tokenizer, text: str, tokens: int) -> None:
    assert llama.count(text) == tokens


def test_a_conversation_has_its_template_around_it(llama: Tokenizer) -> None:
    # <|begin_of_text|> + <|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|> + the head of the answer
    assert llama.count_messages([Message("user", "hi")]) == 1 + 3 + 1 + 1 + 1 + 4


@pytest.mark.parametrize("said", ["hi", " padded \n", "\n\nbreaks first", "你好 😀", "```\ncode\n```"])
def test_counting_by_message_is_counting_the_whole_text(llama: Tokenizer, said: str) -> None:
    messages = [
        Message("system", "Be brief."),
        Message("user", said),
        Message("assistant", "Yes."),
        Message("user", "?"),
    ]
    whole = "<|begin_of_text|>" + "".join(
        f"<|start_header_id|>{m.role}<|end_header_id|>\n\n{m.text.strip()}<|eot_id|>" for m in messages
    )
    whole += "<|start_header_id|>assistant<|end_header_id|>\n\n"
    assert llama.count_messages(messages) == llama.count(whole)


def test_a_raw_prompt_has_one_beginning(llama: Tokenizer) -> None:
    assert llama.count_raw("hi") == llama.count_raw("<|begin_of_text|>hi") == 2


@pytest.mark.parametrize("text", ["^" * 300_000, " " * 300_000, "海" * 300_000, "a" * 300_000])
def test_monotonous_texts_do_not_upset_it(llama: Tokenizer, text: str) -> None:
    assert 0 < llama.count(text) <= len(text)
