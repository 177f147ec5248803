"""What a person sees of a turn: every sentence of it, made here, for the browser to draw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from playground.answers import live_reply as replies
from playground.answers.ending import failure_details, how_it_ended, thoughts_words, unsaved_note
from playground.channel.messages import Badge, Problem, ToolCallView, TurnAction, TurnView, Version
from playground.channel.views import extras as beside
from playground.channel.views.format import format_known, judge_format
from playground.channel.views.live import live_fields
from playground.compare.blind import Known, scrubbed, scrubbed_reply
from playground.compare.difference import differing_words
from playground.conversation.provenance import asked_differently, model_line, settings_words
from playground.messages import ToolCall
from playground.models.catalog import ModelCard
from playground.money.meter import meter_help, meter_text
from playground.store import Failure, StoredReply, Turn
from playground.text.cleaning import line

LONGEST_SENTENCE = 2_000
"""Characters of what a server says of an error or a note."""


@dataclass(frozen=True, slots=True)
class TurnPresenter:
    """How a slot shows its turns.

    `compact` is a pane's: only its last answer is asked for again, and its cap is set with the pane. While names are
    `hidden`, those of `card` are masked, or of a model that nobody knows its id `model`, and all is left out that tells
    it by other means. `cap` is the most tokens that an answer will have with what is set now. `find` reads turns by
    their ids, for what differs between versions: that of a store is `Store.turns`.
    """

    compact: bool = False
    hidden: bool = False
    card: ModelCard | None = None
    model: str = ""
    cap: int | None = None
    find: Callable[[str, Sequence[str]], Mapping[str, Turn]] | None = field(default=None, compare=False)

    def view(self, turn: Turn, live: replies.LiveReply | None, *, last: bool, quick: bool = False) -> TurnView:
        """What is seen of a turn; `live` is its answer while that is on its way, whose words are told apart.

        Not for an event loop: other versions are read, and a format may be judged for seconds; not so with `quick`.
        """
        if live is None and turn.reply is not None and not quick:
            judge_format(turn.reply)
        others = [id_ for id_ in turn.siblings if id_ != turn.id]
        known = self.find(turn.conversation_id, others) if self.find is not None and others and not quick else {}
        return turn_view(turn, self, last=last, live=live, versions=known, words=live is None)

    @property
    def scrub(self) -> Callable[[str, bool], str] | None:
        """What is seen of a text, with True of one that still grows; None for all of it."""
        known = self.known
        return (lambda text, growing: scrubbed(text, known, growing=growing)) if self.hidden and known else None

    @property
    def known(self) -> Known | None:
        """What is known of the model that may be hidden."""
        return self.card or self.model or None


def turn_view(
    turn: Turn,
    presenter: TurnPresenter,
    *,
    last: bool,
    live: replies.LiveReply | None = None,
    versions: Mapping[str, Turn] | None = None,
    words: bool = True,
) -> TurnView:
    """What is seen of a turn; `live` is its answer while that is on its way, with or without its `words`.

    `versions` are those among its siblings, by id, of which it is to be said how they differ from it. Whether an answer
    fits its format is said where `judge_format` found it out before.
    """
    about = _versions(turn, presenter, versions or {})
    if live is not None:
        return _live(turn, live, presenter, about, words=words)
    if turn.reply is not None:
        return _answer(turn, turn.reply, presenter, about, last=last)
    return _message(turn, presenter, about)


def _message(turn: Turn, presenter: TurnPresenter, about: tuple[Version, ...]) -> TurnView:
    """A turn that no model wrote here."""
    message = turn.message
    role = message.role if message.role != "system" else "user"
    offered: tuple[TurnAction, ...] = ("edit", "delete") if role == "user" else ("delete",)
    return TurnView(
        turn=turn.id,
        role=role,
        text=message.text,
        thoughts=message.reasoning or "",
        thoughts_label=thoughts_words(None) if message.reasoning else "",
        pictures=beside.pictures_sent(message.pictures),
        calls=tuple(map(_call, message.tool_calls)),
        call_id=message.tool_call_id or "",
        versions=about,
        actions=offered,
    )


def _live(
    turn: Turn, live: replies.LiveReply, presenter: TurnPresenter, about: tuple[Version, ...], *, words: bool
) -> TurnView:
    asked = None if presenter.hidden else turn.reply
    scrub = presenter.scrub

    def growing(text: str) -> str:
        return text if scrub is None else scrub(text, True)

    return TurnView(
        turn=turn.id,
        role="assistant",
        state="live",
        text=growing(live.text) if words else "",
        thoughts=growing(live.reasoning) if words else "",
        code="" if live.request.response_format is None else "json",
        model=model_line(asked) if asked else "",
        settings=" · ".join(settings_words(asked)) if asked else "",
        versions=about,
        **live_fields(live, hidden=presenter.hidden),
    )


def _answer(
    turn: Turn, reply: StoredReply, presenter: TurnPresenter, about: tuple[Version, ...], *, last: bool
) -> TurnView:
    badge = format_known(reply, presenter.known if presenter.hidden else None)
    reply = scrubbed_reply(reply, presenter.known) if presenter.hidden else reply
    held, ending = reply.extras, how_it_ended(reply)
    mendable = bool(ending) and last
    told = not presenter.hidden
    return TurnView(
        turn=turn.id,
        role="assistant",
        state=reply.state,
        text=reply.text,
        thoughts=reply.reasoning,
        thoughts_label=thoughts_words(reply.timings.thought_s if told else None) if reply.reasoning else "",
        code="json" if reply.text and reply.response_format is not None else "",
        pictures=beside.pictures_made(held.images),
        calls=tuple(map(_call, reply.tool_calls)),
        wants_results=last and reply.state == "done" and bool(reply.tool_calls),
        sources=beside.sources(held.citations),
        choices=beside.choices(held),
        probabilities=beside.probabilities(held.logprobs),
        probabilities_count=len(held.logprobs),
        error=None if reply.error is None else problem(reply.error),
        notes=tuple(map(_sentence, filter(None, (unsaved_note(reply), *reply.notes)))),
        ending=Badge(words=ending, tone="warning") if ending else None,
        format=badge,
        proceed=mendable and bool(reply.text) and reply.state != "failed",
        raise_to=_raise_to(reply, presenter) if mendable else None,
        model=model_line(reply) if told else "",
        settings=" · ".join(settings_words(reply)) if told else "",
        meter=meter_text(reply) if told else "",
        meter_help=meter_help(reply) if told else "",
        versions=about,
        actions=_actions(reply, presenter, last=last),
    )


def problem(error: Failure) -> Problem:
    """What went wrong, what to do, and what else is known of it."""
    return Problem(message=_sentence(error.message), hint=_sentence(error.hint), details=failure_details(error))


def _actions(reply: StoredReply, presenter: TurnPresenter, *, last: bool) -> tuple[TurnAction, ...]:
    again: TurnAction = "retry" if reply.error is not None else "regenerate"
    if not presenter.compact:
        return (again, "compare", "inspect", "delete")
    told: tuple[TurnAction, ...] = () if presenter.hidden else ("inspect",)
    return (*((again,) if last else ()), *told, "delete")


def _raise_to(reply: StoredReply, presenter: TurnPresenter) -> int | None:
    return presenter.cap * 2 if presenter.cap and not presenter.compact and reply.finish_reason == "length" else None


def _call(call: ToolCall) -> ToolCallView:
    custom = call.kind == "custom"
    arguments = call.arguments or ("" if custom else "{}")
    return ToolCallView(id=call.id, name=line(call.name), arguments=arguments, language="" if custom else "json")


def _versions(turn: Turn, presenter: TurnPresenter, known: Mapping[str, Turn]) -> tuple[Version, ...]:
    if len(turn.siblings) < 2:
        return ()
    return tuple(Version(turn=id_, differs=_differs(turn, known.get(id_), presenter)) for id_ in turn.siblings)


def _differs(shown: Turn, other: Turn | None, presenter: TurnPresenter) -> str:
    if other is None or other.id == shown.id:
        return ""
    if shown.reply is None or other.reply is None:
        return differing_words(shown.message.text, other.message.text)
    return "" if presenter.hidden else asked_differently(shown.reply, other.reply)


def _sentence(text: str) -> str:
    return line(text, LONGEST_SENTENCE)
