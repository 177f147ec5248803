"""What a model is told of a conversation: what was said, without what never came of it.

Why a question without an answer is left out: docs/decisions/006-unanswered-questions.md.
"""

from collections.abc import Iterable, Sequence

from playground.messages import Message
from playground.store import Turn

QUESTION_LEFT_OUT = "The question before this one got no answer and was not sent along."


def has_content(turn: Turn) -> bool:
    """Whether a turn says anything: an answer that failed or was stopped before its first word does not."""
    message = turn.message
    drawn = turn.reply is not None and bool(turn.reply.extras.images)
    return drawn or bool(message.text or message.tool_calls or not isinstance(message.content, str))


def is_unanswered(path: Sequence[Turn]) -> bool:
    """Whether a path ends with an answer that never came."""
    return bool(path) and path[-1].message.role == "assistant" and not has_content(path[-1])


def history(path: Iterable[Turn], said: Message | None = None) -> tuple[Message, ...]:
    """What was said on a path, and then `said`, as a model is told it.

    Answers that never came are left out, errors too. Where something follows such an answer, the question is left out
    with it, and with the tool calls that it led to: two questions in a row are refused by models whose roles alternate.
    """
    told: list[Message] = []
    question = 0
    unanswered = False
    for turn in path:
        if unanswered:
            del told[question:]
        if turn.message.role == "user":
            question = len(told)
        unanswered = turn.message.role == "assistant" and not has_content(turn)
        if not unanswered:
            told.append(turn.message)
    if said is not None:
        if unanswered:
            del told[question:]
        told.append(said)
    return tuple(told)
