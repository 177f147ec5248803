"""A chat on the stage: a step for each question."""

from collections.abc import Sequence
from dataclasses import dataclass

from playground.answers.live_replies import live_replies
from playground.answers.live_reply import LiveReply
from playground.channel.views.turn import TurnPresenter
from playground.conversation.chat import Chat
from playground.conversation.setup import Setup, fit
from playground.messages import Message
from playground.presenting.position import Position
from playground.presenting.scene import Presentable, Scene, ScenePane, asked_questions, refuse_unless_last
from playground.store import Conversation
from playground.store.database.errors import MissingError
from playground.text.labels import visible

CHAT_SLOT = "main"
STOP_S = 3.0


@dataclass(frozen=True)
class PresentedChat(Presentable):
    """A conversation by its id."""

    conversation_id: str

    @property
    def kept_as(self) -> str:
        """What it is, and its id."""
        return f"chat {self.conversation_id}"

    def scene(self, chat: Chat, position: Position) -> Scene | None:
        """The question on screen with its answer."""
        conversation = chat.store.conversation(self.conversation_id)
        if conversation is None:
            return None
        path = chat.store.path(conversation.id)
        asked = asked_questions(path)
        at = position.at(len(asked))
        reply = asked[at].path[-1].reply if asked else None
        model = reply.model if reply is not None else conversation.model or ""
        card = chat.roster.card(model)
        presenter = TurnPresenter(hidden=not position.names, card=card, model=model, costs=position.costs)
        name = (visible(model) if card is None else chat.roster.called(card)) if position.names else "A"
        question = asked[at].question if asked else None
        pane = ScenePane(CHAT_SLOT, name, conversation.id, path, presenter, question)
        following = asked[at + 1].question.message.text if at + 1 < len(asked) else ""
        return Scene((pane,), at, len(asked), position.names, following=following)

    def show_names(self, chat: Chat) -> None:
        """A chat is not blind."""

    def run(self, chat: Chat, position: Position) -> Sequence[LiveReply]:
        """Ask the last question again; the answer before stays as another version."""
        refuse_unless_last(position, len(asked_questions(chat.store.path(self.conversation_id))))
        self.stop(chat)
        path = chat.store.path(self.conversation_id)
        return [chat.retry(self.conversation_id, path[-1].id, self._setup(chat))]

    def ask(self, chat: Chat, message: Message) -> Sequence[LiveReply]:
        """Ask in the conversation."""
        self.stop(chat)
        return [chat.send(self.conversation_id, message, self._setup(chat), must_fit=True)]

    def stop(self, chat: Chat) -> None:
        """Stop the answer that is coming."""
        for reply in live_replies.of(chat.store.owner, self.conversation_id):
            reply.stop()
            reply.ended.wait(STOP_S)

    def _setup(self, chat: Chat) -> Setup:
        found = chat.store.conversation(self.conversation_id)
        if found is None:
            raise MissingError("conversation", self.conversation_id)
        return setup_of(found, chat)


def setup_of(conversation: Conversation, chat: Chat) -> Setup:
    """What the next message of a conversation is sent with."""
    setup = Setup(conversation.model, conversation.system_prompt, conversation.parameters)
    setup = setup.with_options(conversation.options)
    card = chat.roster.card(setup.model)
    return setup if card is None else fit(setup, card)[0]
