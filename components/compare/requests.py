"""What a person asks for in the panes of the compare page, over the channel: outside any page run."""

from collections.abc import Sequence

from components.chat.actions import GO_ON
from components.compare import actions
from components.compare.pane_slots import PANE, stand
from components.compare.session import CompareSession, comparing
from components.frame.session import Session, chat
from playground.answers.live_replies import live_replies
from playground.channel.asking import RefusedError, refuse_if_slot_changed
from playground.channel.marks import mark_of
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
from playground.compare.comparison import Pane
from playground.compare.replay import replay_of
from playground.conversation.chat import ContextUse
from playground.messages import Message
from playground.models.catalog import ModelCard

ALL = "all"


def handle(session: Session, here: CompareSession, page: Page, asked: BrowserRequest) -> Gauge | None:
    """Do what was asked for. Raises StoreError, ProviderError, PresetError and RefusedError."""
    if isinstance(asked, Stop):  # waits for nobody
        refuse_if_slot_changed(asked, _mark(here, asked.slot))
        _stop(_panes(here, asked.slot))
        return None
    if isinstance(asked, ComposerDraft):
        return _gauge(here, asked)
    refuse_if_slot_changed(asked, _mark(here, asked.slot))
    if isinstance(asked, Send):  # without the lock: a page run need not wait until answers have stopped
        message_of(asked.text, asked.pictures, () if here.offer is None else here.offer.pictures)
        comparing().stop(here.comparison.addressed if asked.slot == ALL else (_pane(here, asked.slot),))
    with session.lock:
        here.refresh()
        refuse_if_slot_changed(asked, _mark(here, asked.slot))
        if isinstance(asked, Send):
            offered = () if here.offer is None else here.offer.pictures
            _say(here, page, asked.slot, message_of(asked.text, asked.pictures, offered))
        else:
            _do(here, page, _pane(here, asked.slot), asked)
    page.run_after_first_tokens()
    return None


def _do(here: CompareSession, page: Page, pane: Pane, asked: BrowserRequest) -> None:
    store, setup = chat().store, here.comparison.fitted(pane, comparing().card(pane))[0]

    def own(turn_id: str) -> str:
        return own_turn(store, pane.conversation_id, turn_id)

    match asked:
        case Proceed():
            refuse_while_live(pane.conversation_id)
            actions.say_to(here, pane, GO_ON, before=lambda: stand(page, here))
        case Retry(turn=turn):
            refuse_second(store, own(turn))
            _refuse_unless_last(pane, turn)
            actions.ask_again(here.comparison, pane)
        case Select(turn=turn):
            chat().look_at(own(turn))
        case Edit(turn=turn, text=text):
            comparing().stop((pane,))
            chat().edit(pane.conversation_id, own(turn), text, setup)
        case Delete(turn=turn):
            comparing().stop((pane,))
            chat().delete(own(turn))
        case Restore(turn=turn):
            chat().restore(own(turn))
        case Results(turn=turn, results=results):
            refuse_while_live(pane.conversation_id)
            refuse_unless_open(store.path(pane.conversation_id), own(turn), results)
            chat().give_results(pane.conversation_id, results, setup)
        case RaiseCap():
            raise RefusedError(Problem(message="The cap on answers is set among the parameters of the pane."))
        case _:
            pass


def _refuse_unless_last(pane: Pane, turn_id: str) -> None:
    path = chat().store.path(pane.conversation_id)
    if not path or path[-1].id != turn_id:
        raise RefusedError(Problem(message="This is not the last answer of the pane any more."))


def _say(here: CompareSession, page: Page, slot: str, message: Message) -> None:
    def stands() -> None:
        """The order of the screen, and whether names may be seen, may be others for this question."""
        stand(page, here)

    if slot != ALL:
        actions.say_to(here, _pane(here, slot), message, before=stands)
    elif here.comparison.addressed:
        actions.say(here, message, before=stands)
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


def _stop(panes: Sequence[Pane]) -> None:
    for pane in panes:
        if replay := replay_of(pane.conversation_id):
            replay.stop()
        for reply in live_replies.of(pane.conversation_id):
            reply.stop()


def _gauge(here: CompareSession, draft: ComposerDraft) -> Gauge | None:
    """That of the pane whose context is the fullest; while names are hidden nothing that would tell models apart."""
    hidden = here.comparison.hidden
    panes = here.comparison.addressed if draft.slot == ALL else _panes(here, draft.slot)
    if hidden:
        panes = here.comparison.panes
    uses: list[tuple[ContextUse, ModelCard]] = []
    for pane in panes:
        card = comparing().card(pane)
        setup, path = here.comparison.fitted(pane, card)[0], path_on_screen(chat().store, pane.conversation_id)
        use = chat().draft_use(path, Message("user", draft.text), setup)
        if use is not None and card is not None:
            uses.append((use, card))
    if not uses:
        return None
    fullest, card = max(uses, key=lambda one: one[0].prompt.value / (one[0].window or 10**9))
    if hidden:
        too_much = fullest.left is not None and fullest.left <= 0
        return Gauge(slot=draft.slot, words="", refusal="Too long for one of the models." if too_much else "")
    return gauge(fullest, card, draft.slot)
