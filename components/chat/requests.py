"""Carries out the channel's requests for the conversation of the chat page, outside any page run."""

from collections.abc import Sequence

from components.chat import actions
from components.frame.session import Session
from playground.answers.live_replies import live_replies
from playground.answers.recording import cap
from playground.channel.asking import RefusedError, refuse_if_slot_changed
from playground.channel.messages import (
    BrowserRequest,
    ComposerDraft,
    Delete,
    Edit,
    Gauge,
    Play,
    Problem,
    Proceed,
    RaiseCap,
    Recorded,
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
from playground.channel.views.recorded import recorded
from playground.messages import ContentPart, Message
from playground.store import Store, Turn

SLOT = "main"


def handle(here: Session, page: Page, request: BrowserRequest) -> Gauge | Recorded | None:
    """Carry out a request. Raises StoreError, ProviderError, PresetError and RefusedError."""
    if isinstance(request, Stop):  # waits for nobody
        refuse_if_slot_changed(request, here.mark, here.begun_as)
        stop_answer(here)
        return None
    if isinstance(request, ComposerDraft):
        return _gauge(here, request)
    if isinstance(request, Play):
        refuse_if_slot_changed(request, here.mark, here.begun_as)
        return recorded(here.chat.store, request.slot, _own(here, request.turn))
    _refuse(here, request)
    if isinstance(request, Send | Retry | Edit | Delete | RaiseCap):
        actions.settle(here)  # without the lock: a page run need not wait until an answer has stopped
    with here.lock:
        _refuse(here, request)
        _carry_out(here, page, request)
    return None


def _refuse(here: Session, request: BrowserRequest) -> None:
    """Raises RefusedError and MissingError for what cannot be done now; nothing is changed."""
    refuse_if_slot_changed(request, here.mark, here.begun_as)
    match request:
        case Send(text=text, pictures=pictures):
            message_of(text, pictures, _offered(here))
        case Proceed():
            refuse_while_live(here.owner, here.conversation_id)
        case Retry(turn=turn) | RaiseCap(turn=turn):
            refuse_second(here.chat.store, _own(here, turn))
        case Edit(turn=turn, text=text):
            if not text.strip():
                raise RefusedError(Problem(message="There is nothing to send."))
            _own(here, turn)
        case Delete(turn=turn):
            _own(here, turn)
        case Results(turn=turn, results=results):
            refuse_while_live(here.owner, here.conversation_id)
            refuse_unless_open(_path(here), _own(here, turn), results)
        case _:
            pass


def _offered(here: Session) -> Sequence[ContentPart]:
    return () if here.offer is None else here.offer.pictures


def stop_answer(here: Session) -> None:
    """Stop the answers on their way in a session's conversation."""
    if here.conversation_id is not None:
        for reply in live_replies.of(here.owner, here.conversation_id):
            reply.stop()


def _carry_out(here: Session, page: Page, request: BrowserRequest) -> None:
    match request:
        case Send(text=text, pictures=pictures):
            _send(here, page, message_of(text, pictures, _offered(here)))
        case Proceed():
            _send(here, page, actions.GO_ON)
        case Retry(turn=turn):
            actions.retry(here, _own(here, turn))
        case Edit(turn=turn, text=text):
            actions.edit(here, _own(here, turn), text)
        case Select(turn=turn):
            actions.select(here, _own(here, turn))
        case Delete(turn=turn):
            actions.delete_turn(here, _own(here, turn))
        case Restore(turn=turn):
            here.chat.restore(_own(here, turn))
        case RaiseCap(turn=turn):
            _raise_cap(here, page, _own(here, turn))
        case Results(turn=turn, results=results):
            actions.send_tool_results(here, results)
        case _:
            pass


def _send(here: Session, page: Page, message: Message) -> None:
    store = here.chat.store
    actions.send_message(here, message, on_ready=lambda id_: _show_begun(here, page, id_, store), must_fit=True)


def _show_begun(here: Session, page: Page, conversation_id: str, store: Store) -> None:
    """Show a conversation that has just begun on the page, and in its address, before its first message is sent."""
    if not page.shows(conversation_id):
        had_query = any(here.url)
        page.begin(SLOT, conversation_id, store=store, mark=here.mark, address=here.name_address())
        if had_query:
            # Streamlit keeps the query that the page was opened with until a run writes another one, and comes back
            # with it after the server was away.
            page.run_after_first_tokens()


def _path(here: Session) -> Sequence[Turn]:
    return () if here.conversation_id is None else here.chat.store.path(here.conversation_id)


def _own(here: Session, turn_id: str) -> str:
    """A turn of the session's own conversation. Raises MissingError for any other."""
    return own_turn(here.chat.store, here.conversation_id, turn_id)


def _raise_cap(here: Session, page: Page, turn_id: str) -> None:
    card = here.chat.roster.card(here.setup.model)
    request, _ = here.chat.request((), here.setup)
    cap_now = cap(request, card) if card is not None else None
    if cap_now is None:
        raise RefusedError(Problem(message="No cap on the answer is known.", hint="Set one among the parameters."))
    actions.raise_cap(here, turn_id, cap_now * 2)
    page.run_after_first_tokens()


def _gauge(here: Session, draft: ComposerDraft) -> Gauge | None:
    setup, path = here.setup, path_on_screen(here.chat.store, here.conversation_id)
    card = here.chat.roster.card(setup.model)
    message = Message("user", draft.text)
    if not draft.text.strip() and not draft.pictures:
        use = here.chat.context_use(path, setup)
    else:
        use = here.chat.draft_use(path, message, setup)
    if use is None or card is None:
        return None
    return gauge(use, card, draft.slot, here.chat.highest_cost({SLOT: setup}, {SLOT: path}, message))
