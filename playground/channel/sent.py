"""Checks what a browser sends, and makes values of it."""

from collections.abc import Collection, Sequence

from playground.answers.live_replies import live_replies
from playground.answers.pictures import PictureError, read_picture
from playground.channel.asking import RefusedError
from playground.channel.messages import Problem
from playground.compare.replay import replay_of
from playground.messages import ContentPart, Message
from playground.owner import Owner
from playground.store import MissingError, Store, Turn

STILL_COMING = Problem(message="An answer is still on its way here.", hint="Stop it first, or wait for its end.")


def message_of(text: str, pictures: Sequence[str], offered: Sequence[ContentPart] = ()) -> Message:
    """A user's message, its images as data: URIs; an image that was `offered` stays unchanged, with its detail.

    Raises RefusedError for an empty message, and for an invalid image.
    """
    if not text.strip() and not pictures:
        raise RefusedError(Problem(message="There is nothing to send."))
    if not pictures:
        return Message("user", text)
    text_parts: tuple[ContentPart, ...] = ({"type": "text", "text": text},) if text.strip() else ()
    return Message("user", (*text_parts, *(_picture(number, url, offered) for number, url in enumerate(pictures, 1))))


def _picture(number: int, url: str, offered: Sequence[ContentPart]) -> ContentPart:
    try:
        found = read_picture(url)
    except PictureError as error:
        raise RefusedError(
            Problem(message=f"Picture {number} {error}.", hint="Take it away, or another one.")
        ) from None
    checked: ContentPart = {
        "type": "image_url",
        "image_url": {"url": f"data:image/{found.kind};base64,{url.partition(',')[2]}"},
    }
    return next((part for part in offered if part["image_url"]["url"] == url), checked)


def is_own_turn(store: Store, conversation_id: str | None, turn_id: str) -> bool:
    """Whether a turn belongs to the conversation."""
    turn = store.turn(turn_id)
    return turn is not None and turn.conversation_id == conversation_id


def own_turn(store: Store, conversation_id: str | None, turn_id: str) -> str:
    """The id of a turn that belongs to the conversation. Raises MissingError."""
    if not is_own_turn(store, conversation_id, turn_id):
        raise MissingError("turn", turn_id)
    return turn_id


def refuse_while_live(owner: Owner, conversation_id: str | None) -> None:
    """Raises RefusedError while an answer is coming in a conversation, or is about to."""
    if conversation_id is None:
        return
    if live_replies.of(owner, conversation_id) or replay_of(owner, conversation_id):
        raise RefusedError(STILL_COMING)


def refuse_second(store: Store, turn_id: str) -> None:
    """Raises RefusedError while an answer is coming at a turn or at another version of it."""
    turn = store.turn(turn_id)
    for id_ in (turn_id, *(turn.siblings if turn is not None else ())):
        reply = live_replies.get(store.owner, id_)
        if reply is not None and not reply.ended.is_set():
            raise RefusedError(STILL_COMING)


def refuse_unless_open(path: Sequence[Turn], turn_id: str, call_ids: Collection[str]) -> None:
    """Raises RefusedError where these are not the tool calls at the end of a path that wait for results."""
    last = path[-1] if path else None
    done = last is not None and last.id == turn_id and last.reply is not None and last.reply.state == "done"
    if last is None or not done or {call.id for call in last.message.tool_calls} != set(call_ids) or not call_ids:
        raise RefusedError(Problem(message="These calls do not wait for results any more."))
