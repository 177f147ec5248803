"""What of a conversation goes into a page that is shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from string import ascii_uppercase

from playground.answers.extras import Extras
from playground.compare.blind import HIDDEN_ERROR, scrubbed, scrubbed_extras
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.metering import Timings
from playground.store import StoredReply, Turn


@dataclass(frozen=True, slots=True)
class Included:
    """What goes in beside questions and answers. `times` tell models apart, as their names do."""

    system_prompt: bool = True
    settings: bool = True
    costs: bool = True
    names: bool = True
    thoughts: bool = True
    times: bool = True

    @property
    def left_out(self) -> tuple[str, ...]:
        """What does not go in, in words."""
        return tuple(PARTS[field.name] for field in fields(self) if not getattr(self, field.name))


PARTS: Mapping[str, str] = {
    "system_prompt": "system prompt",
    "settings": "settings",
    "costs": "tokens and costs",
    "names": "names of models and connections",
    "thoughts": "thoughts",
    "times": "times",
}
HIDDEN_NAMES = Included(system_prompt=False, settings=False, costs=False, names=False, times=False)
"""The most that goes in while names are hidden from the reader of a comparison."""


USAGE_PARTS = Included(system_prompt=False, settings=False, thoughts=False)
"""What there is to choose of a page about what was used."""


def no_more_than(wanted: Included, most: Included) -> Included:
    """What is in both."""
    return Included(*(getattr(wanted, part.name) and getattr(most, part.name) for part in fields(Included)))


def letters(models: Sequence[str], what: str = "Model") -> dict[str, str]:
    """A letter for each model, or whatever else it is, by its id, in the order in which they come first."""
    return {
        model: f"{what} {ascii_uppercase[number] if number < len(ascii_uppercase) else number + 1}"
        for number, model in enumerate(dict.fromkeys(models))
    }


def shared_setup(setup: Setup, included: Included, name: str) -> Setup:
    """The part of a setup that goes in; `name` stands for its model where names do not."""
    kept = setup if included.settings else Setup(setup.model, setup.system_prompt)
    return replace(
        kept,
        model=kept.model if included.names else name,
        system_prompt=kept.system_prompt if included.system_prompt else "",
        preset="",
    )


def shared_turn(turn: Turn, included: Included, named: Mapping[str, str]) -> Turn:
    """The part of a turn that goes in; `named` has what stands for each model where names do not."""
    if turn.reply is None:
        return replace(turn, message=_message(turn.message, included))
    reply = shared_reply(turn.reply, included, named.get(turn.reply.model, "Model"))
    return replace(turn, message=reply.message, reply=reply)


def shared_reply(reply: StoredReply, included: Included, name: str) -> StoredReply:
    """The part of an answer that goes in, never what only its server is meant to have back."""
    kept = replace(
        reply,
        reasoning=reply.reasoning if included.thoughts else "",
        tool_calls=tuple(replace(call, provider_details=None) for call in reply.tool_calls),
        extras=replace(reply.extras, logprobs=()),
        error=None if reply.error is None else replace(reply.error, request_id=None),
        response_format=reply.response_format if included.settings else None,
        setup=_record(reply.setup, included, name),
        provider_metadata=None,
        request_id=None,
        notes=(),
    )
    if not included.costs:
        kept = replace(kept, usage=None, price=None, cost=None)
    if not included.times:
        kept = replace(kept, timings=Timings(None, None))
    return kept if included.names else _nameless(kept, name)


def _nameless(reply: StoredReply, name: str) -> StoredReply:
    """An answer without the names in it, and without prices, which tell where it came from."""
    extras: Extras = scrubbed_extras(reply.extras, reply.model)
    usage = reply.usage
    return replace(
        reply,
        model=name,
        connection="",
        text=scrubbed(reply.text, reply.model),
        reasoning=scrubbed(reply.reasoning, reply.model),
        extras=extras,
        error=None if reply.error is None else HIDDEN_ERROR,
        usage=None if usage is None else replace(usage, neurons=None, billed_by=""),
        price=None,
    )


def _message(message: Message, included: Included) -> Message:
    return replace(
        message,
        reasoning=message.reasoning if included.thoughts else None,
        tool_calls=tuple(replace(call, provider_details=None) for call in message.tool_calls),
        provider_metadata=None,
    )


def _record(record: Mapping[str, object] | None, included: Included, name: str) -> Mapping[str, object] | None:
    if record is None:
        return None
    kept = dict(record)
    if not included.system_prompt:
        kept["system_prompt"] = ""
    if not included.settings:
        kept |= {"parameters": {}, "options": {}}
    if not included.names:
        kept |= {"model": name, "name": name, "connection": ""}
    return kept
