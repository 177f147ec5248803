"""Tool calls and extras of an answer as Markdown."""

import json
from collections.abc import Iterator

from playground.answers.extras import Citation, Logprob
from playground.answers.pictures import PictureError, read_picture, web_link
from playground.store import StoredReply
from playground.text.markdown import fenced, plain

LARGEST_EXPORTED = 5_000_000
"""Bytes of an image that is embedded in an export."""
MOST_EXPORTED = 2_000
"""Tokens whose probabilities an export lists."""


def beside_text(reply: StoredReply) -> Iterator[str]:
    """Tool calls, images, sources, other choices and logprobs of an answer, as Markdown blocks."""
    for call in reply.tool_calls:
        yield f"**Call of {plain(call.name)}**\n\n{fenced(call.arguments, '' if call.kind == 'custom' else 'json')}"
    extras = reply.extras
    for number, url in enumerate(extras.images, 1):
        yield _exported(number, url)
    if extras.citations:
        yield "**Sources**\n\n" + "\n".join(_source(number, entry) for number, entry in enumerate(extras.citations, 1))
    for index, text in extras.choices.items():
        yield f"**Answer {index + 1}**\n\n{fenced(text)}"
    if extras.logprobs:
        lines = [_line(entry) for entry in extras.logprobs[:MOST_EXPORTED]]
        if len(extras.logprobs) > MOST_EXPORTED:
            lines.append(f"and {len(extras.logprobs) - MOST_EXPORTED:,} more")
        yield f"**Probabilities of {len(extras.logprobs):,} tokens**\n\n" + fenced("\n".join(lines))


def _where(url: str) -> str:
    if url.lower().startswith("data:"):
        return "."
    return f": {_link(url)}"


def _source(number: int, citation: Citation) -> str:
    title = f"{plain(citation.title)} · " if citation.title else ""
    return f"{number}\\. {title}{_link(citation.url)}"


def _link(url: str) -> str:
    """An address as a link with its host; as plain text where it is not http(s)."""
    leads = web_link(url)
    if leads is None:
        return plain(url if len(url) <= 200 else f"{url[:200]}…")
    host, target = leads
    return f"[{plain(host)}]({target})"


def _line(entry: Logprob) -> str:
    instead = entry.ranked_alternatives
    text = f"{json.dumps(entry.token, ensure_ascii=False)} {entry.share}"
    return f"{text}, instead: {instead}" if instead else text


def _exported(number: int, url: str) -> str:
    try:
        found = read_picture(url)
    except PictureError as error:
        return f"*A picture {plain(str(error))}{_where(url)}*"
    if len(found.content) > LARGEST_EXPORTED:
        return f"*A picture, {found.size_words}, {len(found.content) / 1e6:.1f} MB, is not in this file.*"
    return f"![Picture {number}](data:image/{found.kind};base64,{url.partition(',')[2]})"
