"""The request that messages and a setup make, and what of them a model does not take."""

from collections.abc import Sequence
from dataclasses import replace

from playground.conversation.setup import Setup, fit, form_specs
from playground.messages import ChatRequest, Message
from playground.models.catalog import ModelCard
from playground.parameters import payload_parameters

PLACEHOLDER = Message("user", "What is the origin of the phrase Hello, World?")
"""The message in code and exports of a conversation that has none yet."""


def effective_setup(setup: Setup, card: ModelCard | None) -> tuple[Setup, tuple[str, ...]]:
    """The part of a setup that its model takes, and a note for each thing that had to be changed."""
    if card is None:
        return setup, ()
    setup, notes = fit(replace(setup, model=card.id), card)
    parameters = payload_parameters(setup.parameters, form_specs(card, setup.form))
    instructions = "" if setup.form == "prompt" else setup.system_prompt
    return replace(setup, parameters=parameters, system_prompt=instructions), notes


def new_request(
    messages: Sequence[Message], setup: Setup, card: ModelCard | None, conversation_id: str | None
) -> tuple[ChatRequest, tuple[str, ...]]:
    """The request of an effective setup, and a note where the images of the messages had to be left out."""
    notes: tuple[str, ...] = ()
    if card is not None and card.vision is False and any(not isinstance(m.content, str) for m in messages):
        messages = tuple(replace(message, content=message.text) for message in messages)
        notes += (f"images left out, {card.name} reads text only",)
    system = (Message("system", setup.system_prompt),) if setup.system_prompt.strip() else ()
    bare = setup.form == "prompt"
    if bare and any(not isinstance(message.content, str) for message in messages[-1:]):
        notes += ("images left out, a bare prompt is words alone",)
    request = ChatRequest(
        model=card.wire_id if card else setup.model,
        messages=() if bare else (*system, *messages),
        prompt=next((message.text for message in reversed(messages) if message.role == "user"), "") if bare else None,
        raw=setup.raw,
        parameters=setup.parameters,
        tools=setup.tools,
        response_format=setup.response_format,
        reject_if_busy=setup.reject_if_busy,
        conversation_id=conversation_id,
    )
    return request, notes
