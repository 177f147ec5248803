"""Carries out the channel's requests for the panes of the compare page, outside any page run."""

from collections.abc import Sequence

from components.chat.actions import GO_ON
from components.compare import actions
from components.compare.pane_slots import PANE, fill_slots
from components.compare.session import CompareSession
from components.frame.session import Session
from playground.answers.live_replies import live_replies
from playground.channel.asking import RefusedError, refuse_if_slot_changed
from playground.channel.marks import mark_of
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
from playground.compare.comparison import Pane
from playground.compare.replay import replay_of
from playground.conversation.context_use import ContextUse
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.models.catalog import ModelCard
from playground.store import Turn

ALL = "all"


def handle(session: Session, here: CompareSession, page: Page, request: BrowserRequest) -> Gauge | Recorded | None:
    """Carry out a request. Raises StoreError, ProviderError, PresetError and RefusedError."""
    if isinstance(request, Stop):  # waits for nobody
        refuse_if_slot_changed(request, _mark(here, request.slot))
        _stop(here, _panes(here, request.slot))
        return None
    if isinstance(request, ComposerDraft):
        return _gauge(here, request)
    refuse_if_slot_changed(request, _mark(here, request.slot))
    if isinstance(request, Play):
        store, pane = here.chat.store, _pane(here, request.slot)
        return recorded(store, request.slot, own_turn(store, pane.conversation_id, request.turn))
    if isinstance(request, Send):  # without the lock: a page run need not wait until answers have stopped
        message_of(request.text, request.pictures, () if here.offer is None else here.offer.pictures)
        here.comparing.stop(here.comparison.linked_panes if request.slot == ALL else (_pane(here, request.slot),))
    with session.lock:
        here.refresh()
        refuse_if_slot_changed(request, _mark(here, request.slot))
        if isinstance(request, Send):
            offered = () if here.offer is None else here.offer.pictures
            _send(here, page, request.slot, message_of(request.text, request.pictures, offered))
        else:
            _carry_out(here, page, _pane(here, request.slot), request)
    page.run_after_first_tokens()
    return None


def _carry_out(here: CompareSession, page: Page, pane: Pane, request: BrowserRequest) -> None:
    store, setup = here.chat.store, here.comparison.fitted(pane, here.comparing.card(pane))[0]

    def own(turn_id: str) -> str:
        return own_turn(store, pane.conversation_id, turn_id)

    match request:
        case Proceed():
            refuse_while_live(here.owner, pane.conversation_id)
            actions.send_to_pane(here, pane, GO_ON, on_ready=lambda: fill_slots(page, here))
        case Retry(turn=turn):
            refuse_second(store, own(turn))
            _refuse_unless_last(here, pane, turn)
            actions.ask_again(here, pane)
        case Select(turn=turn):
            here.chat.set_head(own(turn))
        case Edit(turn=turn, text=text):
            here.comparing.stop((pane,))
            here.chat.edit(pane.conversation_id, own(turn), text, setup)
        case Delete(turn=turn):
            here.comparing.stop((pane,))
            here.chat.delete(own(turn))
        case Restore(turn=turn):
            here.chat.restore(own(turn))
        case Results(turn=turn, results=results):
            refuse_while_live(here.owner, pane.conversation_id)
            refuse_unless_open(store.path(pane.conversation_id), own(turn), results)
            here.chat.send_tool_results(pane.conversation_id, results, setup)
        case RaiseCap():
            raise RefusedError(Problem(message="The cap on answers is set among the parameters of the pane."))
        case _:
            pass


def _refuse_unless_last(here: CompareSession, pane: Pane, turn_id: str) -> None:
    path = here.chat.store.path(pane.conversation_id)
    if not path or path[-1].id != turn_id:
        raise RefusedError(Problem(message="This is not the last answer of the pane any more."))


def _send(here: CompareSession, page: Page, slot: str, message: Message) -> None:
    def show() -> None:
        """Show the panes anew: a message may change their order, and whether names are hidden."""
        fill_slots(page, here)

    if slot != ALL:
        actions.send_to_pane(here, _pane(here, slot), message, on_ready=show)
    elif here.comparison.linked_panes:
        actions.send_to_all(here, message, on_ready=show)
    else:
        raise RefusedError(Problem(message="Every pane has a prompt of its own."))


def _mark(here: CompareSession, slot: str) -> str:
    return mark_of(here.comparison_id if slot == ALL else _pane(here, slot).conversation_id)


def _panes(here: CompareSession, slot: str) -> Sequence[Pane]:
    return here.comparison.panes if slot == ALL else (_pane(here, slot),)


def _pane(here: CompareSession, slot: str) -> Pane:
    """The pane in a slot. Raises RefusedError where there is none."""
    number = slot.removeprefix(PANE)
    shown = here.comparison.shown()
    if slot.startswith(PANE) and number.isdecimal() and int(number) < len(shown):
        return shown[int(number)]
    raise RefusedError(Problem(message="There is no such pane any more."))


def _stop(here: CompareSession, panes: Sequence[Pane]) -> None:
    for pane in panes:
        if replay := replay_of(here.owner, pane.conversation_id):
            replay.stop()
        for reply in live_replies.of(here.owner, pane.conversation_id):
            reply.stop()


def _gauge(here: CompareSession, draft: ComposerDraft) -> Gauge | None:
    """The gauge of the pane whose context is the fullest; while names are hidden, nothing that tells models apart."""
    hidden = here.comparison.hidden
    panes = here.comparison.linked_panes if draft.slot == ALL else _panes(here, draft.slot)
    if hidden:
        panes = here.comparison.panes
    uses: list[tuple[ContextUse, ModelCard]] = []
    setups: dict[str, Setup] = {}
    paths: dict[str, Sequence[Turn]] = {}
    message = Message("user", draft.text)
    for pane in panes:
        card, id_ = here.comparing.card(pane), pane.conversation_id
        setups[id_], paths[id_] = here.comparison.fitted(pane, card)[0], path_on_screen(here.chat.store, id_)
        use = here.chat.draft_use(paths[id_], message, setups[id_])
        if use is not None and card is not None:
            uses.append((use, card))
    if not uses:
        return None
    fullest, card = max(uses, key=lambda pair: pair[0].prompt.value / (pair[0].window or 10**9))
    if hidden:
        too_much = fullest.left is not None and fullest.left <= 0
        return Gauge(slot=draft.slot, label="", refusal="Too long for one of the models." if too_much else "")
    times = here.comparison.repetitions
    most = here.chat.highest_cost(setups, paths, message, times=times)
    caps = [use.answer for use, _ in uses]
    return gauge(fullest, card, draft.slot, most, caps=caps, answers=times * len(setups))
