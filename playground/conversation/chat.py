"""Conversations with models: sends messages and stores what comes of them. Called by pages; draws nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from playground import metering
from playground.answers.exchange import Exchange
from playground.answers.live_replies import live_replies
from playground.answers.live_reply import LiveReply
from playground.answers.network import network
from playground.answers.recording import StoreRecorder
from playground.connections import kinds
from playground.conversation.context_use import ContextUse, measure_context, require_fit
from playground.conversation.history import CALLS_LEFT_OUT, QUESTION_LEFT_OUT, calls_left_out, history, is_unanswered
from playground.conversation.provenance import setup_record
from playground.conversation.questions import Question, is_settled, next_questions, pending_turns
from playground.conversation.requests import PLACEHOLDER, effective_setup, new_request
from playground.conversation.screens import NO_SCREENS, Screens
from playground.conversation.setup import Setup, form_specs
from playground.conversation.upper_bound import most_of
from playground.errors import ContextOverflowError, ProviderError
from playground.messages import ChatRequest, Message
from playground.metering import Usage
from playground.models.catalog import ModelCard
from playground.models.naming import Found, name_refusal
from playground.models.roster import Roster
from playground.money.budget import BudgetError, Most
from playground.parameters import ParameterSpec
from playground.providers import Connection
from playground.store import MovedError, ReplyRequest, Store, Turn
from playground.store.ledger import Reservation
from playground.text.cleaning import clean
from playground.text.json_value import harmless


class _Resolved(NamedTuple):
    """What is sent for a question, by what; `refusal` is why it cannot be."""

    request: ChatRequest
    card: ModelCard | None
    setup: Setup
    notes: tuple[str, ...]
    connection: Connection
    refusal: ProviderError | None


@dataclass(slots=True)
class Chat:
    """Conversations in a store, answered by the models of a roster."""

    store: Store
    roster: Roster
    screens: Screens = NO_SCREENS
    """Is notified of questions and changes."""

    def send(self, conversation_id: str, message: Message, setup: Setup, *, must_fit: bool = False) -> LiveReply:
        """Add a message and ask for the answer.

        If the last question got no answer, the same message is a retry of it. With `must_fit` nothing is added that
        would not fit the context: raises ContextOverflowError. Raises BudgetError as `send_to` does.
        """
        return self.send_to({conversation_id: setup}, message, must_fit=must_fit)[0]

    def send_to(
        self,
        setups: Mapping[str, Setup],
        message: Message,
        *,
        times: int = 1,
        must_fit: bool = False,
        keep_refused: bool = False,
    ) -> list[LiveReply]:
        """Add a message to several conversations, each with a setup of its own, and ask for the answers.

        Each is asked so many `times`: the first answers of all are followed by the others of each, in their order. With
        `must_fit` nothing is added if it would fit the context of none of them: raises ContextOverflowError. Where all
        together could cost more than a budget has left nothing is added either: raises BudgetError, unless refused
        questions are to be kept with the refusal, because nobody waits for them.
        """
        message = _harmless(message)
        known = {id_: path for id_ in setups if (path := self.screens.path(id_)) is not None and is_settled(path)}
        if known.keys() == setups.keys():
            heads = {id_: path[-1].id if path else None for id_, path in known.items()}
            try:
                questions = next_questions(setups, known, message)
                return self._ask(questions, times=times, must_fit=must_fit, keep_refused=keep_refused, heads=heads)
            except MovedError:  # another tab or process added something: the paths are read again
                pass
        questions = next_questions(setups, self.store.paths(list(setups)), message)
        return self._ask(questions, times=times, must_fit=must_fit, keep_refused=keep_refused)

    def send_each(self, asked: Mapping[str, tuple[Setup, Message]], *, times: int = 1) -> list[LiveReply]:
        """Add a message of its own to each of several conversations, all or none; else as `send_to`."""
        paths = self.store.paths(list(asked))
        questions = [
            question
            for id_, (setup, message) in asked.items()
            for question in next_questions({id_: setup}, paths, _harmless(message))
        ]
        return self._ask(questions, times=times)

    def require_budget(self, setups: Mapping[str, Setup], message: Message, *, times: int = 1) -> None:
        """Raises BudgetError where `send_to`, each asked so many times, could cost more than a budget has left.

        Nothing is kept, held or sent.
        """
        questions = next_questions(setups, self.store.paths(list(setups)), _harmless(message))
        asked = [self._prepare(question)[0] for question in questions]
        reservations = [Reservation(one.id, one.connection, one.most, one.own) for one in asked if one.most is not None]
        self.store.require_budget(reservations * times)

    def edit(self, conversation_id: str, turn_id: str, text: str, setup: Setup) -> LiveReply:
        """Ask with another text in place of a turn's; the old branch stays. Raises BudgetError, and keeps nothing."""
        path, replaced = self._path_before(conversation_id, turn_id)
        message = Message("user", clean(text))
        return self._ask([Question(conversation_id, path, setup, message, replaces=replaced)])[0]

    def retry(self, conversation_id: str, turn_id: str, setup: Setup) -> LiveReply:
        """Ask again for the answer at a turn; the old one stays as another branch.

        Raises BudgetError, and keeps nothing.
        """
        return self.retry_times(conversation_id, turn_id, setup, times=1)[0]

    def retry_times(self, conversation_id: str, turn_id: str, setup: Setup, *, times: int) -> list[LiveReply]:
        """Ask for the answer at a turn again, so many times; else as `retry`."""
        path, replaced = self._path_before(conversation_id, turn_id)
        return self._ask([Question(conversation_id, path, setup, replaces=replaced)], times=times)

    def send_tool_results(self, conversation_id: str, results: Mapping[str, str], setup: Setup) -> LiveReply:
        """Add the results of the tool calls at the head, by the ids of the calls, and ask for the next answer.

        Raises BudgetError, and the results are not kept.
        """
        calls = head = self.store.path(conversation_id)[-1].id
        for call_id, result in results.items():
            head = self.store.add_turn(conversation_id, head, Message("tool", clean(result), tool_call_id=call_id)).id
        path = self.store.path(conversation_id)
        try:
            return self._ask([Question(conversation_id, path, setup)])[0]
        except BudgetError:
            first = next((after.id for before, after in pairwise(path) if before.id == calls), None)
            if first is not None:
                self.store.delete_turn(first)
            raise

    def select(self, turn_id: str) -> None:
        """Show the branch of a turn, down to its newest turn. Raises MissingError."""
        self.store.select_branch(turn_id)
        self._notify(turn_id)

    def set_head(self, turn_id: str) -> None:
        """Show the branch of a turn, with this turn as the last one. Raises MissingError."""
        self.store.set_head(turn_id)
        self._notify(turn_id)

    def delete(self, turn_id: str) -> None:
        """Hide a turn and all turns after it. Raises MissingError."""
        self.store.delete_turn(turn_id)
        self._notify(turn_id)

    def restore(self, turn_id: str) -> None:
        """Undo `delete`. Raises MissingError."""
        self.store.restore_turn(turn_id)
        self._notify(turn_id)

    def _notify(self, turn_id: str) -> None:
        turn = self.store.turn(turn_id)
        if turn is not None:
            self.screens.changed(turn.conversation_id)

    def _path_before(self, conversation_id: str, turn_id: str) -> tuple[tuple[Turn, ...], Turn | None]:
        """The path down to the parent of a turn, and the turn; the whole path and None if the parent is not on it."""
        turn = self.store.turn(turn_id)
        path = self.store.path(conversation_id)
        ids = [None, *(known.id for known in path)]
        if turn is None or turn.parent_id not in ids:
            return path, None
        return path[: ids.index(turn.parent_id)], turn

    def _ask(
        self,
        questions: Sequence[Question],
        *,
        times: int = 1,
        must_fit: bool = False,
        keep_refused: bool = False,
        heads: Mapping[str, str | None] | None = None,
    ) -> list[LiveReply]:
        """Store the questions in one transaction, notify the pages that show them, and send the requests.

        Where they could cost more than a budget has left, none of them is sent: raises BudgetError, or stores them with
        the refusal.
        """
        prepared = [self._prepare(question) for question in questions]
        repeats = [
            (replace(question, repeats=first.id), first)
            for question, (first, _, _) in zip(questions, prepared, strict=True)
            for _ in range(times - 1)
        ]
        questions = [*questions, *(question for question, _ in repeats)]
        prepared += [self._repeat(question, first) for question, first in repeats]
        refusals = [refusal for _, _, refusal in prepared if isinstance(refusal, ContextOverflowError)]
        if must_fit and refusals and len(refusals) == len(prepared):
            raise refusals[0]
        try:
            self.store.ask([reply_request for reply_request, _, _ in prepared], heads)
        except BudgetError as over:
            if not keep_refused:
                raise
            prepared = [(replace(asked, most=None), reply, refusal or over) for asked, reply, refusal in prepared]
            self.store.ask([reply_request for reply_request, _, _ in prepared], heads)
        for question, (reply_request, reply, _) in zip(questions, prepared, strict=True):
            live_replies.add(reply)  # before the notification: pages that read the path then find it
            if question.repeats is None:
                self.screens.question_asked(
                    question.conversation_id, question.path, pending_turns(question, reply_request, reply), reply
                )
            else:
                self.screens.asked_off_screen(question.conversation_id, reply)
        return [reply.start() if refusal is None else reply.refuse(refusal) for _, reply, refusal in prepared]

    def _repeat(self, question: Question, first: ReplyRequest) -> tuple[ReplyRequest, LiveReply, ProviderError | None]:
        """Another answer to a question, which is stored with the first."""
        parent = first.parent_id if first.message is None else first.message_id
        asked, reply, refusal = self._prepare(question)
        return replace(asked, message=None, parent_id=parent), reply, refusal

    def _prepare(self, question: Question) -> tuple[ReplyRequest, LiveReply, ProviderError | None]:
        """What to store of a question, its reply that has not started, and the reason if it cannot be sent."""
        path, message = question.path, question.message
        request, card, setup, notes, connection, refusal = self._resolve(question)
        if message is not None and is_unanswered(path):
            notes += (QUESTION_LEFT_OUT,)
        elif message is not None and calls_left_out(path):
            notes += (CALLS_LEFT_OUT,)
        reply_request = ReplyRequest(
            question.conversation_id,
            path[-1].id if path else None,
            setup.model,
            connection.name,
            message,
            response_format=request.response_format,
            repeats=question.repeats,
            setup=setup_record(setup, card, connection.name),
            preset=question.setup.preset,
            most=_held_for(card, request, connection, refusal),
            own=connection.paid_by_owner,
        )
        prompt_tokens = measure_context(card, request).prompt.value if card is not None else None
        reply = LiveReply(
            request,
            connection,
            StoreRecorder(self.store, card),
            owner=self.store.owner,
            id=reply_request.id,
            catalog=self.roster.workers_ai,
            prompt_tokens=prompt_tokens,
            exchange=Exchange(notes=list(notes)),
        )
        return reply_request, reply, refusal

    def _resolve(self, question: Question) -> _Resolved:
        """What a question becomes, and the reason where it cannot be sent."""
        # Only once: the roster may change meanwhile, and card and connection must be those of one model.
        found = self.roster.find(question.setup.model)
        card = found.card if isinstance(found, Found) else None
        setup, notes = effective_setup(question.setup, card)
        messages = history(question.path, question.message)
        request, left_out = new_request(messages, setup, card, question.conversation_id)
        connection = Connection(kind=kinds.KIND_OF_UNKNOWN)
        try:
            if not isinstance(found, Found):
                raise name_refusal(found)
            connection = self._connection(found.card, request)
        except ProviderError as error:
            return _Resolved(request, card, setup, (*notes, *left_out), connection, error)
        return _Resolved(request, card, setup, (*notes, *left_out), connection, None)

    def highest_cost(
        self, setups: Mapping[str, Setup], paths: Mapping[str, Sequence[Turn]], message: Message, *, times: int = 1
    ) -> Most:
        """What the ledger would hold for `send_to`, all answers together. Setups and paths are by conversation."""
        total = Decimal(0)
        for question in next_questions(setups, paths, message):
            request, card, _, _, connection, refusal = self._resolve(question)
            most = _held_for(card, request, connection, refusal) or Most(Decimal(0))
            if most.amount is None:
                return most
            total += most.amount * times
        return Most(total)

    def _connection(self, card: ModelCard, request: ChatRequest) -> Connection:
        connection = self.roster.connection(card)
        require_fit(card, request)
        return connection

    def request(self, path: Iterable[Turn], setup: Setup) -> tuple[ChatRequest, tuple[str, ...]]:
        """The request for the next answer on a path, and a note for each setting that had to be changed."""
        card = self.roster.card(setup.model)
        setup, notes = effective_setup(setup, card)
        request, left_out = new_request(history(path), setup, card, None)
        return request, (*notes, *left_out)

    def preview(self, path: Iterable[Turn], setup: Setup) -> dict[str, Any]:
        """The request body for the next answer on a path."""
        request, _ = self.request(path, setup)
        connection = self.connection_for(setup.model)
        return (
            network().submit(network().provider(connection, self.roster.workers_ai)).result(timeout=10).payload(request)
        )

    def last_request(self, path: Sequence[Turn], setup: Setup) -> ChatRequest:
        """The request for the last answer on a path, with this setup; before the first message that for PLACEHOLDER."""
        count = next((end for end in range(len(path), 0, -1) if path[end - 1].message.role != "assistant"), 0)
        if count:
            return self.request(path[:count], setup)[0]
        card = self.roster.card(setup.model)
        return new_request(history(path, PLACEHOLDER), effective_setup(setup, card)[0], card, None)[0]

    def connection_for(self, model: str) -> Connection:
        """The connection of a model; one without address and token where none is set up."""
        card = self.roster.card(model)
        if card is not None and self.roster.obstacle(card) is None:
            return self.roster.connection(card)
        return Connection(kind=card.provider if card else kinds.KIND_OF_UNKNOWN)

    def context_use(self, path: Iterable[Turn], setup: Setup) -> ContextUse | None:
        """The context use of the request for the next answer on a path; None for an unknown model."""
        card = self.roster.card(setup.model)
        return None if card is None else measure_context(card, self.request(path, setup)[0])

    def draft_use(self, path: Iterable[Turn], draft: Message, setup: Setup) -> ContextUse | None:
        """The context use with one more message on the path; None for an unknown model."""
        card = self.roster.card(setup.model)
        if card is None:
            return None
        return measure_context(card, new_request(history(path, draft), effective_setup(setup, card)[0], card, None)[0])

    def controls(self, card: ModelCard, use: ContextUse | None, setup: Setup) -> tuple[ParameterSpec, ...]:
        """The parameters of a model; the maximum of caps on the answer is what the context has left."""
        known = form_specs(card, setup.form)
        if use is None or use.left is None:
            return known
        left = max(use.left, 1)
        return tuple(
            replace(spec, maximum=max(left, setup.parameters.get(spec.name) or 1))
            if spec.group == "length" and spec.kind == "integer" and spec.maximum is None
            else spec
            for spec in known
        )

    def cost_on_other_models(self, usage: Usage) -> list[tuple[ModelCard, Decimal]]:
        """The cost of the same tokens on every model that has a price, cheapest first."""
        bare = replace(usage, neurons=None, billed=None)
        priced = [(card, metering.cost(bare, card.price)) for card in self.roster.catalog]
        return sorted(((card, amount) for card, amount in priced if amount is not None), key=lambda row: row[1])


def _held_for(
    card: ModelCard | None, request: ChatRequest, connection: Connection, refusal: ProviderError | None
) -> Most | None:
    """What is held in the ledger for a request; None where nobody bills it. Also where it is said to cost nothing: a
    server may bill it all the same.
    """
    return None if refusal or card is None or connection.traits.here else most_of(card, request, connection)


def _harmless(message: Message) -> Message:
    """A message without control characters and lone surrogates."""
    content = message.content
    return replace(message, content=clean(content) if isinstance(content, str) else tuple(harmless(content)))
