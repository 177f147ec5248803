"""The floor: a page with a textarea and a WebSocket, and the least server between it and the models.

`python server.py PORT` asks `OPENAI_BASE_URL` as the other apps do. No Markdown, no framework, nothing kept.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

PAGE = Path(__file__).with_name("page.html").read_text()
MODELS = httpx.AsyncClient(base_url=os.environ["OPENAI_BASE_URL"], timeout=None)


async def page(_: Request) -> HTMLResponse:
    """The page, whose address says which models answer: `/?models=A,B`."""
    return HTMLResponse(PAGE)


async def talk(socket: WebSocket) -> None:
    """Ask all models what comes, and send each piece of an answer as it comes, with the number of its pane."""
    await socket.accept()
    async for asked in socket.iter_json():
        answers = (answer(socket, pane, model, asked["text"]) for pane, model in enumerate(asked["models"]))
        await asyncio.gather(*answers)


async def answer(socket: WebSocket, pane: int, model: str, text: str) -> None:
    """One answer, to its end."""
    body = {"model": model, "messages": [{"role": "user", "content": text}], "stream": True}
    async with MODELS.stream("POST", "/chat/completions", json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                for choice in json.loads(line[6:])["choices"]:
                    if words := choice["delta"].get("content"):
                        await socket.send_text(json.dumps([pane, words]))


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncGenerator[None]:
    """Let the models go at the end."""
    async with MODELS:
        yield


app = Starlette(routes=[Route("/", page), WebSocketRoute("/talk", talk)], lifespan=lifespan)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
