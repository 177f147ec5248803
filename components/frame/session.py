"""What one browser session holds."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlencode

import streamlit as st

from components.frame.found_turn import FoundTurn, put_on_screen
from components.frame.frame import ensure_frame
from components.frame.late_address import LateAddress
from components.frame.process import LIST_PATIENCE_S, batch_runner, chat, chat_of, visitor
from components.frame.sign_in_screen import sign_in_screen
from playground.access.admission import NotAdmittedError
from playground.answers import live_reply as replies
from playground.answers.live_replies import live_replies
from playground.channel.marks import fresh_mark, mark_of
from playground.connections import settings
from playground.conversation.chat import Chat
from playground.conversation.setup import Setup, fit
from playground.errors import ProviderError
from playground.messages import ContentPart
from playground.models.catalog import ModelCard
from playground.models.naming import Waiting
from playground.owner import Owner
from playground.presets import LibraryPreset, PresetError, PresetLibrary
from playground.store import StoreError
from playground.text.markdown import plain

_P = ParamSpec("_P")

KEPT_FOR_ANYBODY = ("framed", "layout")
"""What is of the browser's window, and not of a person."""

PageAddress = tuple[str | None, str | None, str | None]
"""The conversation, the model and the preset in the URL of the chat page."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Words and pictures for the message box, put there once."""

    text: str
    pictures: tuple[ContentPart, ...] = ()
    id: str = field(default_factory=lambda: secrets.token_urlsafe(6))

    @property
    def for_browser(self) -> dict[str, Any]:
        """The same for the composer."""
        return {"id": self.id, "text": self.text, "pictures": [part["image_url"]["url"] for part in self.pictures]}


@dataclass(slots=True)
class Session:
    """What a person is doing on this page. What must survive a reload is in the store and the URL, not here."""

    setup: Setup
    """Its model may be a name that the address or a preset gave, until it is certain which model that means."""
    owner: Owner = field(kw_only=True)
    """Whose conversations are shown and changed here, by page runs as by the channel, which knows no visitor."""
    before: str = ""
    """The model that was chosen before such a name came."""
    conversation_id: str | None = None
    begun_as: str = field(default_factory=fresh_mark)
    """The mark of the conversation before it had an id."""
    offer: Offer | None = None
    notes: tuple[str, ...] = ()
    """What the last change of model did to the parameters."""
    lost: str | None = None
    """A conversation that the URL named and nobody knows."""
    awaited: str | None = None
    """The reply that was asked for here; its prompt returns to the composer if nothing comes of it."""
    found: FoundTurn | None = None
    """The turn that the address led to last."""
    preset: str | None = None
    """The preset that this chat was set by, whose prompt is offered."""
    page: str = ""
    url: PageAddress = (None, None, None)
    late: LateAddress[PageAddress] = field(default_factory=LateAddress)
    read_only: bool = False
    """Whether nothing may be asked or changed here."""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)
    """Held by whoever changes something here: what a person does comes by page runs and by the channel, on threads."""

    @property
    def chat(self) -> Chat:
        """The chat of the owner."""
        return chat_of(self.owner, read_only=self.read_only)

    def use_model(self, card: ModelCard, *, by_address: bool = False) -> None:
        """Change the model; parameters are kept, clamped or dropped, and `notes` says which.

        No conversation begins where only an address says it.
        """
        self.setup, self.notes = fit(replace(self.setup, model=card.id), card)
        if self.conversation_id is not None or not by_address:
            self.keep()

    def want_model(self, name: str) -> None:
        """Change the model to the one of that name; where that is not certain, the page asks, and nothing is sent."""
        if name != self.setup.model:
            self._put_by()
            self.setup, self.notes = replace(self.setup, model=name), ()
        if isinstance(self.chat.roster.find(name), Waiting):
            self.chat.roster.await_lists(LIST_PATIENCE_S)
        if (card := self.chat.roster.card(name)) is not None:
            self.use_model(card, by_address=True)

    def _settle_model(self) -> None:
        """Use the model that a name means, as soon as that is certain."""
        card = self.chat.roster.card(self.setup.model)
        if card is not None and card.id != self.setup.model:
            self.use_model(card, by_address=True)

    def _put_by(self) -> None:
        """Remember the model that is chosen, to offer it in place of a name that means none."""
        if self.chat.roster.card(self.setup.model) is not None:
            self.before = self.setup.model

    def use_preset(self, kept: LibraryPreset) -> None:
        """Set everything as a preset has it, and offer its prompt; `notes` says what its model does not take."""
        self._put_by()
        fitted, self.notes = PresetLibrary(self.chat.store).fitted(kept, self.setup.model, self.chat.roster.card)
        self.setup = replace(fitted, preset=kept.id)
        self.preset = kept.id
        if self.conversation_id is not None:
            self.keep()

    def change(self, **changes: Any) -> None:
        """Change the setup and keep it with the conversation, which begins here if there is none yet."""
        self.setup = replace(self.setup, **changes)
        self.keep()

    def keep(self) -> str:
        """Write the setup to the conversation and answer with its id."""
        if self.conversation_id is None:
            self.conversation_id = self.chat.store.create_conversation(**self.setup.as_settings).id
        else:
            self.chat.store.set_settings(self.conversation_id, **self.setup.as_settings)
        return self.conversation_id

    def open(self, conversation_id: str | None) -> None:
        """Turn to a conversation, or to a new one with the same setup."""
        self.awaited = self.lost = self.offer = self.found = None
        self.notes = ()
        self.conversation_id = self.preset = None
        self.begun_as = fresh_mark()
        if conversation_id is None:
            return
        found = self.chat.store.conversation(conversation_id)
        if found is None:
            self.lost = conversation_id
            return
        self.conversation_id = found.id
        self._put_by()
        kept = Setup(found.model or self.setup.model, found.system_prompt, found.parameters).with_options(found.options)
        card = self.chat.roster.card(kept.model)
        self.setup, self.notes = (kept, ()) if card is None else fit(kept, card)

    @property
    def mark(self) -> str:
        """The mark of the conversation."""
        return self.begun_as if self.conversation_id is None else mark_of(self.conversation_id)

    def follow_url(self) -> None:
        """Do what the URL asks where somebody else than this session wrote it, and write it where it is out of date."""
        asked: PageAddress = (st.query_params.get("c"), st.query_params.get("model"), st.query_params.get("preset"))
        came_from, self.page = self.page, "chat"
        late = came_from == "chat" and self.late.is_late(asked)
        if asked != self.url and not late and (any(asked) or came_from == "chat"):
            if asked[0] != self.conversation_id:
                self.open(asked[0])
            self._follow_preset(asked[2])
            if asked[1] and asked[1] != self.setup.model:
                self.want_model(asked[1])
        self._follow_turn(st.query_params.get("turn"), again=came_from != "chat")
        self._settle_model()
        model = self.setup.model if self.conversation_id or any(asked) else asked[1]
        if asked[0] and asked[0] == self.conversation_id and asked[1] is None:
            model = None  # the conversation says which
        self._write_url(asked, (self.conversation_id, model, self.preset))
        # What the first run after another page writes, the browser writes behind the name of that page first: Back
        # would lead there with the address of this one.
        if self.url != asked or ("turn" in st.query_params and came_from in ("", "chat")):
            st.query_params.from_dict(_query(self.url))

    def name_address(self) -> str:
        """The address of a conversation that has just begun, as a query; it is taken for the browser's from now on."""
        self._write_url(self.url, (self.conversation_id, self.setup.model, self.preset))
        return urlencode(_query(self.url))

    def _write_url(self, asked: PageAddress, written: PageAddress) -> None:
        self.url = written
        self.late.note(asked, written)

    def _follow_turn(self, turn_id: str | None, *, again: bool) -> None:
        """Lead to a turn of the conversation, once: what is done afterwards may lead to another branch."""
        if turn_id is None or self.conversation_id is None:
            return
        if again or self.found is None or self.found.turn != turn_id:
            trouble = put_on_screen(self.chat, self.conversation_id, turn_id, may_move=not self.read_only)
            self.found = FoundTurn(turn_id)
            self.notes = self.notes if trouble is None else (trouble,)

    def _follow_preset(self, preset_id: str | None) -> None:
        """A preset sets up a new chat; an old one has settings of its own, and is offered the prompt alone."""
        kept = PresetLibrary(self.chat.store).find(preset_id) if preset_id else None
        if kept is not None and self.conversation_id is None:
            self.use_preset(kept)
        else:
            self.preset = None if kept is None else kept.id
        if preset_id and kept is None:
            self.notes = ("There is no preset at this address. It may have been deleted.",)

    @property
    def live(self) -> "replies.LiveReply | None":
        """The answer that is on its way in this conversation."""
        store = self.chat.store
        if self.conversation_id is None or not live_replies.of(store.owner, self.conversation_id):
            return None
        conversation = store.conversation(self.conversation_id)
        reply = live_replies.get(store.owner, conversation.head) if conversation and conversation.head else None
        return reply if reply is not None and not reply.ended.is_set() else None


def _query(address: PageAddress) -> dict[str, str]:
    return {name: value for name, value in zip(("c", "model", "preset"), address, strict=True) if value}


def shows_errors(action: Callable[_P, None]) -> Callable[_P, None]:
    """An action of a page run, alone with the session. Trouble with the store or a service is said on the page, instead
    of ending the run.
    """

    @wraps(action)
    def telling(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            with session().lock:
                action(*args, **kwargs)
        except (StoreError, ProviderError, PresetError) as error:
            st.session_state.last_error = (error.message, error.hint)
        except NotAdmittedError:  # signed out meanwhile: nothing is done, and the run that follows says so
            return

    return telling


def show_last_error() -> None:
    """Say why the last action failed, once."""
    error = st.session_state.pop("last_error", None)
    if error is not None:
        message, hint = error
        st.error(f"**{plain(message)}** {plain(hint)}", icon=":material/error:")


def session() -> Session:
    """This browser session, made on first use, and anew where somebody else looks at the page.

    Where they are not signed in, or the app cannot start, the page says so and ends here.
    """
    ensure_frame()
    try:
        now = visitor()
        chat()
        batch_runner()
    except NotAdmittedError as refusal:
        forget_session()
        sign_in_screen(refusal)
        st.stop()
    except (StoreError, settings.SettingError) as error:
        st.error(f"**{plain(error.message)}** {plain(getattr(error, 'hint', ''))}", icon=":material/error:")
        st.stop()
    if "session" in st.session_state and st.session_state.session.owner != now.owner:
        forget_session()
    if "session" not in st.session_state:
        st.session_state.session = Session(Setup(chat().roster.default.id), owner=now.owner)
    found: Session = st.session_state.session
    found.read_only = not now.may_ask
    return found


def forget_session() -> None:
    """Forget all that a page shows and holds of whoever looked at it before."""
    channel = st.session_state.get("channel")
    if channel is not None:
        channel.close()
    for key in [key for key in st.session_state if key not in KEPT_FOR_ANYBODY]:
        del st.session_state[key]
