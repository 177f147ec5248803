"""What a browser sends, as values of ours: never taken for more than it is."""

from collections.abc import Sequence

from playground.channel.asking import RefusedError
from playground.channel.messages import Problem
from playground.messages import ContentPart, Message
from playground.pictures import PictureError, picture
from playground.store import MissingError, Store


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
        found = picture(url)
    except PictureError as why:
        raise RefusedError(Problem(message=f"Picture {number} {why}.", hint="Take it away, or another one.")) from None
    here: ContentPart = {
        "type": "image_url",
        "image_url": {"url": f"data:image/{found.kind};base64,{url.partition(',')[2]}"},
    }
    return next((part for part in offered if part["image_url"]["url"] == url), here)


def own_turn(store: Store, conversation_id: str | None, turn_id: str) -> str:
    """The id of a turn, where it is one of the conversation. Raises MissingError."""
    turn = store.turn(turn_id)
    if turn is None or turn.conversation_id != conversation_id:
        raise MissingError("turn", turn_id)
    return turn_id
