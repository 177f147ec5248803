"""What a browser sends, as values of ours: never taken for more than it is."""

from collections.abc import Collection, Sequence

from playground.answers.live_replies import live_replies
from playground.answers.pictures import PictureError, read_picture
from playground.channel.asking import RefusedError
from playground.channel.messages import Problem
from playground.compare.replay import replay_of
from playground.messages import ContentPart, Message
from playground.store import MissingError, Store, Turn

STILL_COMING = Problem(message="An answer is still on its way here.", hint="Stop it first, or wait for its end.")


def message_of(text: str, pictures: Sequence[str], offered: Sequence[ContentPart] = ()) -> Message:
    """A message of a person, its pictures as data: URIs; one that was `offered` goes as it was, with its detail.

    Raises RefusedError for nothing, and for no picture.
    """
    if not text.strip() and not pictures:
        raise RefusedError(Problem(message="There is nothing to send."))
    if not pictures:
        return Message("user", text)
    words: tuple[ContentPart, ...] = ({"type": "text", "text": text},) if text.strip() else ()
    return Message("user", (*words, *(_picture(number, url, offered) for number, url in enumerate(pictures, 1))))


def _picture(number: int, url: str, offered: Sequence[ContentPart]) -> ContentPart:
    try:
        found = read_picture(url)
    except PictureError as why:
        raise RefusedError(Problem(message=f"Picture {number} {why}.", hint="Take it away, or another one.")) from None
    here: ContentPart = {
        "type": "image_url",
        "image_url": {"url": f"data:image/{found.kind};base64,{url.partition(',')[2]}"},
    }
    return next((part for part in offered if part["image_url"]["url"] == url), here)


def is_own_turn(store: Store, conversation_id: str | None, turn_id: str) -> bool:
    """Whether a turn is one of the conversation."""
    turn = store.turn(turn_id)
    return turn is not None and turn.conversation_id == conversation_id


def own_turn(store: Store, conversation_id: str | None, turn_id: str) -> str:
    """The id of a turn, where it is one of the conversation. Raises MissingError."""
    if not is_own_turn(store, conversation_id, turn_id):
        raise MissingError("turn", turn_id)
    return turn_id


def refuse_while_live(conversation_id: str | None) -> None:
    """Raises RefusedError where an answer is on its way in a conversation, or is about to be."""
    if conversation_id is not None and (live_replies.of(conversation_id) or replay_of(conversation_id)):
        raise RefusedError(STILL_COMING)


def refuse_second(store: Store, turn_id: str) -> None:
    """Raises RefusedError where an answer is on its way at a turn, be it another version: it was asked for already."""
    turn = store.turn(turn_id)
    for id_ in (turn_id, *(turn.siblings if turn is not None else ())):
        reply = live_replies.get(id_)
        if reply is not None and not reply.ended.is_set():
            raise RefusedError(STILL_COMING)


def refuse_unless_open(path: Sequence[Turn], turn_id: str, call_ids: Collection[str]) -> None:
    """Raises RefusedError where those are not the calls that wait for results, at the end of a path."""
    last = path[-1] if path else None
    done = last is not None and last.id == turn_id and last.reply is not None and last.reply.state == "done"
    if last is None or not done or {call.id for call in last.message.tool_calls} != set(call_ids) or not call_ids:
        raise RefusedError(Problem(message="These calls do not wait for results any more."))
