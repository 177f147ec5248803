"""A chat as one HTML page: opens without a network, prints, light and dark; nothing in it runs or is fetched."""

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path

from playground.answers.ending import how_it_ended
from playground.answers.extras import Extras
from playground.answers.pictures import web_link
from playground.conversation.provenance import asked_with, provenance_line
from playground.markdown import to_html
from playground.markdown.links import is_shown_picture
from playground.messages import Message
from playground.money.meter import meter_text
from playground.store import StoredReply, Turn
from playground.system.places import ROOT
from playground.text.cleaning import clean

_STYLES = (Path(__file__).with_name("page.css"), ROOT / "browser" / "styles" / "markdown.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_WHO = {"user": "Question", "tool": "Result of a tool", "system": "System prompt", "assistant": "Answer"}


def as_page(title: str, path: Sequence[Turn]) -> str:
    """What was said on a path, with what each answer was asked with and what it took, as an HTML document."""
    said = "".join(_turns(path))
    name = escape(clean(title) or "Chat")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<style>{_styles()}</style></head>"
        f'<body><main><h1 dir="auto">{name}</h1>{said}</main></body></html>\n'
    )


@cache
def _styles() -> str:
    return "".join(path.read_text() for path in _STYLES)


def _turns(path: Sequence[Turn]) -> Iterator[str]:
    prompt = ""
    for number, turn in enumerate(path):
        reply = next((later.reply for later in path[number:] if later.reply is not None), None)
        setup = None if reply is None else asked_with(reply)
        if setup is not None and setup.system_prompt.strip() and setup.system_prompt != prompt:
            prompt = setup.system_prompt
            yield _article("system", _said(prompt))
        if turn.reply is None:
            yield _article(turn.message.role, _said(turn.message.text) + _pictures(turn.message))
        else:
            yield _article("assistant", "".join(_answer(turn.reply)))


def _article(role: str, body: str) -> str:
    return f'<article class="{role}"><h2>{_WHO.get(role, "Message")}</h2>{body}</article>'


def _said(text: str) -> str:
    return f'<div class="said">{escape(clean(text))}</div>' if text else ""


def _pictures(message: Message) -> str:
    return "".join(_picture(str(part.get("image_url", {}).get("url", ""))) for part in message.pictures)


def _picture(url: str) -> str:
    """One that is in the chat itself is shown; one at an address is not fetched, and said to be there."""
    if is_shown_picture(url):
        return f'<p><img src="{escape(url)}" alt="Picture"></p>'
    return f"<p>A picture at {_link(url)}</p>"


def _link(url: str, words: str = "") -> str:
    leads = web_link(url)
    if leads is None:
        return escape(clean(words or url[:200]))
    host, target = leads
    return f'{escape(clean(words))} <a href="{escape(target)}" rel="noopener noreferrer">{escape(host)}</a>'.strip()


def _answer(reply: StoredReply) -> Iterator[str]:
    if reply.reasoning.strip():
        yield f"<details><summary>Thoughts</summary>{_said(reply.reasoning)}</details>"
    if reply.text:
        yield f'<div class="pg-markdown">{to_html(reply.text)}</div>'
    for call in reply.tool_calls:
        yield f"<p>Call of {escape(clean(call.name))}</p><pre class=call>{escape(clean(call.arguments))}</pre>"
    yield from _beside(reply.extras)
    if reply.error is not None:
        yield f'<p class="error">{escape(clean(reply.error.message))}</p>'
    ended = "Still on its way when this was written." if reply.state == "live" else _sentence(how_it_ended(reply))
    if ended:
        yield f"<p><em>{escape(ended)}</em></p>"
    yield f"<footer>{escape(provenance_line(reply))}<br>{escape(meter_text(reply))}</footer>"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _beside(extras: Extras) -> Iterator[str]:
    yield from map(_picture, extras.images)
    if extras.citations:
        sources = "".join(f"<li>{_link(one.url, one.title)}</li>" for one in extras.citations)
        yield f"<p>Sources</p><ol>{sources}</ol>"
    for index, text in extras.choices.items():
        yield f'<h2>Answer {index + 1}</h2><div class="pg-markdown">{to_html(text)}</div>'
