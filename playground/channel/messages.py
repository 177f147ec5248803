"""The messages of the channel, defined once: the browser's TypeScript types are made from these.

What the server tells goes out as one JSON array a frame of the socket, of `ServerMessage` objects and of additions
`[key, text]`, which put text at the end of the part of a turn that has that key; the meter of a live answer is small
and is replaced. Fields that have their default value are left out of what is told, `kind` alone is always there. A long
text comes in pieces: a turn with its beginning, then additions, also where the turn has ended. What the browser asks
for is one JSON object a frame.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LONGEST_MESSAGE = 2_000_000
"""Characters of one message that a person sends."""
LONGEST_FIELD = 200
MOST_PICTURES = 16
LONGEST_PICTURE = 14_000_000
"""Characters of one picture as a data: URI: 10 MB and base64."""

MOST_HAVE = 5_000
"""Turns that a browser says it has."""

State = Literal["live", "done", "stopped", "failed", "interrupted"]
PartName = Literal["text", "thoughts", "meter"]
TurnAction = Literal["edit", "regenerate", "retry", "compare", "inspect", "delete"]
Tone = Literal["good", "warning", "plain"]

Name = Annotated[str, Field(max_length=LONGEST_FIELD)]
Text = Annotated[str, Field(max_length=LONGEST_MESSAGE)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class PictureView(_Message):
    """A picture as a data: URI; where it is not shown, or cannot be drawn, `words` say why and `link` where it is."""

    url: str = ""
    words: str = ""
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
    """A further answer to the same question."""

    label: str
    text: str


class Probability(_Message):
    """How likely a token was, and what might have stood there instead, in words."""

    token: str
    share: str
    logprob: float
    instead: str = ""


class Badge(_Message):
    """A few words that mark an answer."""

    words: str
    tone: Tone = "plain"


class Problem(_Message):
    """What went wrong and what to do next; `details` are a code, a request id, a wait."""

    message: str
    hint: str = ""
    details: str = ""


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


# Told by the server


class SlotMessage(_Message):
    """What stands in one slot of the page, from the top; `earlier` turns before it are still to be told.

    Without `turns` they are as they were told before. `busy`: an answer is on its way there, or about to be; Stop is
    offered. `note` stands under the last turn.

    `stands` is a mark of what stands there and `together` one of what the slots of the page show together: they are
    said again with each request, for a slot or for "all".
    """

    kind: Literal["slot"] = "slot"
    slot: str
    stands: str = ""
    together: str = ""
    turns: tuple[str, ...] | None = None
    earlier: int = 0
    busy: bool = False
    note: str = ""


class TurnMessage(_Message):
    """A turn that the browser does not have, or has out of date, and the keys by which its parts grow.

    Turns are told before the slot that they stand in. A turn that stands in no slot any more is forgotten, and told
    anew where it comes back.
    """

    kind: Literal["turn"] = "turn"
    view: TurnView
    keys: dict[PartName, int]
    version: str
    """What the browser says when it comes back, to be told only what is new."""
    goes_on: bool = False
    """The texts of the view are only what comes after those that the browser said it had."""


class TurnChange(_Message):
    """Fields of a turn that are other than before, those of TurnView by name; `version` as in Turn."""

    kind: Literal["change"] = "change"
    turn: str
    fields: dict[str, object]
    version: str


class Gauge(_Message):
    """How full the context is with what stands in the composer; `refusal` says by how much it is too much."""

    kind: Literal["gauge"] = "gauge"
    slot: str
    words: str
    help: str = ""
    share: float | None = None
    refusal: str = ""


class RequestDone(_Message):
    """The request of that number was carried out, or was not because of a problem."""

    kind: Literal["answer"] = "answer"
    number: int
    problem: Problem | None = None


class Run(_Message):
    """What stands beside the conversation has changed: the page is to be run."""

    kind: Literal["run"] = "run"


class MeasureAgain(_Message):
    """What counts beside the words of a message has changed: what stands in composers is to be measured again."""

    kind: Literal["measure"] = "measure"


class Begun(_Message):
    """The first message of a new conversation was taken in a slot: where the page stands now.

    `draft_key` is what the composer keeps its drafts under from now on, `address` the query of the page.
    """

    kind: Literal["begun"] = "begun"
    slot: str
    draft_key: str
    address: str


ServerMessage = SlotMessage | TurnMessage | TurnChange | Gauge | MeasureAgain | Begun | RequestDone | Run
OneTimeMessage = Gauge | MeasureAgain | Begun | RequestDone
"""What is told once, and not again to a browser that comes back."""
Addition = tuple[int, str]
"""The key of a part and what comes at its end, or in its place where it is the meter."""


# Asked by the browser


class Have(_Message):
    """What the browser has of a turn: its version, and how much of each part, in characters (code points)."""

    version: Name
    text: int = Field(0, ge=0)
    thoughts: int = Field(0, ge=0)


class Hello(_Message):
    """The first message of a socket: the page's token, and what the browser has from a socket before."""

    kind: Literal["hello"] = "hello"
    token: Name
    have: dict[Name, Have] = Field(default_factory=dict, max_length=MOST_HAVE)


class _SlotRequest(_Message):
    number: int = Field(ge=0)
    """Counts up; the answer says it again. A number that came before is not carried out twice."""
    slot: Name
    stands: Name
    """The mark of what stood there for the person who asked; where something else does now, nothing is done."""


class Send(_SlotRequest):
    """Say something, in one slot or where `slot` is "all" in all that share the prompt."""

    kind: Literal["send"] = "send"
    text: Text
    pictures: tuple[Annotated[str, Field(max_length=LONGEST_PICTURE)], ...] = Field((), max_length=MOST_PICTURES)


class Stop(_SlotRequest):
    """Break off what is on its way in a slot, or in "all"."""

    kind: Literal["stop"] = "stop"


class Retry(_SlotRequest):
    """Ask again for the answer at a turn."""

    kind: Literal["retry"] = "retry"
    turn: Name


class Edit(_SlotRequest):
    """Say it differently at a turn and ask again."""

    kind: Literal["edit"] = "edit"
    turn: Name
    text: Text


class Select(_SlotRequest):
    """Put another version on screen."""

    kind: Literal["select"] = "select"
    turn: Name


class Delete(_SlotRequest):
    """Take a turn, and what follows it, away."""

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


class ComposerDraft(_SlotRequest):
    """What stands in the composer now, to be measured; it is kept nowhere."""

    kind: Literal["draft"] = "draft"
    stands: Name = ""
    text: Text
    pictures: int = Field(0, ge=0, le=MOST_PICTURES)


class Ping(_SlotRequest):
    """Is the server there? It is answered, and nothing else."""

    kind: Literal["ping"] = "ping"
    stands: Name = ""


BrowserRequest = Annotated[
    Send | Stop | Retry | Edit | Select | Delete | Restore | Proceed | RaiseCap | Results | ComposerDraft | Ping,
    Field(discriminator="kind"),
]
