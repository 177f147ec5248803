"""The view of a turn, with all its texts, for the browser to draw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from playground.answers import live_reply as replies
from playground.answers.ending import ending_text, failure_details, thoughts_heading, unsaved_note
from playground.channel.messages import Badge, Problem, ToolCallView, TurnAction, TurnView, Version
from playground.channel.views import extras as extra_views
from playground.channel.views.format import check_reply_format, format_badge
from playground.channel.views.live import live_fields
from playground.compare.blind import KnownModel, scrubbed, scrubbed_reply
from playground.compare.difference import differing_words
from playground.conversation.provenance import model_line, settings_labels, setup_difference
from playground.messages import ToolCall
from playground.models.catalog import ModelCard
from playground.money.meter import meter_help, meter_text
from playground.presenting.recordings import may_be_recorded, sign_of
from playground.store import Failure, StoredReply, Turn
from playground.text.cleaning import line

LONGEST_SENTENCE = 2_000
"""Characters of what a server says of an error or a note."""


@dataclass(frozen=True, slots=True)
class TurnPresenter:
    """How a slot shows its turns.

    `compact` is for panes: only the last answer can be asked again, and the cap is set with the pane. While names are
    `hidden`, those of `card`, or the id `model` where there is no card, are masked, and all else that identifies the
    model is left out, and without `costs` what an answer cost. `cap` is the most tokens of an answer with the current
    settings. `find` reads turns by id, to describe how versions differ (`Store.turns`).
    """

    compact: bool = False
    hidden: bool = False
    card: ModelCard | None = None
    model: str = ""
    cap: int | None = None
    costs: bool = True
    find: Callable[[str, Sequence[str]], Mapping[str, Turn]] | None = field(default=None, compare=False)

    def view(self, turn: Turn, live: replies.LiveReply | None, *, last: bool, quick: bool = False) -> TurnView:
        """The view of a turn; `live` is its answer while it arrives, whose text is sent apart.

        Blocks, unless `quick`: other versions are read, and a format may be checked for seconds.
        """
        if live is None and turn.reply is not None and not quick:
            check_reply_format(turn.reply)
        others = [id_ for id_ in turn.siblings if id_ != turn.id]
        known = self.find(turn.conversation_id, others) if self.find is not None and others and not quick else {}
        return turn_view(turn, self, last=last, live=live, versions=known, with_text=live is None)

    @property
    def scrub(self) -> Callable[[str, bool], str] | None:
        """Masks a text, with True one that still grows; None where nothing is masked."""
        known = self.known
        return (lambda text, growing: scrubbed(text, known, growing=growing)) if self.hidden and known else None

    @property
    def known(self) -> KnownModel | None:
        """The model whose names may be hidden."""
        return self.card or self.model or None


def turn_view(
    turn: Turn,
    presenter: TurnPresenter,
    *,
    last: bool,
    live: replies.LiveReply | None = None,
    versions: Mapping[str, Turn] | None = None,
    with_text: bool = True,
) -> TurnView:
    """The view of a turn; `live` is its answer while it arrives, `with_text` or without.

    `versions` are siblings, by id, whose differences from the turn are described. Whether an answer
    fits its format is shown if `check_reply_format` was called before.
    """
    shown_versions = _versions(turn, presenter, versions or {})
    if live is not None:
        return _live(turn, live, presenter, shown_versions, with_text=with_text)
    if turn.reply is not None:
        return _answer(turn, turn.reply, presenter, shown_versions, last=last)
    return _message(turn, presenter, shown_versions)


def _message(turn: Turn, presenter: TurnPresenter, shown_versions: tuple[Version, ...]) -> TurnView:
    """The view of a turn that is no answer of a model here."""
    message = turn.message
    role = message.role if message.role != "system" else "user"
    offered: tuple[TurnAction, ...] = ("edit", "delete") if role == "user" else ("delete",)
    return TurnView(
        turn=turn.id,
        role=role,
        text=message.text,
        thoughts=message.reasoning or "",
        thoughts_label=thoughts_heading(None) if message.reasoning else "",
        pictures=extra_views.pictures_sent(message.pictures),
        calls=tuple(map(_call, message.tool_calls)),
        call_id=message.tool_call_id or "",
        versions=shown_versions,
        actions=offered,
    )


def _live(
    turn: Turn,
    live: replies.LiveReply,
    presenter: TurnPresenter,
    shown_versions: tuple[Version, ...],
    *,
    with_text: bool,
) -> TurnView:
    stored = None if presenter.hidden else turn.reply
    scrub = presenter.scrub

    def growing(text: str) -> str:
        return text if scrub is None else scrub(text, True)

    return TurnView(
        turn=turn.id,
        role="assistant",
        state="live",
        text=growing(live.text) if with_text else "",
        thoughts=growing(live.reasoning) if with_text else "",
        code="" if live.request.response_format is None else "json",
        model=model_line(stored) if stored else "",
        settings=" · ".join(settings_labels(stored)) if stored else "",
        versions=shown_versions,
        **live_fields(live, hidden=presenter.hidden, costs=presenter.costs),
    )


def _answer(
    turn: Turn, reply: StoredReply, presenter: TurnPresenter, shown_versions: tuple[Version, ...], *, last: bool
) -> TurnView:
    recorded = sign_of(reply, named=not presenter.hidden)
    badge = format_badge(reply, presenter.known if presenter.hidden else None)
    reply = scrubbed_reply(reply, presenter.known) if presenter.hidden else reply
    extras, ending = reply.extras, ending_text(reply)
    can_be_continued = bool(ending) and last
    visible = not presenter.hidden
    return TurnView(
        turn=turn.id,
        role="assistant",
        state=reply.state,
        text=reply.text,
        thoughts=reply.reasoning,
        thoughts_label=thoughts_heading(reply.timings.thought_s if visible else None) if reply.reasoning else "",
        code="json" if reply.text and reply.response_format is not None else "",
        pictures=extra_views.pictures_made(extras.images),
        calls=tuple(map(_call, reply.tool_calls)),
        wants_results=last and reply.state == "done" and bool(reply.tool_calls),
        sources=extra_views.sources(extras.citations),
        choices=extra_views.choices(extras),
        probabilities=extra_views.probabilities(extras.logprobs),
        probabilities_count=len(extras.logprobs),
        error=None if reply.error is None else problem(reply.error),
        recorded=_sentence(recorded),
        notes=tuple(map(_sentence, filter(None, (unsaved_note(reply), *reply.notes[bool(recorded) :])))),
        ending=Badge(label=ending, tone="warning") if ending else None,
        format=badge,
        proceed=can_be_continued and bool(reply.text) and reply.state != "failed",
        raise_to=_raise_to(reply, presenter) if can_be_continued else None,
        model=model_line(reply) if visible else "",
        settings=" · ".join(settings_labels(reply)) if visible else "",
        meter=meter_text(reply, costs=presenter.costs) if visible else "",
        meter_help=meter_help(reply) if visible else "",
        versions=shown_versions,
        actions=_actions(reply, presenter, last=last),
    )


def problem(error: Failure) -> Problem:
    """An error as a problem to show."""
    return Problem(
        message=_sentence(error.message),
        hint=_sentence(error.hint),
        details=failure_details(error),
        page="connections" if error.kind in ("authentication", "permission") else "",
    )


def _actions(reply: StoredReply, presenter: TurnPresenter, *, last: bool) -> tuple[TurnAction, ...]:
    retry_action: TurnAction = "retry" if reply.error is not None else "regenerate"
    replay: tuple[TurnAction, ...] = ("replay",) if may_be_recorded(reply) else ()
    add_row: tuple[TurnAction, ...] = ("add_row",) if reply.state == "done" and reply.text.strip() else ()
    if not presenter.compact:
        return (retry_action, *replay, "compare", *add_row, "inspect", "delete")
    inspect: tuple[TurnAction, ...] = () if presenter.hidden else (*add_row, "inspect")
    return (*((retry_action,) if last else ()), *replay, *inspect, "delete")


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
    return "" if presenter.hidden else setup_difference(shown.reply, other.reply)


def _sentence(text: str) -> str:
    return line(text, LONGEST_SENTENCE)
