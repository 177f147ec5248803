"""The recording of an answer, for the browser to play."""

from playground.channel.asking import RefusedError
from playground.channel.messages import Problem, Recorded
from playground.presenting.recordings import recording_of
from playground.store import Store

NOT_RECORDED = Problem(message="The pace of this answer was not kept.", hint="Answers from now on can be played again.")


def recorded(store: Store, slot: str, turn_id: str, *, play: bool = False) -> Recorded:
    """The recording of the answer at a turn in a slot; with `play` the browser plays it unasked.

    Raises RefusedError where there is none, and StoreError.
    """
    found = recording_of(store, turn_id)
    if found is None:
        raise RefusedError(NOT_RECORDED)
    at = found.reply.started_at.isoformat(timespec="seconds")
    return Recorded(slot=slot, turn=turn_id, at=at, steps=tuple(found.pace.as_json()), play=play)
