"""The messages of the channel, defined once: the browser's TypeScript types are made from these.

The server sends one JSON array a frame of the socket, of `ServerMessage` objects and of additions `[key, text]`, which
append text to the part of a turn that has that key; the meter of a live answer is small and is replaced. Fields that
have their default value are left out, except `kind`. A long text comes in pieces: a turn with its beginning, then
additions, also where the turn has ended. The browser sends one JSON object a frame.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LONGEST_MESSAGE = 2_000_000
"""Characters of one message that a person sends."""
LONGEST_FIELD = 200
MOST_PICTURES = 16
LONGEST_PICTURE = 14_000_000
"""Characters of one picture as a data: URI: 10 MB and base64."""

MOST_KNOWN_TURNS = 5_000
"""Turns that a browser may say it has."""

State = Literal["live", "done", "stopped", "failed", "interrupted"]
PartName = Literal["text", "thoughts", "meter"]
TurnAction = Literal["edit", "regenerate", "retry", "replay", "compare", "add_row", "inspect", "delete"]
Tone = Literal["good", "warning", "plain"]

Name = Annotated[str, Field(max_length=LONGEST_FIELD)]
Text = Annotated[str, Field(max_length=LONGEST_MESSAGE)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class PictureView(_Message):
    """A picture as a data: URI; where it cannot be shown, `caption` says why and `link` where it is."""

    url: str = ""
    caption: str = ""
    link: str = ""


class ToolCallView(_Message):
    """A tool call that a model asked for; `language` is that of its arguments, "" for text of any form."""

    id: str
    name: str
    arguments: str
    language: Literal["json", ""] = "json"


class Source(_Message):
    """A source that an answer names; without a link where its address is not of the web."""

    title: str
    host: str
    link: str = ""


class Choice(_Message):
    """A further answer of the same reply: one of the choices beside the first."""

    label: str
    text: str


class Probability(_Message):
    """How likely a token was: `share` in per cent as shown, `logprob` its natural logarithm as it came.

    `alternatives` are the other tokens in its place, each with its share, on one line.
    """

    token: str
    share: str
    logprob: float
    alternatives: str = ""


class Badge(_Message):
    """A short label on an answer."""

    label: str
    tone: Tone = "plain"


class Problem(_Message):
    """What went wrong and what to do next; `details` are a code, a request id, a wait.

    `page` is the page of the app where it can be put right, "" where there is none.
    """

    message: str
    hint: str = ""
    details: str = ""
    page: Literal["", "connections", "usage"] = ""


class Version(_Message):
    """One of several answers to the same, or wordings of a question; `differs` says how from the one on screen."""

    turn: str
    differs: str = ""


class TurnView(_Message):
    """All that a person sees of one turn. Every sentence is written on the server; the browser only draws.

    `text` and `thoughts` are Markdown, or one block of code where `code` names a language. They only grow, unless a
    later view says otherwise.
    """

    turn: str
    role: Literal["user", "assistant", "tool"]
    state: State = "done"
    text: str = ""
    thoughts: str = ""
    thoughts_label: str = ""
    code: Literal["json", ""] = ""
    pictures: tuple[PictureView, ...] = ()
    calls: tuple[ToolCallView, ...] = ()
    call_id: str = ""
    """The call that a tool's turn is the result of."""
    wants_results: bool = False
    """The form for the results of its calls is open."""
    sources: tuple[Source, ...] = ()
    choices: tuple[Choice, ...] = ()
    probabilities: tuple[Probability, ...] = ()
    probabilities_count: int = 0
    error: Problem | None = None
    waiting: str = ""
    """Why nothing is there yet: "Waiting for the first token · 3 s", "Queued …", "Retrying in 4 s …"."""
    notes: tuple[str, ...] = ()
    ending: Badge | None = None
    format: Badge | None = None
    proceed: bool = False
    """Continue is offered."""
    raise_to: int | None = None
    """The cap on the answer that Raise would set."""
    model: str = ""
    settings: str = ""
    meter: str = ""
    meter_help: str = ""
    versions: tuple[Version, ...] = ()
    actions: tuple[TurnAction, ...] = ()
    recorded: str = ""
    """What stands over an answer that is shown in place of another one: when and from which model it was recorded."""


# Sent by the server


class SlotMessage(_Message):
    """The turns in one slot of the page, from the top; `earlier` turns before them are still to be sent.

    Without `turns` they are those that were sent before. `busy`: an answer is on its way there, or about to be; Stop is
    offered. `note` is shown under the last turn.

    `mark` identifies the conversation in the slot and `shared_mark` what all slots of the page show together. Each
    request repeats one of them: `mark` for a slot, `shared_mark` for "all".
    """

    kind: Literal["slot"] = "slot"
    slot: str
    mark: str = ""
    shared_mark: str = ""
    turns: tuple[str, ...] | None = None
    earlier: int = 0
    busy: bool = False
    note: str = ""


class TurnMessage(_Message):
    """A turn that the browser does not have, or has out of date, and the keys by which its parts grow.

    Turns are sent before the slot that they are in. The browser forgets a turn that is in no slot any more; where it
    comes back it is sent again.
    """

    kind: Literal["turn"] = "turn"
    view: TurnView
    keys: dict[PartName, int]
    version: str
    """The browser repeats it in a later hello, to be sent only what is new."""
    appends: bool = False
    """The texts of the view go at the end of those that the browser has."""


class TurnChange(_Message):
    """Fields of a turn that are other than before, those of TurnView by name; `version` as in TurnMessage."""

    kind: Literal["change"] = "change"
    turn: str
    fields: dict[str, object]
    version: str


class Gauge(_Message):
    """How full the context is with the text in the composer: `share` from 0 to 1, None where the window is not known.

    `refusal` says by how much the text is too long, and is empty where it can be sent.
    """

    kind: Literal["gauge"] = "gauge"
    slot: str
    label: str
    help: str = ""
    share: float | None = None
    refusal: str = ""


class RequestDone(_Message):
    """The answer to a request, by its `number`: it was carried out, or `problem` says why not."""

    kind: Literal["done"] = "done"
    number: int
    problem: Problem | None = None


class Run(_Message):
    """Asks the browser to run the page: what it shows beside the conversation has changed."""

    kind: Literal["run"] = "run"


class MeasureAgain(_Message):
    """Asks the browser to have each composer measured again: settings have changed that count beside its text."""

    kind: Literal["measure"] = "measure"


class Begun(_Message):
    """The first message of a new conversation was accepted in a slot.

    The composer keeps its drafts under `draft_key` from now on; `address` is the new query of the page's URL.
    """

    kind: Literal["begun"] = "begun"
    slot: str
    draft_key: str
    address: str


class Recorded(_Message):
    """The recording of the answer at a turn, to be played by the browser as often as it likes.

    `at` is when it was asked, in ISO 8601. `steps` are three numbers each: milliseconds since the one before it, the
    first since the request was sent, and how many characters of text and of thoughts came then. With `play` it is
    played unasked, as soon as the turn is there.
    """

    kind: Literal["recorded"] = "recorded"
    slot: str
    turn: str
    at: str
    steps: tuple[int, ...]
    play: bool = False


class StagePane(_Message):
    """A pane on the stage: its slot, its name, and the question from which on its turns are shown, up to the next one.

    Without a `turn` nothing of it is shown.
    """

    slot: str
    name: str
    turn: str = ""


class RoomRow(_Message):
    """How often the room chose something, in words, and as a share from 0 to 1."""

    label: str
    share: float
    count: str


class RoomView(_Message):
    """What the room is asked: where its phones vote, with a QR code as the address of a picture, and what it says.

    Once the ballot is closed there is no address; while counts are hidden there are no rows.
    """

    address: str = ""
    code: str = ""
    warning: str = ""
    voted: str = ""
    rows: tuple[RoomRow, ...] = ()
    remark: str = ""


class StageView(_Message):
    """What is shown of a chat or comparison that is presented, around the turns in its slots.

    `step` of `steps` is on screen, counted from 1; `prompt` is its question, "" where the panes show it themselves.
    """

    title: str = ""
    step: int = 0
    steps: int = 0
    prompt: str = ""
    unasked: bool = False
    """The question was not asked yet."""
    panes: tuple[StagePane, ...] = ()
    pane: int = 0
    """The pane that is shown alone, counted from 1; 0 for all."""
    verdict: bool = False
    """The verdict is shown in place of the answers."""
    table: tuple[tuple[str, ...], ...] = ()
    """The verdict, its first row the heads of the columns."""
    remarks: tuple[str, ...] = ()
    """Sentences under the table."""
    has_verdict: bool = False
    room: RoomView | None = None
    """The room's vote is shown in place of the answers."""
    names: bool = True
    costs: bool = False
    blank: bool = False
    size: int = 0
    """By how many steps the type is larger or smaller than what fits the window by itself."""
    may_ask: bool = True
    presenter: bool = False
    """This window is that of who speaks; the rest is for it alone."""
    notes: str = ""
    following: str = ""
    """What comes next."""
    began_ms: int = 0
    """When it began, in milliseconds since 1970."""


class StageMessage(_Message):
    """What the stage of the page shows; without a view the page has none."""

    kind: Literal["stage"] = "stage"
    view: StageView | None = None


ServerMessage = (
    SlotMessage | TurnMessage | TurnChange | Gauge | MeasureAgain | Begun | Recorded | RequestDone | Run | StageMessage
)
OneTimeMessage = Gauge | MeasureAgain | Begun | Recorded | RequestDone
"""Messages that are sent once, and not again to a browser that comes back."""
Addition = tuple[int, str]
"""The key of a part and what comes at its end, or in its place where it is the meter."""


# Sent by the browser


class KnownTurn(_Message):
    """A turn that the browser has: its version, and how much of each part, in characters (code points)."""

    version: Name
    text: int = Field(0, ge=0)
    thoughts: int = Field(0, ge=0)


class Hello(_Message):
    """The first message of a socket: the page's token, and by id the turns that the browser has already."""

    kind: Literal["hello"] = "hello"
    token: Name
    known: dict[Name, KnownTurn] = Field(default_factory=dict, max_length=MOST_KNOWN_TURNS)


class _SlotRequest(_Message):
    number: int = Field(ge=0)
    """Counts up; RequestDone repeats it. A number that came before is not carried out twice."""
    slot: Name
    mark: Name
    """The mark of the slot as the person saw it; where the slot has another one by now, nothing is done."""


class Send(_SlotRequest):
    """Send a message, in one slot or, where `slot` is "all", in all that share the prompt."""

    kind: Literal["send"] = "send"
    text: Text
    pictures: tuple[Annotated[str, Field(max_length=LONGEST_PICTURE)], ...] = Field((), max_length=MOST_PICTURES)


class Stop(_SlotRequest):
    """Stop the answers on their way in a slot, or in all slots where `slot` is "all"."""

    kind: Literal["stop"] = "stop"


class Retry(_SlotRequest):
    """Ask again for the answer at a turn; the old one stays as another version."""

    kind: Literal["retry"] = "retry"
    turn: Name


class Edit(_SlotRequest):
    """Ask again with another text in place of the message at a turn; the old one stays as another version."""

    kind: Literal["edit"] = "edit"
    turn: Name
    text: Text


class Select(_SlotRequest):
    """Put another version on screen: the one at a turn."""

    kind: Literal["select"] = "select"
    turn: Name


class Delete(_SlotRequest):
    """Delete a turn and all that follows it; Restore undoes it."""

    kind: Literal["delete"] = "delete"
    turn: Name


class Restore(_SlotRequest):
    """Undo the deletion of a turn."""

    kind: Literal["restore"] = "restore"
    turn: Name


class Proceed(_SlotRequest):
    """Ask the model to go on where it stopped."""

    kind: Literal["proceed"] = "proceed"


class RaiseCap(_SlotRequest):
    """Raise the cap on answers to what the turn offers, and ask again."""

    kind: Literal["raise"] = "raise"
    turn: Name


class Results(_SlotRequest):
    """Answer the tool calls of a turn, each by its id, and ask the model to go on."""

    kind: Literal["results"] = "results"
    turn: Name
    results: dict[Name, Text] = Field(max_length=128)


class Play(_SlotRequest):
    """Ask for the recording of the answer at a turn, as Recorded. No model is asked."""

    kind: Literal["play"] = "play"
    turn: Name


class ComposerDraft(_SlotRequest):
    """Ask for a Gauge of the text in the composer and as many pictures. Nothing of it is kept."""

    kind: Literal["draft"] = "draft"
    mark: Name = ""
    text: Text
    pictures: int = Field(0, ge=0, le=MOST_PICTURES)


class Ping(_SlotRequest):
    """Ask whether the server is there; RequestDone is all that comes of it."""

    kind: Literal["ping"] = "ping"
    mark: Name = ""


Direction = Literal[
    "next", "previous", "start", "pane", "verdict", "room", "reveal", "names", "costs", "blank", "size", "run", "ask"
]


class Direct(_SlotRequest):
    """Direct what is presented: `value` is the pane to show alone, or how much larger the type is to be.

    "run" asks the question on screen again, "ask" asks `text`; "room" has the room vote, or shows and hides that, and
    "reveal" closes the vote.
    """

    kind: Literal["direct"] = "direct"
    mark: Name = ""
    do: Direction
    value: int = Field(0, ge=-16, le=16)
    text: Text = ""


BrowserRequest = Annotated[
    Send
    | Stop
    | Retry
    | Edit
    | Select
    | Delete
    | Restore
    | Proceed
    | RaiseCap
    | Results
    | Play
    | ComposerDraft
    | Ping
    | Direct,
    Field(discriminator="kind"),
]
