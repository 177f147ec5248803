"""The socket of a page: what is told and asked over it, from the first message to its end."""

import asyncio
import logging
from contextlib import suppress

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from playground.channel.asking import MalformedRequestError, queue_of
from playground.channel.messages import Hello
from playground.channel.pages import Page, pages
from playground.channel.serving.update_stream import UpdateStream

HELLO_S = 10.0
SLOW_S = 30.0
"""How long a frame may take to be on its way before the browser is let go: it comes back for the rest."""
LONGEST_HELLO = 2_000_000
SHORT_TEXT = 20_000
"""Characters that are read on the loop itself."""

UNKNOWN, UNREADABLE, REPLACED = 4404, 4400, 4409
"""Codes of a closed socket: there is no such page, what came is no message, a newer socket took its place."""
SLOW, BROKEN = 1013, 1011
"""The same as any server says: come back later, and something went wrong here."""
CLOSING_S = 5.0

log = logging.getLogger(__name__)


async def channel(socket: WebSocket) -> None:
    """One page's socket: the first message says which page, then both sides talk until one leaves."""
    await socket.accept()
    with suppress(WebSocketDisconnect, RuntimeError):  # RuntimeError: sent to a browser that has just left
        try:
            async with asyncio.timeout(HELLO_S):
                said = await _text(socket)
            if len(said) > LONGEST_HELLO:
                raise MalformedRequestError
            hello = await asyncio.to_thread(Hello.model_validate_json, said)
        except (ValidationError, MalformedRequestError, TimeoutError):
            await socket.close(UNREADABLE)
            return
        page = pages.get(hello.token)
        if page is None:
            await socket.close(UNKNOWN)
            return
        await _close(socket, await _talk(socket, page, hello))


async def _talk(socket: WebSocket, page: Page, hello: Hello) -> int:
    """Tell and hear until one of both ends, for whatever reason; the code to close the socket with."""
    updates = UpdateStream(page, asyncio.get_running_loop(), hello.have)
    page.join(updates)
    both = [asyncio.create_task(_receive(socket, page)), asyncio.create_task(_send(socket, updates))]
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        page.leave(updates)
        for task in both:
            task.cancel()
        await asyncio.wait(both)
    codes = [_code(socket, task) for task in both if not task.cancelled()]
    return codes[0] if codes else BROKEN


def _code(socket: WebSocket, task: "asyncio.Task[int]") -> int:
    error = task.exception()
    if error is None:
        return task.result()
    left = WebSocketState.DISCONNECTED in (socket.client_state, socket.application_state)
    if not isinstance(error, WebSocketDisconnect) and not left:
        log.error("a socket failed", exc_info=error)
    return BROKEN


async def _close(socket: WebSocket, code: int) -> None:
    if WebSocketState.DISCONNECTED not in (socket.client_state, socket.application_state):
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_S):
                await socket.close(code)


async def _send(socket: WebSocket, updates: UpdateStream) -> int:
    try:
        while frame := await updates.frame():
            async with asyncio.timeout(SLOW_S):
                await socket.send_text(frame.decode())
    except TimeoutError:
        return SLOW
    return REPLACED


async def _receive(socket: WebSocket, page: Page) -> int:
    queue = queue_of(page)
    while True:
        try:
            text = await _text(socket)
            if len(text) < SHORT_TEXT:
                queue.take(page, text)
            else:
                await asyncio.to_thread(queue.take, page, text)
        except MalformedRequestError:
            return UNREADABLE


async def _text(socket: WebSocket) -> str:
    """The next message. Raises MalformedRequestError where it is not text."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    text = message.get("text")
    if not isinstance(text, str):
        raise MalformedRequestError
    return text
