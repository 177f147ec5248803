"""What a page's browser does, without one: it opens the socket, keeps what it is told, and asks."""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import TypeAdapter
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from playground.channel.messages import ServerMessage

_told: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
PATIENCE_S = 20.0


class Browser:
    """One browser page. A context manager; `cut` and `open` lose and regain its socket."""

    def __init__(self, url: str, token: str, hello: str | None = None) -> None:
        """`hello` is what is said first instead of a hello."""
        self.url = url
        self._hello = hello
        self.token = token
        self.turns: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, str] = {}
        self.slots: dict[str, dict[str, Any]] = {}
        self.answers: dict[int, dict[str, Any] | None] = {}
        self.gauges: list[dict[str, Any]] = []
        self.begun: list[tuple[str, str]] = []
        """Draft key and address of conversations."""
        self.runs = 0
        self.frames: list[tuple[float, str]] = []
        self.told: list[Any] = []
        self.keys: dict[int, tuple[str, str]] = {}
        self._socket: ClientConnection | None = None
        self._number = 0

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cut()

    def open(self) -> Self:
        """Connect, and say what is there already."""
        address = urlsplit(self.url)
        origin = Origin(f"http://{address.netloc}")
        self._opened = ExitStack()
        self._socket = self._opened.enter_context(connect(self.url, max_size=None, origin=origin))
        self.keys.clear()
        known = {
            id_: {
                "version": self.versions[id_],
                "text": len(turn.get("text", "")),
                "thoughts": len(turn.get("thoughts", "")),
            }
            for id_, turn in self.turns.items()
        }
        hello = json.dumps({"kind": "hello", "token": self.token, "known": known})
        self.socket.send(hello if self._hello is None else self._hello)
        return self

    @property
    def socket(self) -> ClientConnection:
        """The open socket."""
        assert self._socket is not None
        return self._socket

    def cut(self) -> None:
        """Lose the connection."""
        if self._socket is not None:
            self._opened.close()
            self._socket = None

    def ask(self, kind: str, slot: str = "main", number: int | None = None, **rest: Any) -> int:
        """Send a request; answers with its number."""
        if number is None:
            number = self._number
            self._number += 1
        shared = [shown["shared_mark"] for shown in self.slots.values() if shown.get("shared_mark")]
        mark = shared[-1] if slot == "all" and shared else self.slots.get(slot, {}).get("mark", "")
        self.socket.send(json.dumps({"number": number, "kind": kind, "slot": slot, "mark": mark, **rest}))
        return number

    def done(self, number: int) -> dict[str, Any] | None:
        """Wait until a request was answered; the problem, if there was one."""
        self.until(lambda: number in self.answers)
        return self.answers[number]

    def until(self, seen: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Take in what comes until something is to be seen."""
        end = time.monotonic() + seconds
        while not seen():
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"not seen; {self.slots} {self.turns}"[:2000])
            self.take(left)

    def closed(self) -> int:
        """Wait until the server closes the socket; the code."""
        try:
            while True:
                self.take(PATIENCE_S)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 1006

    def take(self, seconds: float = PATIENCE_S) -> None:
        """Take in one frame."""
        try:
            data = self.socket.recv(seconds)
        except TimeoutError:
            return
        assert isinstance(data, str)
        self.frames.append((time.perf_counter(), data))
        told = json.loads(data)
        for one in told:
            self.told.append(one)
            if isinstance(one, list):
                self._add(*one)
            else:
                _told.validate_python(one)
                getattr(self, f"_{one['kind']}")(one)
        if any(isinstance(one, dict) and one["kind"] == "slot" for one in told):
            self._forget()

    def path(self, slot: str = "main") -> list[tuple[str, str, str]]:
        """Role, state and text of the turns in a slot."""
        found = (self.turns[id_] for id_ in self.slots.get(slot, {}).get("turns", ()))
        return [(turn["role"], turn.get("state", "done"), turn.get("text", "")) for turn in found]

    def text(self, slot: str = "main") -> str:
        """The words of the last turn in a slot."""
        path = self.path(slot)
        return path[-1][2] if path else ""

    def state(self, slot: str = "main") -> str:
        """How the last turn in a slot stands."""
        path = self.path(slot)
        return path[-1][1] if path else ""

    def _add(self, key: int, words: str) -> None:
        turn, part = self.keys[key]
        view = self.turns[turn]
        view[part] = words if part == "meter" else view.get(part, "") + words

    def _turn(self, one: dict[str, Any]) -> None:
        id_, view = one["view"]["turn"], dict(one["view"])
        if one.get("appends"):
            view |= {part: self.turns[id_].get(part, "") + view.get(part, "") for part in ("text", "thoughts")}
        self.turns[id_] = view
        self.versions[id_] = one["version"]
        self.keys |= {key: (id_, part) for part, key in one["keys"].items()}

    def _change(self, one: dict[str, Any]) -> None:
        self.turns[one["turn"]] |= one["fields"]
        self.versions[one["turn"]] = one["version"]

    def _slot(self, one: dict[str, Any]) -> None:
        before = self.slots.get(one["slot"], {})
        one.setdefault("turns", before.get("turns", []))
        assert all(turn in self.turns for turn in one["turns"])
        self.slots[one["slot"]] = one

    def _forget(self) -> None:
        """Forget turns that no slot names, once all have been told."""
        if any(slot.get("earlier") for slot in self.slots.values()):
            return
        named = {turn for slot in self.slots.values() for turn in slot["turns"]}
        self.turns = {turn: view for turn, view in self.turns.items() if turn in named}

    def _begun(self, one: dict[str, Any]) -> None:
        self.begun.append((one["draft_key"], one["address"]))

    def _gauge(self, one: dict[str, Any]) -> None:
        self.gauges.append(one)

    def _done(self, one: dict[str, Any]) -> None:
        assert one["number"] not in self.answers or self.answers[one["number"]] == one.get("problem")
        self.answers[one["number"]] = one.get("problem")

    def _run(self, _: dict[str, Any]) -> None:
        self.runs += 1
