"""A chat, comparison or table as a page that works offline and in print, light and dark; it runs and fetches nothing.

It holds its data as JSON, in an element that browsers do not show, and a digest of itself.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from playground.answers.ending import ending_text
from playground.answers.extras import Extras
from playground.answers.pictures import web_link
from playground.conversation.provenance import provenance_line, reply_setup
from playground.exporting.html_tables import table_html, verdict_rows
from playground.exporting.svg_charts import bar_charts, stacked_bars
from playground.markdown import to_html
from playground.markdown.links import is_shown_picture
from playground.messages import Message
from playground.money.meter import meter_text
from playground.sharing.data import PageData
from playground.sharing.digest import Sealed, seal
from playground.sharing.document import Document, DocumentPane
from playground.sharing.document_of_data import read_document
from playground.store import StoredReply, Turn
from playground.system.places import ROOT
from playground.text.cleaning import clean

_STYLES = (Path(__file__).with_name("html_page.css"), ROOT / "browser" / "styles" / "markdown.css")
_WHO = {"user": "Question", "tool": "Result of a tool", "system": "System prompt", "assistant": "Answer"}
_UNTITLED = {"chat": "Chat", "comparison": "Comparison", "usage": "Usage"}
_DATA = '<template id="data">'


def as_page(data: PageData) -> Sealed:
    """The page of data, as an HTML document. Raises UnreadablePageError where the data is none."""
    document = read_document(data)
    name = clean(document.title) or _UNTITLED[document.kind]
    return page_around(
        name, document.kind, f"{_body(document)}\n{_made(document)}", embedded(data.model_dump(mode="json"))
    )


def page_around(name: str, kind: str, body: str, data: str) -> Sealed:
    """A page around a body that is HTML, with data as `embedded` writes it; `kind` is the class of its main part."""
    title = escape(name)
    return seal(
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width">\n'
        '<meta name="robots" content="noindex, nofollow">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy()}">\n'
        f"<style>{_styles()}</style></head>\n<body>\n"
        f'<main class="{kind}">\n<h1 dir="auto">{title}</h1>\n{body}</main>\n'
        f"{_DATA}{data}</template>\n</body></html>\n"
    )


def data_in(page: str) -> str | None:
    """The data of a page, as it stands in it; None where there is none."""
    _, found, rest = page.rpartition(_DATA)
    text, end, _ = rest.partition("</template>")
    return text if found and end else None


def policy() -> str:
    """What a page may do: show itself, its style and pictures that are in it."""
    style = b64encode(sha256(_styles().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; form-action 'none'"


def embedded(data: Any) -> str:
    """Data as JSON in which nothing is an element or a character reference to a browser."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    text = text.encode("utf-8", "replace").decode()
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


@cache
def _styles() -> str:
    return "".join(path.read_text() for path in _STYLES)


def _body(document: Document) -> str:
    if document.kind == "chat":
        return "".join(_turns(pane.path, "h2") for pane in document.panes)
    parts = []
    if document.kind == "comparison":
        parts.append(f'<div class="panes">\n{"".join(map(_pane, document.panes))}</div>\n')
        answers = [pane.last_answers for pane in document.panes]
        if any(answers):
            names = [pane.name for pane in document.panes]
            parts += ["<h2>Verdict</h2>\n", table_html(("Measure", *names), verdict_rows(answers))]
            parts.append(bar_charts(names, answers))
    if document.chart is not None:
        parts.append(stacked_bars(document.chart))
    if document.table is not None:
        parts.append(table_html(document.table.columns, document.table.rows))
    if document.votes:
        parts.append(
            f"<h2>Votes</h2>\n<ul>{''.join(f'<li>{escape(clean(vote))}</li>' for vote in document.votes)}</ul>"
        )
    return "".join(parts)


def _made(document: Document) -> str:
    """When it was made, what is not in it, and remarks."""
    sentences = [f"Made on {document.made_at:%Y-%m-%d at %H:%M} UTC.", *document.remarks]
    if document.left_out:
        sentences.append(f"Not in it: {', '.join(document.left_out)}.")
    return f'<p class="made">{escape(clean(" ".join(sentences)))}</p>\n'


def _pane(pane: DocumentPane) -> str:
    more = "".join(
        f'<article class="assistant"><h3 class="who">Answer</h3>{_answer(reply)}</article>\n' for reply in pane.answers
    )
    return f'<section><h2 dir="auto">{escape(clean(pane.name))}</h2>\n{_turns(pane.path, "h3")}{more}</section>\n'


def _turns(path: Sequence[Turn], heading: str) -> str:
    return "".join(
        f'<article class="{role}"><{heading} class="who">{_WHO.get(role, "Message")}</{heading}>{body}</article>\n'
        for role, body in _articles(path)
    )


def _articles(path: Sequence[Turn]) -> Iterator[tuple[str, str]]:
    """The role and the body of each message, and of a system prompt where it changes."""
    prompt = ""
    for number, turn in enumerate(path):
        reply = next((later.reply for later in path[number:] if later.reply is not None), None)
        setup = None if reply is None else reply_setup(reply)
        if setup is not None and setup.system_prompt.strip() and setup.system_prompt != prompt:
            prompt = setup.system_prompt
            yield "system", _text_block(prompt)
        if turn.reply is None:
            yield turn.message.role, _text_block(turn.message.text) + _pictures(turn.message)
        else:
            yield "assistant", _answer(turn.reply)


def _text_block(text: str) -> str:
    return f'<div class="said">{escape(clean(text))}</div>' if text else ""


def _pictures(message: Message) -> str:
    return "".join(_picture(str(part.get("image_url", {}).get("url", ""))) for part in message.pictures)


def _picture(url: str) -> str:
    """An embedded image is shown; of one at an address there is only a link."""
    if is_shown_picture(url):
        return f'<p><img src="{escape(url)}" alt="Picture"></p>'
    return f"<p>A picture at {_link(url)}</p>"


def _link(url: str, label: str = "") -> str:
    leads = web_link(url)
    if leads is None:
        return escape(clean(label or url[:200]))
    host, target = leads
    return f'{escape(clean(label))} <a href="{escape(target)}" rel="noopener noreferrer">{escape(host)}</a>'.strip()


def _answer(reply: StoredReply) -> str:
    return "".join(_answer_parts(reply))


def _answer_parts(reply: StoredReply) -> Iterator[str]:
    if reply.reasoning.strip():
        yield f"<details><summary>Thoughts</summary>{_text_block(reply.reasoning)}</details>"
    if reply.text:
        yield f'<div class="pg-markdown">{to_html(reply.text)}</div>'
    for call in reply.tool_calls:
        yield f"<p>Call of {escape(clean(call.name))}</p><pre class=call>{escape(clean(call.arguments))}</pre>"
    yield from _extras_html(reply.extras)
    if reply.error is not None:
        yield f'<p class="error">{escape(clean(reply.error.message))}</p>'
    ended = _capitalized(ending_text(reply))
    if ended:
        yield f"<p><em>{escape(ended)}</em></p>"
    facts = "<br>".join(escape(text) for text in (provenance_line(reply), meter_text(reply)) if text)
    yield f"<footer>{facts}</footer>" if facts else ""


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


def _extras_html(extras: Extras) -> Iterator[str]:
    yield from map(_picture, extras.images)
    if extras.citations:
        sources = "".join(f"<li>{_link(citation.url, citation.title)}</li>" for citation in extras.citations)
        yield f"<p>Sources</p><ol>{sources}</ol>"
    for index, text in extras.choices.items():
        yield f'<p class="who">Answer {index + 1}</p><div class="pg-markdown">{to_html(text)}</div>'
