"""Every dialect and quirk that is known of model servers, each as one answer."""

import pytest

from tests.providers.answers import GUESSED, Answer
from tests.providers.dialects.messages_answers import MESSAGES_ANSWERS
from tests.providers.dialects.native_answers import NATIVE_STREAMS, NATIVE_WHOLE
from tests.providers.dialects.openai_answers import OPENAI_STREAMS
from tests.providers.dialects.responses_answers import RESPONSES_STREAMS
from tests.providers.dialects.vendor_chat_answers import VENDOR_CHAT_ANSWERS
from tests.providers.failing_answers import FAILING_STREAMS
from tests.providers.heard import Heard, hear, one_by_one
from tests.providers.thinking_answers import THINKING_ANSWERS


def check(heard: Heard, answer: Answer) -> None:
    assert heard.text == answer.text
    assert heard.reasoning == answer.reasoning
    assert heard.calls == list(answer.calls)
    if answer.error is not None:
        assert heard.error is not None
        assert heard.error.kind == answer.error
        assert answer.says in heard.error.message
        return
    assert heard.error is None
    assert (heard.reason, heard.truncated) == (answer.reason, answer.truncated)
    assert heard.usage is not None
    if answer.usage is GUESSED:
        assert heard.usage.estimated
    else:
        assert heard.usage == answer.usage


def named(answers: list[Answer]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("answer", answers, ids=lambda answer: answer.name)


@named(NATIVE_WHOLE)
def test_native_answer_as_a_whole(answer: Answer) -> None:
    check(hear(answer.body, **answer.options), answer)


@named(NATIVE_STREAMS)
def test_native_stream(answer: Answer) -> None:
    check(hear(answer.body, **answer.options), answer)


@named(OPENAI_STREAMS)
def test_openai_stream(answer: Answer) -> None:
    check(hear(answer.body, **answer.options), answer)


@named(FAILING_STREAMS)
def test_error_at_status_200(answer: Answer) -> None:
    check(hear(answer.body, **answer.options), answer)


@named(RESPONSES_STREAMS)
def test_responses_stream(answer: Answer) -> None:
    check(hear(answer.body, **answer.options), answer)


@named(MESSAGES_ANSWERS)
def test_messages_of_anthropics_form(answer: Answer) -> None:
    check(hear(answer.body, **answer.options), answer)


@named(THINKING_ANSWERS)
def test_thoughts_wherever_they_come(answer: Answer) -> None:
    check(hear(answer.body, **answer.options), answer)


@named(VENDOR_CHAT_ANSWERS)
def test_chats_of_vendors_own_form(answer: Answer) -> None:
    check(hear(answer.body, **answer.options), answer)


@named(
    [
        *MESSAGES_ANSWERS,
        *THINKING_ANSWERS,
        *NATIVE_WHOLE,
        *NATIVE_STREAMS,
        *OPENAI_STREAMS,
        *FAILING_STREAMS,
        *RESPONSES_STREAMS,
        *VENDOR_CHAT_ANSWERS,
    ]
)
def test_byte_by_byte_says_the_same(answer: Answer) -> None:
    check(hear(*one_by_one(answer.body.encode()), **answer.options), answer)
