"""Copies of answers: what they took was paid for where they come from, and is not counted again."""

from playground.store import Store, StoredReply
from playground.store.records import ending_of


def copy_reply(
    store: Store, reply: StoredReply, conversation_id: str, parent_id: str | None, *, notes: tuple[str, ...] = ()
) -> str:
    """A copy of an answer that has ended, as a turn after `parent_id` and the new head; returns its id.

    It has all that the answer has, its exchange and its pace too, and `notes` before its own. Raises StoreError.
    """
    copy = store.start_reply(
        conversation_id,
        parent_id,
        model=reply.model,
        connection=reply.connection,
        response_format=reply.response_format,
        started_at=reply.started_at,
        setup=reply.setup,
        copy_of=reply.id,
    )
    store.finish_reply(
        copy,
        **ending_of(reply)
        | {
            "request": store.request(reply.id),
            "trace": store.trace(reply.id),
            "pace": store.pace(reply.id),
            "notes": (*notes, *reply.notes),
        },
    )
    return copy
