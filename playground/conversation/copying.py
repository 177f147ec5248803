"""Copies of answers: what they took was paid for where they come from, and is not counted again."""

from playground.store import Store, StoredReply


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
        state="interrupted" if reply.state == "live" else reply.state,
        text=reply.text,
        reasoning=reply.reasoning,
        tool_calls=reply.tool_calls,
        finish_reason=reply.finish_reason,
        truncated=reply.truncated,
        usage=reply.usage,
        price=reply.price,
        cost=reply.cost,
        timings=reply.timings,
        error=reply.error,
        request_id=reply.request_id,
        request=store.request(reply.id),
        trace=store.trace(reply.id),
        pace=store.pace(reply.id),
        notes=(*notes, *reply.notes),
        cached=reply.cached,
        extras=reply.extras,
        provider_metadata=reply.provider_metadata,
        finished_at=reply.finished_at,
    )
    return copy
