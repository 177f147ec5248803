"""Rules for link destinations, their hosts, and bare URLs in text."""

import re
import unicodedata

from markdown_it.rules_inline.state_inline import StateInline

_WEB = re.compile(r"https?://(?:[^\s/?#\\@]*@)?([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?(?=[/?#]|\Z)", re.I | re.A)
_MAIL = re.compile(r"mailto:([^\s?@]+@[^\s?@]+)(?:\?\S*)?\Z", re.I)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=%]*\Z", re.I | re.A)
_NAMED = re.compile(r"(?:https?://)?([a-z0-9._-]+(?::[0-9]{1,5})?)(?:[/?#]\S*)?\Z", re.I | re.A)
_OF_NUMBERS = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|[0-9]+)\.?\Z", re.I | re.A)
_ADDRESS = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!\Z)|\Z)){4}\Z")
_PICTURE_LENGTH = 2_000_000


def host_of(href: str) -> str | None:
    """The destination of a link for people: its host as browsers read it, or a mail address."""
    web = _WEB.match(href)
    if web is None:
        mail = _MAIL.match(href)
        return mail[1] if mail else None
    name = web[1].lower()
    # Browsers read 0x7f.1 and 2130706433 as IP addresses, so the host that is shown would be wrong.
    if _OF_NUMBERS.match(name) and not _ADDRESS.match(name):
        return None
    return name + (web[2] or "")


def is_picture(href: str) -> bool:
    """Whether a destination is a data: URI of an image."""
    return _PICTURE.match(href[: _PICTURE_LENGTH + 1]) is not None


def is_shown_picture(href: str) -> bool:
    """Whether such an image is small enough to be shown."""
    return len(href) <= _PICTURE_LENGTH and _PICTURE.match(href) is not None


def is_destination(href: str) -> bool:
    """Whether a destination is allowed; otherwise the link is text."""
    return host_of(href) is not None or href.startswith("#") or is_picture(href)


def says_host(text: str, host: str) -> bool:
    """Whether the text of a link contains its host."""
    text = text.strip()
    named = _NAMED.match(text)
    if re.sub(r"^mailto:", "", text, flags=re.I) == host:
        return True
    return named is not None and named[1].lower().removeprefix("www.") == host.removeprefix("www.")


_SCHEME = re.compile(r"(?:^|[^a-z0-9])(https?)\Z", re.I | re.A)
_NO_HOST = re.compile(r"[^\s/?#]{0,300}:/")
_TRAILING = "?!.,:;*_~'\")]}"
_ADDRESS_LENGTH = 2_000


def bare_address(state: StateInline, silent: bool) -> bool:
    """The rule for bare URLs with a scheme; `example.com` and `README.md` are no links."""
    src, pos = state.src, state.pos
    if not src.startswith("://", pos) or state.linkLevel > 0:
        return False
    found = _SCHEME.search(state.pending[-6:])
    if found is None:
        return False
    scheme = found[1]
    if _NO_HOST.match(src, pos + 3):
        return False
    end = pos
    last = min(state.posMax, pos + _ADDRESS_LENGTH)
    while end < last and _is_of_address(src[end]):
        end += 1
    url = scheme + _without_trailing(src[pos:end])
    href = state.md.normalizeLink(url)
    if len(url) <= len(scheme) + 3 or host_of(href) is None:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme)]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = url
        state.push("link_close", "a", -1)
    state.pos += len(url) - len(scheme)
    return True


def _is_of_address(character: str) -> bool:
    if character < "\x80":
        return "!" <= character <= "~" and character not in '<>"`\\|'
    return unicodedata.category(character)[0] in "LNM"


def _without_trailing(url: str) -> str:
    end = len(url)
    while end > 0 and url[end - 1] in _TRAILING:
        if url[end - 1] == ")" and url.count("(", 0, end) >= url.count(")", 0, end):
            break
        end -= 1
    return url[:end]
