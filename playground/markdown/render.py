"""Markdown as HTML: the elements that the browser part makes, with formulas and code as they were written.

A formula is `<span class="pg-math" data-tex="…">` (or a `div`, where it stands alone), with its TeX as text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markdown_it.token import Token

from playground.markdown.fence import language_of
from playground.markdown.links import host_of, is_picture, is_shown_picture, says_host
from playground.markdown.parser import read_blocks, read_words
from playground.text.cleaning import clean

_EMPHASIS = {"em_open": "em", "strong_open": "strong", "s_open": "s"}
_HEADINGS = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6", "h6": "h6"}
_TASK = re.compile(r"\[([ xX])\][ \t\n]+")
_LANGUAGE_LENGTH = 40
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the writing of what comes after them."""
_DEEPEST = 50
"""Deeper emphasis has no further effect."""


def to_html(text: str) -> str:
    """A model's Markdown as HTML that loads nothing and runs nothing; styled by `browser/styles/markdown.css`."""
    env: dict[str, Any] = {}
    return "".join(_block(block, env) for block in _tree(read_blocks(clean(text), env)))


@dataclass
class _Block:
    type: str
    token: Token
    children: "list[_Block]" = field(default_factory=list)


def _tree(tokens: Iterable[Token]) -> list[_Block]:
    root: list[_Block] = []
    parents = [root]
    for token in tokens:
        if token.nesting < 0:
            parents.pop()
            continue
        block = _Block(token.type.removesuffix("_open"), token)
        parents[-1].append(block)
        if token.nesting > 0:
            parents.append(block.children)
    return root


def _block(block: _Block, env: dict[str, Any], first_of_item: bool = False) -> str:
    token = block.token
    match block.type:
        case "paragraph":
            # The first paragraph of an item has the item's direction.
            return _first_inline(block, env) if first_of_item else f'<p dir="auto">{_inline(block, env)}</p>'
        case "heading":
            tag = _HEADINGS[token.tag]
            return f'<{tag} class="pg-{token.tag}" dir="auto">{_inline(block, env)}</{tag}>'
        case "blockquote":
            return f"<blockquote>{_blocks(block, env)}</blockquote>"
        case "bullet_list" | "ordered_list":
            return _list(block, env)
        case "table":
            return f'<div class="pg-rows" tabindex="0"><table>{_parts(block, env)}</table></div>'
        case "fence" | "code_block":
            return _code(token.content, language_of(token.info) if block.type == "fence" else "")
        case "formula_block":
            return _formula("div", token.content, display=True)
        case _:
            return "<hr>"


def _blocks(block: _Block, env: dict[str, Any]) -> str:
    return "".join(_block(child, env) for child in block.children)


def _list(block: _Block, env: dict[str, Any]) -> str:
    tag = block.token.tag
    start = block.token.attrGet("start")
    names = ["pg-loose"] if _is_loose(block.children) else []
    if tag == "ol" and (digits := len(str(int(1 if start is None else start) + len(block.children) - 1))) > 2:
        names.append(f"pg-digits-{'more' if digits > 4 else digits}")
    attributes = f' class="{" ".join(names)}"' if names else ""
    if start is not None:
        attributes += f' start="{start}"'
    items = "".join(_item(item, env) for item in block.children)
    return f"<{tag}{attributes}>{items}</{tag}>"


def _item(block: _Block, env: dict[str, Any]) -> str:
    drawn = (_block(child, env, first_of_item=at == 0) for at, child in enumerate(block.children))
    return f'<li dir="auto">{"".join(drawn)}</li>'


def _first_inline(block: _Block, env: dict[str, Any]) -> str:
    """The first paragraph of a list item, which may be a task."""
    token = block.children[0].token
    task = _TASK.match(token.content)
    if task is None:
        return f"<p>{_inline(block, env)}</p>"
    token.content = token.content[task.end() :]
    state, label = ("", "To do") if task[1] == " " else (' checked=""', "Done")
    box = f'<input type="checkbox" disabled="" aria-label="{label}"{state}>'
    return f'<p class="pg-task">{box} {_inline(block, env)}</p>'


def _is_loose(items: Sequence[_Block]) -> bool:
    """Whether a blank line separates two items, or blocks of one item."""
    for at, item in enumerate(items):
        layout = item.token.meta or {"tight": True, "ends_empty": True}
        if not layout["tight"] or (layout["ends_empty"] and at < len(items) - 1):
            return True
    return False


def _parts(block: _Block, env: dict[str, Any]) -> str:
    """The rows of a table, in its head and body."""
    drawn = []
    for part in block.children:
        rows = ("".join(_cell(cell, env) for cell in row.children) for row in part.children)
        drawn.append(f"<{part.token.tag}>{''.join(f'<tr>{row}</tr>' for row in rows)}</{part.token.tag}>")
    return "".join(drawn)


def _cell(block: _Block, env: dict[str, Any]) -> str:
    tag = block.token.tag
    align = re.search(r"text-align:(\w+)", str(block.token.attrGet("style") or ""))
    name = f' class="pg-{align[1]}"' if align else ""
    return f'<{tag}{name} dir="auto">{_inline(block, {**env, "in_cell": True})}</{tag}>'


def _code(text: str, language: str) -> str:
    named = f'<span class="pg-code-language">{escape(language[:_LANGUAGE_LENGTH])}</span>' if language else ""
    return f'<div class="pg-code">{named}<pre dir="ltr" tabindex="0"><code>{_text(text)}</code></pre></div>'


def _text(text: str) -> str:
    """A text whose turning signs are seen and turn nothing: what follows is read as it is written."""
    return _TURNING.sub(
        lambda found: f'<span class="pg-direction-sign" title="U+{ord(found[0]):X}">{found[0]}</span>', escape(text)
    )


def _formula(tag: str, tex: str, display: bool) -> str:
    name = "pg-math pg-display" if display else "pg-math"
    return f'<{tag} class="{name}" data-tex="{escape(tex)}" dir="ltr">{escape(tex)}</{tag}>'


def _inline(block: _Block, env: dict[str, Any]) -> str:
    return "".join(drawn for child in block.children for drawn in _Words(read_words(child.token.content, env)).drawn)


class _Words:
    """Renders inline text as pieces of HTML."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        self.drawn: list[str] = []
        self._open: list[tuple[str, str, int]] = []
        """Closing tag, destination of a link, and the number of pieces before it."""
        for token in tokens:
            self._draw(token)

    def _draw(self, token: Token) -> None:
        if token.type in _EMPHASIS:
            self._begin(_EMPHASIS[token.type] if len(self._open) < _DEEPEST else "", "", "")
        elif token.type == "link_open":
            href = str(token.attrGet("href") or "")
            if host_of(href) is None:
                self._begin("span", "", "")
            else:
                self._begin("a", _link(href, token.attrGet("title")), href)
        elif token.nesting < 0:
            self._end()
        elif token.type == "image":
            self._picture(token)
        elif token.type == "code_inline":
            self.drawn.append(f'<code dir="ltr">{_text(token.content)}</code>')
        elif token.type == "formula":
            self.drawn.append(_formula("span", token.content, token.meta["display"]))
        elif token.tag == "br":
            if self.drawn:
                self.drawn[-1] = self.drawn[-1].rstrip(" ")
            self.drawn.append("<br>")
        else:
            self.drawn.append(_text(token.content))

    def _begin(self, tag: str, attributes: str, href: str) -> None:
        self.drawn.append(tag and f"<{tag}{attributes}>")
        self._open.append((tag, href, len(self.drawn)))

    def _end(self) -> None:
        tag, href, start = self._open.pop()
        text = re.sub(r"<[^>]*>", "", "".join(self.drawn[start:])) if href else ""
        self.drawn.append(tag and f"</{tag}>")
        if href:
            self.drawn.append(_host(href, text))

    def _picture(self, token: Token) -> None:
        """An embedded image is shown; of one that would be fetched, its text and a link."""
        src = str(token.attrGet("src") or "")
        alt = _plain(token.children or []).strip() or "image"
        if is_shown_picture(src):
            self.drawn.append(f'<img src="{escape(src)}" alt="{escape(alt)}" class="pg-image">')
        elif any(href for _, href, _ in self._open) or is_picture(src) or host_of(src) is None:
            self.drawn.append(f'<span class="pg-image">{_text(alt)}</span>')
        else:
            self.drawn.append(f'<a class="pg-image"{_link(src, None)}>{_text(alt)}</a>{_host(src, escape(alt))}')


def _link(href: str, title: Any) -> str:
    titled = "" if title is None else f' title="{escape(str(title))}"'
    return f' href="{escape(href)}" target="_blank" rel="noopener noreferrer"{titled}'


def _host(href: str, text: str) -> str:
    """The host after a link, unless its text contains it."""
    host = host_of(href)
    if host is None or says_host(_unescaped(text), host):
        return ""
    return f'<span class="pg-host"> ({escape(host)})</span>'


def _unescaped(text: str) -> str:
    for sign, name in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#x27;"), ("&", "&amp;")):
        text = text.replace(name, sign)
    return text


def _plain(tokens: Iterable[Token]) -> str:
    return "".join(
        _plain(token.children or []) if token.type == "image" else " " if token.tag == "br" else token.content
        for token in tokens
    )
