"""What a model is told of a conversation: what was said, without what never came of it.

Why a question without an answer is left out, and calls without results are: docs/decisions/006-unanswered-questions.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile

from playground.messages import Message
from playground.store import Turn

QUESTION_LEFT_OUT = "The question before this one got no answer and was not sent along."
CALLS_LEFT_OUT = "The tool calls before this message got no results and were not sent along."


def has_content(turn: Turn) -> bool:
    """Whether a turn says anything: an answer that failed or was stopped before its first word does not."""
    message = turn.message
    drawn = turn.reply is not None and bool(turn.reply.extras.images)
    return drawn or bool(message.text or message.tool_calls or not isinstance(message.content, str))


def is_unanswered(path: Sequence[Turn]) -> bool:
    """Whether a path ends with an answer that never came."""
    return bool(path) and path[-1].message.role == "assistant" and not has_content(path[-1])


def calls_left_out(path: Sequence[Turn]) -> bool:
    """Whether a path ends with an answer that called tools, so that what is said next leaves calls without results."""
    return bool(path) and bool(path[-1].message.tool_calls)


def history(path: Iterable[Turn], said: Message | None = None) -> tuple[Message, ...]:
    """What was said on a path, and then `said`, as a model is told it.

    Answers that never came are left out, errors too. Where something follows such an answer, the question is left out
    with it, and with the tool calls that it led to: two questions in a row are refused by models whose roles alternate.
    A call that was followed by anything but its result is left out as well, which servers refuse; an answer that was
    nothing else is then one that never came.
    """
    turns = list(path)
    told: list[Message] = []
    question = 0
    unanswered = False
    for number, turn in enumerate(turns):
        if unanswered:
            del told[question:]
        if turn.message.role == "user":
            question = len(told)
        goes_on = said is not None or number + 1 < len(turns)
        message = _with_results(turn.message, turns[number + 1 :]) if goes_on else turn.message
        unanswered = message.role == "assistant" and not has_content(replace(turn, message=message))
        if not unanswered:
            told.append(message)
    if said is not None:
        if unanswered:
            del told[question:]
        told.append(said)
    return tuple(told)


def _with_results(message: Message, following: Sequence[Turn]) -> Message:
    """An answer with those of its calls whose results follow it."""
    if not message.tool_calls:
        return message
    results = takewhile(lambda turn: turn.message.role == "tool", following)
    answered = {turn.message.tool_call_id for turn in results}
    return replace(message, tool_calls=tuple(call for call in message.tool_calls if call.id in answered))
