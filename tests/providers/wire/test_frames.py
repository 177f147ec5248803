"""Each frame to the dialect that it is of, whichever the server was asked in."""

import pytest

from playground.providers.dialects import DIALECTS, chat_completions, messages, responses, vendor_chats, workers_ai
from playground.providers.wire.dialect import Dialect
from tests.providers.answers import Answer
from tests.providers.dialects.messages_answers import MESSAGES_ANSWERS
from tests.providers.dialects.native_answers import NATIVE_STREAMS, NATIVE_WHOLE
from tests.providers.dialects.openai_answers import OPENAI_STREAMS
from tests.providers.dialects.responses_answers import RESPONSES_STREAMS
from tests.providers.dialects.vendor_chat_answers import VENDOR_CHAT_ANSWERS
from tests.providers.failing_answers import FAILING_STREAMS
from tests.providers.heard import hear
from tests.providers.test_answers import check
from tests.providers.thinking_answers import THINKING_ANSWERS

ANSWERS = [
    *MESSAGES_ANSWERS,
    *THINKING_ANSWERS,
    *NATIVE_WHOLE,
    *NATIVE_STREAMS,
    *OPENAI_STREAMS,
    *FAILING_STREAMS,
    *RESPONSES_STREAMS,
    *VENDOR_CHAT_ANSWERS,
]


def name_of(dialect: Dialect) -> str:
    return str(getattr(dialect, "__name__", "")).rpartition(".")[2]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name)
@pytest.mark.parametrize("asked", DIALECTS, ids=name_of)
def test_an_answer_says_the_same_whatever_was_asked(asked: Dialect, answer: Answer) -> None:
    check(hear(answer.body, dialect=asked, **answer.options), answer)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ({"choices": [{"delta": {"content": "Hi"}}]}, chat_completions),
        ({"choices": [], "usage": {"prompt_tokens": 1}}, chat_completions),
        ({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}}, messages),
        ({"type": "message", "content": []}, messages),
        ({"type": "response.completed", "response": {}}, responses),
        ({"object": "response", "output": []}, responses),
        ({"message": {"role": "assistant", "content": "Hi"}, "done": False}, vendor_chats),
        ({"type": "content-delta", "delta": {}}, vendor_chats),
        ({"response": "Hi", "p": "abc"}, workers_ai),
        ({"result": {"choices": []}, "success": True}, workers_ai),
        ({"type": "response.created", "response": {}, "success": True}, responses),
        ({"choices": [], "response": "", "usage": {}}, None),
        ({"hello": "world"}, None),
    ],
)
def test_no_two_dialects_speak_the_same(frame: dict[str, object], expected: Dialect | None) -> None:
    assert [dialect for dialect in DIALECTS if dialect.speaks(frame)] == ([] if expected is None else [expected])
