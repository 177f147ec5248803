"""A candidate as it is asked: its model, its connection, and the request for each row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from playground.answers.recording import cap
from playground.conversation.requests import effective_setup, new_request
from playground.conversation.setup import Setup
from playground.conversation.upper_bound import most_of
from playground.errors import BadRequestError
from playground.experiments.candidates import Candidate, setup_of_variant
from playground.experiments.checks.bounds import FirstTokenCheck
from playground.experiments.checks.judging import ModelChoice
from playground.experiments.definition import Definition, PromptVariant
from playground.messages import ChatRequest, Message
from playground.models.catalog import ModelCard
from playground.models.roster import Roster
from playground.money.budget import Most
from playground.presets.template import UnfilledError
from playground.providers import Connection
from playground.providers.workers_ai import USUAL_PER_MINUTE


def requests_a_minute(card: ModelCard, connection: Connection) -> int | None:
    """Requests of a model that its connection takes in a minute; None where no limit is known."""
    usual = USUAL_PER_MINUTE if card.hosted else None
    return connection.requests_per_minute or card.requests_per_minute or usual


def messages_of_row(variant: PromptVariant, values: Mapping[str, str]) -> list[Message]:
    """What a row is asked with. Raises BadRequestError where a value is missing, or empties a message."""
    try:
        messages = variant.filled(values)
    except UnfilledError as error:
        raise BadRequestError(
            f"The row has no value for {', '.join(error.names)}.",
            hint="Change and run again, with it filled in or the row left out.",
        ) from None
    if variant.is_empty_with(values):
        raise BadRequestError(
            "The message is empty, which most services refuse.",
            hint="Change and run again, with words in the prompt beside the variable.",
        )
    return messages


@dataclass(frozen=True, slots=True)
class AskedColumn:
    """One candidate with what it is asked by. `streamed` where a check wants to know when the first token came."""

    candidate: Candidate
    variant: PromptVariant
    card: ModelCard
    connection: Connection
    setup: Setup
    streamed: bool = False

    @classmethod
    def of(cls, candidate: Candidate, variant: PromptVariant, roster: Roster) -> Self:
        """The column of a candidate. Raises ProviderError where its model or its connection is no longer there."""
        card = roster.card(candidate.model)
        if card is None:
            raise BadRequestError(
                f"There is no model {candidate.model} any more.", hint="Set its connection up again, then go on."
            )
        wanted = setup_of_variant(variant, ModelChoice(id=card.id), candidate.parameters)
        setup, _ = effective_setup(wanted, card)
        return cls(candidate, variant, card, roster.connection(card), setup)

    @classmethod
    def asked(cls, candidate: Candidate, definition: Definition, roster: Roster) -> Self:
        """The column of a candidate as an experiment asks it: models on this machine, and what is timed, are streamed.

        Raises ProviderError as `of` does.
        """
        timed = any(isinstance(check, FirstTokenCheck) for check in definition.checks)
        column = cls.of(candidate, definition.variant(candidate.variant), roster)
        return replace(column, streamed=timed or column.connection.traits.here)

    def request(self, values: Mapping[str, str]) -> ChatRequest:
        """The request for the values of a row. Raises BadRequestError where one is missing, or empties a message."""
        messages = messages_of_row(self.variant, values)
        request, _ = new_request(messages, self.setup, self.card, None)
        return replace(request, stream=self.streamed)

    @property
    def example(self) -> ChatRequest:
        """The request with the names of variables in place of their values."""
        messages = [Message(message.role, message.content) for message in self.variant.all_messages]
        request, _ = new_request(messages, self.setup, self.card, None)
        return request

    @property
    def empty_request(self) -> ChatRequest:
        """A request in place of one that cannot be made: it is never sent."""
        return ChatRequest(self.card.wire_id)

    def longest_answer(self, request: ChatRequest) -> int | None:
        """The tokens that an answer has at most, as it is set or by the model's default; None where nothing says so."""
        return cap(request, self.card)

    @property
    def per_minute(self) -> int | None:
        """Requests of the model that its connection takes in a minute; None where no limit is known."""
        return requests_a_minute(self.card, self.connection)

    def most(self, request: ChatRequest) -> Most:
        """The most that a request costs."""
        return most_of(self.card, request, self.connection)


def asked_columns(packed: Iterable[Mapping[str, Any]], definition: Definition, roster: Roster) -> list[AskedColumn]:
    """The columns of an experiment as it keeps them, each as it asks it. Raises ProviderError."""
    return [AskedColumn.asked(Candidate.from_json(one), definition, roster) for one in packed]
