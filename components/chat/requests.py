"""What a person asks for in the conversation of the chat page, over the channel: outside any page run."""

from collections.abc import Sequence

from components.chat import actions
from components.frame.session import Session, chat
from playground.answers.live_replies import live_replies
from playground.answers.recording import cap
from playground.channel.asking import RefusedError, refuse_if_slot_changed
from playground.channel.messages import (
    BrowserRequest,
    ComposerDraft,
    Delete,
    Edit,
    Gauge,
    Problem,
    Proceed,
    RaiseCap,
    Restore,
    Results,
    Retry,
    Select,
    Send,
    Stop,
)
from playground.channel.open_conversations import path_on_screen
from playground.channel.pages import Page
from playground.channel.sent import message_of, own_turn, refuse_second, refuse_unless_open, refuse_while_live
from playground.channel.views.gauge import gauge
from playground.messages import ContentPart, Message
from playground.store import Store, Turn

SLOT = "main"


def handle(here: Session, page: Page, asked: BrowserRequest) -> Gauge | None:
    """Do what was asked for. Raises StoreError, ProviderError, PresetError and RefusedError."""
    if isinstance(asked, Stop):  # waits for nobody
        refuse_if_slot_changed(asked, here.stands, here.begun_as)
        stop_answer(here)
        return None
    if isinstance(asked, ComposerDraft):
        return _gauge(here, asked)
    _refuse(here, asked)
    if isinstance(asked, Send | Retry | Edit | Delete | RaiseCap):
        actions.settle(here)  # without the lock: a page run need not wait until an answer has stopped
    with here.lock:
        _refuse(here, asked)
        _do(here, page, asked)
    return None


def _refuse(here: Session, asked: BrowserRequest) -> None:
    """Raises RefusedError and MissingError for what cannot be done now; nothing is changed."""
    refuse_if_slot_changed(asked, here.stands, here.begun_as)
    match asked:
        case Send(text=text, pictures=pictures):
            message_of(text, pictures, _offered(here))
        case Proceed():
            refuse_while_live(here.conversation_id)
        case Retry(turn=turn) | RaiseCap(turn=turn):
            refuse_second(chat().store, _own(here, turn))
        case Edit(turn=turn, text=text):
            if not text.strip():
                raise RefusedError(Problem(message="There is nothing to send."))
            _own(here, turn)
        case Delete(turn=turn):
            _own(here, turn)
        case Results(turn=turn, results=results):
            refuse_while_live(here.conversation_id)
            refuse_unless_open(_path(here), _own(here, turn), results)
        case _:
            pass


def _offered(here: Session) -> Sequence[ContentPart]:
    return () if here.offer is None else here.offer.pictures


def stop_answer(here: Session) -> None:
    """Break off what is on its way in a session's conversation."""
    if here.conversation_id is not None:
        for reply in live_replies.of(here.conversation_id):
            reply.stop()


def _do(here: Session, page: Page, asked: BrowserRequest) -> None:
    match asked:
        case Send(text=text, pictures=pictures):
            _say(here, page, message_of(text, pictures, _offered(here)))
        case Proceed():
            _say(here, page, actions.GO_ON)
        case Retry(turn=turn):
            actions.retry(here, _own(here, turn))
        case Edit(turn=turn, text=text):
            actions.edit(here, _own(here, turn), text)
        case Select(turn=turn):
            actions.select(_own(here, turn))
        case Delete(turn=turn):
            actions.delete_turn(here, _own(here, turn))
        case Restore(turn=turn):
            chat().restore(_own(here, turn))
        case RaiseCap(turn=turn):
            _raise_cap(here, page, _own(here, turn))
        case Results(turn=turn, results=results):
            actions.give_results(here, results)
        case _:
            pass


def _say(here: Session, page: Page, message: Message) -> None:
    store = chat().store
    actions.say(here, message, before=lambda id_: _stands(here, page, id_, store), fits=True)


def _stands(here: Session, page: Page, conversation_id: str, store: Store) -> None:
    """A conversation that has just begun is on the page, and in its address, before anything is said in it."""
    if not page.shows(conversation_id):
        page.begin(SLOT, conversation_id, store=store, stands=here.stands, address=here.name_address())


def _path(here: Session) -> Sequence[Turn]:
    return () if here.conversation_id is None else chat().store.path(here.conversation_id)


def _own(here: Session, turn_id: str) -> str:
    """A turn of the session's own conversation. Raises MissingError for any other."""
    return own_turn(chat().store, here.conversation_id, turn_id)


def _raise_cap(here: Session, page: Page, turn_id: str) -> None:
    card = chat().roster.card(here.setup.model)
    request, _ = chat().request((), here.setup)
    most = cap(request, card) if card is not None else None
    if most is None:
        raise RefusedError(Problem(message="No cap on the answer is known.", hint="Set one among the parameters."))
    actions.raise_cap(here, turn_id, most * 2)
    page.run_after_first_tokens()


def _gauge(here: Session, draft: ComposerDraft) -> Gauge | None:
    setup, path = here.setup, path_on_screen(chat().store, here.conversation_id)
    card = chat().roster.card(setup.model)
    if not draft.text.strip() and not draft.pictures:
        use = chat().context_use(path, setup)
    else:
        use = chat().draft_use(path, Message("user", draft.text), setup)
    return gauge(use, card, draft.slot) if use is not None and card is not None else None
