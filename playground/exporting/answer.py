"""What an answer holds beside its words, for a Markdown file."""

import json
from collections.abc import Iterator

from playground.answers.extras import Citation, Logprob
from playground.answers.pictures import PictureError, read_picture, web_link
from playground.store import StoredReply
from playground.text.markdown import fenced, plain

LARGEST_EXPORTED = 5_000_000
"""Bytes of a picture that an export holds as it is."""
MOST_EXPORTED = 2_000
"""Tokens whose probabilities an export lists."""


def beside_text(reply: StoredReply) -> Iterator[str]:
    """Its tool calls, pictures, sources, further answers and probabilities, as blocks of a Markdown file."""
    for call in reply.tool_calls:
        yield f"**Call of {plain(call.name)}**\n\n{fenced(call.arguments, '' if call.kind == 'custom' else 'json')}"
    held = reply.extras
    for number, url in enumerate(held.images, 1):
        yield _exported(number, url)
    if held.citations:
        yield "**Sources**\n\n" + "\n".join(_source(number, one) for number, one in enumerate(held.citations, 1))
    for index, text in held.choices.items():
        yield f"**Answer {index + 1}**\n\n{fenced(text)}"
    if held.logprobs:
        lines = [_line(one) for one in held.logprobs[:MOST_EXPORTED]]
        if len(held.logprobs) > MOST_EXPORTED:
            lines.append(f"and {len(held.logprobs) - MOST_EXPORTED:,} more")
        yield f"**Probabilities of {len(held.logprobs):,} tokens**\n\n" + fenced("\n".join(lines))


def _where(url: str) -> str:
    if url.lower().startswith("data:"):
        return "."
    return f": {_link(url)}"


def _source(number: int, citation: Citation) -> str:
    title = f"{plain(citation.title)} · " if citation.title else ""
    return f"{number}\\. {title}{_link(citation.url)}"


def _link(url: str) -> str:
    """An address as a link that says where it leads; as plain text where it is not of the web."""
    leads = web_link(url)
    if leads is None:
        return plain(url if len(url) <= 200 else f"{url[:200]}…")
    host, target = leads
    return f"[{plain(host)}]({target})"


def _line(one: Logprob) -> str:
    instead = one.ranked_alternatives
    said = f"{json.dumps(one.token, ensure_ascii=False)} {one.share}"
    return f"{said}, instead: {instead}" if instead else said


def _exported(number: int, url: str) -> str:
    try:
        found = read_picture(url)
    except PictureError as why:
        return f"*A picture {plain(str(why))}{_where(url)}*"
    if len(found.content) > LARGEST_EXPORTED:
        return f"*A picture, {found.size_words}, {len(found.content) / 1e6:.1f} MB, is not in this file.*"
    return f"![Picture {number}](data:image/{found.kind};base64,{url.partition(',')[2]})"
