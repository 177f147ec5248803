"""The WebSocket of a page, from the first message to its end."""

import asyncio
import logging
from contextlib import suppress

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from playground.channel.asking import MalformedRequestError, queue_of
from playground.channel.messages import Hello
from playground.channel.pages import Page, pages
from playground.channel.serving.update_stream import UpdateStream
from playground.store import StoreError

HELLO_S = 10.0
SLOW_S = 30.0
"""The socket is closed if a frame takes longer to be sent; the browser reconnects for the rest."""
LONGEST_HELLO = 2_000_000
SHORT_TEXT = 20_000
"""Requests of fewer characters are read on the loop itself."""

UNKNOWN, UNREADABLE, REPLACED = 4404, 4400, 4409
"""Close codes: there is no such page, the message is invalid, a newer socket took its place."""
SLOW, BROKEN = 1013, 1011
"""Standard close codes: try again later, and an internal error."""
CLOSING_S = 5.0

log = logging.getLogger(__name__)


async def channel(socket: WebSocket) -> None:
    """Serve one socket: the first message names the page, then both sides send until one ends."""
    await socket.accept()
    with suppress(WebSocketDisconnect, RuntimeError):  # RuntimeError: sent to a browser that has just left
        try:
            async with asyncio.timeout(HELLO_S):
                text = await _text(socket)
            if len(text) > LONGEST_HELLO:
                raise MalformedRequestError
            hello = await asyncio.to_thread(Hello.model_validate_json, text)
        except (ValidationError, MalformedRequestError, TimeoutError):
            await socket.close(UNREADABLE)
            return
        page = pages.get(hello.token)
        if page is None or not await _is_of(socket, page):
            await socket.close(UNKNOWN)
            return
        await _close(socket, await _talk(socket, page, hello))


async def _is_of(socket: WebSocket, page: Page) -> bool:
    """Whether it is the browser of the page's visitor, where people sign in; their token alone is not enough."""
    if not page.sign_in:
        return True
    cookie = socket.scope.get("sign_in")
    if cookie is None or cookie.id != page.sign_in:
        return False
    try:
        return await asyncio.to_thread(page.look)
    except StoreError:
        return False  # the page is run, and says that the database is away


async def _talk(socket: WebSocket, page: Page, hello: Hello) -> int:
    """Send and receive until one of both ends; returns the close code."""
    updates = UpdateStream(page, asyncio.get_running_loop(), hello.known)
    page.join(updates)
    tasks = [asyncio.create_task(_receive(socket, page)), asyncio.create_task(_send(socket, updates))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        page.leave(updates)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    codes = [_code(socket, task) for task in tasks if not task.cancelled()]
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
    return UNKNOWN if updates.page.closed else REPLACED


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
