"""A conversation with a model: what is sent, what is kept, what it costs. Pages call it; nothing here draws."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from playground import metering
from playground.answers.exchange import Exchange
from playground.answers.live_replies import live_replies
from playground.answers.live_reply import LiveReply
from playground.answers.network import network
from playground.answers.recording import StoreRecorder, cap
from playground.connections import kinds
from playground.conversation import tokens
from playground.conversation.history import CALLS_LEFT_OUT, QUESTION_LEFT_OUT, calls_left_out, history, is_unanswered
from playground.conversation.provenance import setup_record
from playground.conversation.screens import NO_SCREENS, Screens
from playground.conversation.setup import Setup, fit, form_specs
from playground.conversation.tokens import TokenCount
from playground.errors import ContextOverflowError, ProviderError
from playground.messages import ChatRequest, Message
from playground.metering import Timings, Usage
from playground.models.catalog import ModelCard
from playground.models.naming import Found, name_refusal
from playground.models.roster import Roster
from playground.parameters import ParameterSpec, payload_parameters
from playground.providers import Connection
from playground.store import MovedError, ReplyRequest, Store, StoredReply, Turn
from playground.text.cleaning import clean
from playground.text.json_value import harmless

_WHOSE = {"user": "yours", "assistant": "the model's", "system": "the system prompt", "tool": "a tool's result"}
PLACEHOLDER = Message("user", "What is the origin of the phrase Hello, World?")
"""Stands in code and exports for a message that nobody has written yet."""


@dataclass(frozen=True, slots=True)
class ContextUse:
    """How much of a model's context window a conversation takes, in tokens."""

    prompt: TokenCount
    window: int | None
    answer: int | None
    """The cap on the answer that will apply; None where none is set and the model's page names none."""

    @property
    def left(self) -> int | None:
        """What remains for the answer."""
        return None if self.window is None else self.window - self.prompt.value


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked at the end of a path: with a message that is new, or for another answer to the last one."""

    conversation_id: str
    path: Sequence[Turn]
    setup: Setup
    message: Message | None = None
    repeats: str | None = None
    instead_of: Turn | None = None
    """What stood after the path on screen, where this is another version of it."""


def _question(conversation_id: str, path: Sequence[Turn], setup: Setup, message: Message) -> _Question:
    """What is asked where somebody says something: the same question again where it is, and has no answer."""
    again = is_unanswered(path) and len(path) > 1 and path[-2].message == message
    if again and path[-1].reply is not None and path[-1].reply.state != "live":
        return _Question(conversation_id, path[:-1], setup, instead_of=path[-1])
    return _Question(conversation_id, path, setup, message)


def _questions(setups: Mapping[str, Setup], paths: Mapping[str, Sequence[Turn]], message: Message) -> list[_Question]:
    return [_question(id_, paths[id_], setup, message) for id_, setup in setups.items()]


def _is_settled(path: Sequence[Turn]) -> bool:
    """Whether all answers on a path have ended, and the last one came: it is then all that there is to know of it."""
    return not is_unanswered(path) and all(turn.reply is None or turn.reply.state != "live" for turn in path)


def _harmless(message: Message) -> Message:
    """What a person typed or attached, without what nobody types."""
    content = message.content
    return replace(message, content=clean(content) if isinstance(content, str) else tuple(harmless(content)))


@dataclass(slots=True)
class Chat:
    """Conversations in a store, answered by the models of a roster."""

    store: Store
    roster: Roster
    screens: Screens = NO_SCREENS
    """Hear of what is asked."""

    def send(self, conversation_id: str, message: Message, setup: Setup, *, fits: bool = False) -> LiveReply:
        """Say something and ask for the answer.

        The same once more where no answer came is another try at the same question. With `fits` nothing is said where
        it would not fit the context. Raises ContextOverflowError then.
        """
        return self.send_to({conversation_id: setup}, message, fits=fits)[0]

    def send_to(self, setups: Mapping[str, Setup], message: Message, *, fits: bool = False) -> list[LiveReply]:
        """Say the same in several conversations, each with a setup of its own, and ask for the answers.

        With `fits` nothing is said where it would fit the context of none. Raises ContextOverflowError then.
        """
        message = _harmless(message)
        known = {id_: path for id_ in setups if (path := self.screens.path(id_)) is not None and _is_settled(path)}
        if known.keys() == setups.keys():
            heads = {id_: path[-1].id if path else None for id_, path in known.items()}
            try:
                return self._ask(_questions(setups, known, message), fits=fits, heads=heads)
            except MovedError:  # by another tab or another process: what is there now is read
                pass
        return self._ask(_questions(setups, self.store.paths(list(setups)), message), fits=fits)

    def edit(self, conversation_id: str, turn_id: str, text: str, setup: Setup) -> LiveReply:
        """Say it differently at a turn and ask again; the old branch stays."""
        path, old = self._before(conversation_id, turn_id)
        said = Message("user", clean(text))
        return self._ask([_Question(conversation_id, path, setup, said, instead_of=old)])[0]

    def retry(self, conversation_id: str, turn_id: str, setup: Setup, *, repeats: str | None = None) -> LiveReply:
        """Ask again for the answer at a turn; the old one stays as another branch.

        `repeats` is the reply that this one is to be counted with, as another answer to the same.
        """
        path, old = self._before(conversation_id, turn_id)
        return self._ask([_Question(conversation_id, path, setup, repeats=repeats, instead_of=old)])[0]

    def give_results(self, conversation_id: str, results: Mapping[str, str], setup: Setup) -> LiveReply:
        """Answer the tool calls at the head, each by its id, and ask the model to go on."""
        head = self.store.path(conversation_id)[-1].id
        for call_id, result in results.items():
            head = self.store.add_turn(conversation_id, head, Message("tool", clean(result), tool_call_id=call_id)).id
        return self._ask([_Question(conversation_id, self.store.path(conversation_id), setup)])[0]

    def select(self, turn_id: str) -> None:
        """Put the branch of a turn on screen, down to its newest turn. Raises MissingError."""
        self.store.select_branch(turn_id)
        self._tell(turn_id)

    def look_at(self, turn_id: str) -> None:
        """Put the branch of a turn on screen, down to this turn and no further. Raises MissingError."""
        self.store.set_head(turn_id)
        self._tell(turn_id)

    def delete(self, turn_id: str) -> None:
        """Hide a turn and all that follows it. Raises MissingError."""
        self.store.delete_turn(turn_id)
        self._tell(turn_id)

    def restore(self, turn_id: str) -> None:
        """Undo `delete`. Raises MissingError."""
        self.store.restore_turn(turn_id)
        self._tell(turn_id)

    def _tell(self, turn_id: str) -> None:
        turn = self.store.turn(turn_id)
        if turn is not None:
            self.screens.changed(turn.conversation_id)

    def _before(self, conversation_id: str, turn_id: str) -> tuple[tuple[Turn, ...], Turn | None]:
        """The path down to where a turn follows, whichever of its siblings is on it, and that turn."""
        turn = self.store.turn(turn_id)
        path = self.store.path(conversation_id)
        ids = [None, *(known.id for known in path)]
        if turn is None or turn.parent_id not in ids:
            return path, None
        return path[: ids.index(turn.parent_id)], turn

    def _ask(
        self, questions: Sequence[_Question], *, fits: bool = False, heads: Mapping[str, str | None] | None = None
    ) -> list[LiveReply]:
        """Keep what is asked, all of it at once, tell it to the pages that show it, and send it."""
        prepared = [self._prepared(question) for question in questions]
        refusals = [refused for _, _, refused in prepared if isinstance(refused, ContextOverflowError)]
        if fits and refusals and len(refusals) == len(prepared):
            raise refusals[0]
        self.store.ask([asked for asked, _, _ in prepared], heads)
        for question, (asked, reply, _) in zip(questions, prepared, strict=True):
            live_replies.add(reply)  # before it is told: whoever reads the path meanwhile finds it
            if question.repeats is None:
                self.screens.question_asked(
                    question.conversation_id, question.path, _begun(question, asked, reply), reply
                )
            else:
                self.screens.asked_beside(question.conversation_id, reply)
        return [reply.start() if refused is None else reply.refuse(refused) for _, reply, refused in prepared]

    def _prepared(self, question: _Question) -> tuple[ReplyRequest, LiveReply, ProviderError | None]:
        """What is to be kept of a question, its answer before it is asked for, and why it cannot be."""
        path, said = question.path, question.message
        # Once: a list of models that comes meanwhile must not make the name and the connection those of two models.
        meaning = self.roster.find(question.setup.model)
        card = meaning.card if isinstance(meaning, Found) else None
        setup, notes = sent(question.setup, card)
        if said is not None and is_unanswered(path):
            notes += (QUESTION_LEFT_OUT,)
        elif said is not None and calls_left_out(path):
            notes += (CALLS_LEFT_OUT,)
        request, left_out = _request(history(path, said), setup, card, question.conversation_id)
        refused, connection = None, Connection(kind=kinds.KIND_OF_UNKNOWN)
        try:
            if not isinstance(meaning, Found):
                raise name_refusal(meaning)
            connection = self._connection(meaning.card, request)
        except ProviderError as error:
            refused = error
        asked = ReplyRequest(
            question.conversation_id,
            path[-1].id if path else None,
            setup.model,
            connection.name,
            said,
            response_format=request.response_format,
            repeats=question.repeats,
            setup=setup_record(setup, card, connection.name),
        )
        counted = self._context_use(card, request).prompt.value if card is not None else None
        reply = LiveReply(
            request,
            connection,
            StoreRecorder(self.store, card),
            id=asked.id,
            catalog=self.roster.workers_ai,
            prompt_tokens=counted,
            exchange=Exchange(notes=[*notes, *left_out]),
        )
        return asked, reply, refused

    def _connection(self, card: ModelCard, request: ChatRequest) -> Connection:
        connection = self.roster.connection(card)
        use = self._context_use(card, request)
        if use.left is not None and use.left <= 0:
            longest = max(request.messages, key=lambda message: len(message.text), default=None)
            named = (
                f" The longest message is {_WHOSE[longest.role]} ({len(longest.text):,} characters)." if longest else ""
            )
            raise ContextOverflowError(
                f"This conversation has {'' if use.prompt.exact else 'about '}{use.prompt.value:,} tokens; "
                f"{card.name} reads at most {use.window:,}: "
                f"{1 - use.left:,} too many.{named}",
                hint="Shorten or delete messages, start a new chat, or choose a model with a larger context.",
            )
        return connection

    def request(self, path: Iterable[Turn], setup: Setup) -> tuple[ChatRequest, tuple[str, ...]]:
        """The request that the end of a path asks for, and a sentence for each parameter that had to be changed."""
        card = self.roster.card(setup.model)
        setup, notes = sent(setup, card)
        request, left_out = _request(history(path), setup, card, None)
        return request, (*notes, *left_out)

    def preview(self, path: Iterable[Turn], setup: Setup) -> dict[str, Any]:
        """The very body that the conversation would be sent as."""
        request, _ = self.request(path, setup)
        connection = self.addressed(setup.model)
        return (
            network().submit(network().provider(connection, self.roster.workers_ai)).result(timeout=10).payload(request)
        )

    def last_asked(self, path: Sequence[Turn], setup: Setup) -> ChatRequest:
        """The request for the last answer on a path, as it would be sent with this setup.

        Before the first message PLACEHOLDER stands in its place, with all that is set.
        """
        asked = next((end for end in range(len(path), 0, -1) if path[end - 1].message.role != "assistant"), 0)
        if asked:
            return self.request(path[:asked], setup)[0]
        card = self.roster.card(setup.model)
        return _request(history(path, PLACEHOLDER), sent(setup, card)[0], card, None)[0]

    def addressed(self, model: str) -> Connection:
        """The connection that a model would be asked by; one without address and token where none is set up."""
        card = self.roster.card(model)
        if card is not None and self.roster.obstacle(card) is None:
            return self.roster.connection(card)
        return Connection(kind=card.provider if card else kinds.KIND_OF_UNKNOWN)

    def context_use(self, path: Iterable[Turn], setup: Setup) -> ContextUse | None:
        """How full the context would be if the conversation were sent as it is; None for an unknown model."""
        card = self.roster.card(setup.model)
        return None if card is None else self._context_use(card, self.request(path, setup)[0])

    def draft_use(self, path: Iterable[Turn], draft: Message, setup: Setup) -> ContextUse | None:
        """The same with something more said at the end of it."""
        card = self.roster.card(setup.model)
        if card is None:
            return None
        return self._context_use(card, _request(history(path, draft), sent(setup, card)[0], card, None)[0])

    def _context_use(self, card: ModelCard, request: ChatRequest) -> ContextUse:
        if card.tokenizer == "llama-3":
            _prepare_tokenizer()
        said = request.messages if request.prompt is None else request.prompt
        counted = tokens.count(said, card, raw=request.raw)
        return ContextUse(counted, card.context_window, cap(request, card))

    def controls(self, card: ModelCard, use: ContextUse | None, setup: Setup) -> tuple[ParameterSpec, ...]:
        """The parameters of a model; caps on the answer end at what the context leaves."""
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
        """The same tokens priced on every model that has a price, cheapest first."""
        bare = replace(usage, neurons=None, billed=None)
        priced = [(card, metering.cost(bare, card.price)) for card in self.roster.catalog]
        return sorted(((card, amount) for card, amount in priced if amount is not None), key=lambda row: row[1])


def _begun(question: _Question, asked: ReplyRequest, reply: LiveReply) -> list[Turn]:
    """The turns of a question that was just asked, as they are in the store."""
    new: list[Turn] = []
    others = () if question.instead_of is None else question.instead_of.siblings
    parent, at = asked.parent_id, reply.started_at
    if asked.message is not None:
        siblings = (*others, asked.message_id)
        new.append(Turn(asked.message_id, question.conversation_id, parent, asked.message, at, siblings))
        parent, others = asked.message_id, ()
    kept = StoredReply(
        id=reply.id,
        conversation_id=question.conversation_id,
        model=asked.model,
        connection=asked.connection,
        state="live",
        text="",
        reasoning="",
        tool_calls=(),
        finish_reason=None,
        truncated=False,
        usage=None,
        price=None,
        cost=None,
        timings=Timings(None, None),
        error=None,
        request_id=None,
        notes=(),
        response_format=asked.response_format,
        cached=False,
        started_at=at,
        finished_at=None,
        repeats=asked.repeats,
        setup=asked.setup,
    )
    new.append(
        Turn(reply.id, question.conversation_id, parent, Message("assistant", ""), at, (*others, reply.id), kept)
    )
    return new


def sent(setup: Setup, card: ModelCard | None) -> tuple[Setup, tuple[str, ...]]:
    """What is sent of a setup to a model, by the model's id, and a sentence for each thing that had to be changed."""
    if card is None:
        return setup, ()
    setup, notes = fit(replace(setup, model=card.id), card)
    parameters = payload_parameters(setup.parameters, form_specs(card, setup.form))
    instructions = "" if setup.form == "prompt" else setup.system_prompt
    return replace(setup, parameters=parameters, system_prompt=instructions), notes


def _request(
    said: Sequence[Message], setup: Setup, card: ModelCard | None, conversation_id: str | None
) -> tuple[ChatRequest, tuple[str, ...]]:
    notes: tuple[str, ...] = ()
    if card is not None and card.vision is False and any(not isinstance(m.content, str) for m in said):
        said = tuple(replace(message, content=message.text) for message in said)
        notes += (f"images left out, {card.name} reads text only",)
    system = (Message("system", setup.system_prompt),) if setup.system_prompt.strip() else ()
    bare = setup.form == "prompt"
    if bare and any(not isinstance(message.content, str) for message in said[-1:]):
        notes += ("images left out, a bare prompt is words alone",)
    request = ChatRequest(
        model=card.wire_id if card else setup.model,
        messages=() if bare else (*system, *said),
        prompt=next((message.text for message in reversed(said) if message.role == "user"), "") if bare else None,
        raw=setup.raw,
        parameters=setup.parameters,
        tools=setup.tools,
        response_format=setup.response_format,
        reject_if_busy=setup.reject_if_busy,
        conversation_id=conversation_id,
    )
    return request, notes


@lru_cache(maxsize=1)
def _prepare_tokenizer() -> None:
    tokens.prepare()
