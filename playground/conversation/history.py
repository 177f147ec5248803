"""The messages of a conversation that are sent: without unanswered questions and calls without results.

Why those are left out: docs/decisions/006-unanswered-questions.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile

from playground.messages import Message
from playground.store import Turn

QUESTION_LEFT_OUT = "The question before this one got no answer and was not sent along."
CALLS_LEFT_OUT = "The tool calls before this message got no results and were not sent along."


def has_content(turn: Turn) -> bool:
    """Whether a turn has text, images or tool calls; an answer that failed before its first word has none."""
    message = turn.message
    drawn = turn.reply is not None and bool(turn.reply.extras.images)
    return drawn or bool(message.text or message.tool_calls or not isinstance(message.content, str))


def is_unanswered(path: Sequence[Turn]) -> bool:
    """Whether a path ends with an answer without content."""
    return bool(path) and path[-1].message.role == "assistant" and not has_content(path[-1])


def calls_left_out(path: Sequence[Turn]) -> bool:
    """Whether a path ends with an answer that called tools, whose results a next message would leave out."""
    return bool(path) and bool(path[-1].message.tool_calls)


def history(path: Iterable[Turn], next_message: Message | None = None) -> tuple[Message, ...]:
    """The messages of a path, and then `next_message`, as they are sent to a model.

    Answers without content are left out. Where something follows such an answer, its question and the tool calls
    between them are left out too: models whose roles alternate refuse two questions in a row. A call without a result
    is also left out, for servers refuse it; an answer that held nothing else counts as one without content.
    """
    turns = list(path)
    messages: list[Message] = []
    question = 0
    unanswered = False
    for number, turn in enumerate(turns):
        if unanswered:
            del messages[question:]
        if turn.message.role == "user":
            question = len(messages)
        continues = next_message is not None or number + 1 < len(turns)
        message = _with_results(turn.message, turns[number + 1 :]) if continues else turn.message
        unanswered = message.role == "assistant" and not has_content(replace(turn, message=message))
        if not unanswered:
            messages.append(message)
    if next_message is not None:
        if unanswered:
            del messages[question:]
        messages.append(next_message)
    return tuple(messages)


def _with_results(message: Message, following: Sequence[Turn]) -> Message:
    """An answer without the calls whose results do not follow it."""
    if not message.tool_calls:
        return message
    results = takewhile(lambda turn: turn.message.role == "tool", following)
    answered = {turn.message.tool_call_id for turn in results}
    return replace(message, tool_calls=tuple(call for call in message.tool_calls if call.id in answered))
