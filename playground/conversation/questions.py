"""Questions at the ends of paths, and the turns that they add."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playground.answers.live_reply import LiveReply
from playground.conversation.history import is_unanswered
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.metering import Timings
from playground.store import ReplyRequest, StoredReply, Turn


@dataclass(frozen=True, slots=True)
class Question:
    """A question at the end of a path: a new message, or None to ask for another answer to the last one."""

    conversation_id: str
    path: Sequence[Turn]
    setup: Setup
    message: Message | None = None
    repeats: str | None = None
    replaces: Turn | None = None
    """The turn after the path of which this is another version."""


def next_questions(
    setups: Mapping[str, Setup], paths: Mapping[str, Sequence[Turn]], message: Message
) -> list[Question]:
    """The questions that a message asks at the ends of paths; setups and paths are by conversation."""
    return [_next_question(id_, paths[id_], setup, message) for id_, setup in setups.items()]


def _next_question(conversation_id: str, path: Sequence[Turn], setup: Setup, message: Message) -> Question:
    """The question that a new message asks; a retry where it repeats the last question and that has no answer."""
    again = is_unanswered(path) and len(path) > 1 and path[-2].message == message
    if again and path[-1].reply is not None and path[-1].reply.state != "live":
        return Question(conversation_id, path[:-1], setup, replaces=path[-1])
    return Question(conversation_id, path, setup, message)


def is_settled(path: Sequence[Turn]) -> bool:
    """Whether all answers on a path have ended and the last one has content, so that the path cannot change."""
    return not is_unanswered(path) and all(turn.reply is None or turn.reply.state != "live" for turn in path)


def pending_turns(question: Question, request: ReplyRequest, reply: LiveReply) -> list[Turn]:
    """The turns that a question adds to its path, as the store would return them."""
    new: list[Turn] = []
    siblings_before = () if question.replaces is None else question.replaces.siblings
    parent, started_at = request.parent_id, reply.started_at
    if request.message is not None:
        siblings = (*siblings_before, request.message_id)
        new.append(Turn(request.message_id, question.conversation_id, parent, request.message, started_at, siblings))
        parent, siblings_before = request.message_id, ()
    stored = StoredReply(
        id=reply.id,
        conversation_id=question.conversation_id,
        model=request.model,
        connection=request.connection,
        state="live",
        text="",
        reasoning="",
        tool_calls=(),
        finish_reason=None,
        truncated=False,
        usage=None,
        price=None,
        cost=None,
        timings=Timings(None, None),
        error=None,
        request_id=None,
        notes=(),
        response_format=request.response_format,
        cached=False,
        started_at=started_at,
        finished_at=None,
        repeats=request.repeats,
        setup=request.setup,
    )
    new.append(
        Turn(
            reply.id,
            question.conversation_id,
            parent,
            Message("assistant", ""),
            started_at,
            (*siblings_before, reply.id),
            stored,
        )
    )
    return new
