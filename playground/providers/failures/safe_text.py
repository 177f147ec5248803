"""Makes the message of a server's error safe to show: without secrets, control characters and markup."""

import html
import re
from collections.abc import Iterable, Iterator

from playground.text.cleaning import join_surrogates

_LONGEST = 500
_SEARCHED_CHARS = 4_000
"""Characters that are searched: a server may send megabytes."""
_LEAST_CHARS = 8
"""Characters of a secret that is replaced inside of words too, for none contains it by chance."""
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_TRAILING_UUID = re.compile(rf"\s*\(({_UUID})\)\s*$")
_PREFIXES = re.compile(r"^(?:(?:AiError|AiGatewayError)\s*:\s*)+")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\s]+")
_SECRETS = re.compile(
    r"""(?ix)
    (?P<label>
        \b (?: bearer | basic ) \s+
        | \b (?: api[_-]?key | (?:api|access|auth)[_-]?token ) ["']? \s* [:=] \s* ["']?
    )
    [^\s"',;<>]{4,}
    | \b (?: sk | pk | rk | gsk | hf | cfut | cfat | xai | nvapi ) [-_] [A-Za-z0-9_*.-]{6,}
    | (?-i: (?<! [A-Za-z0-9_-] )
        (?=[A-Za-z0-9_-]*[a-z]) (?=[A-Za-z0-9_-]*[A-Z]) (?=[A-Za-z0-9_-]*[0-9]) [A-Za-z0-9_-]{40,} )
    """
)


def safe_text(text: str, secrets: Iterable[str] = ()) -> tuple[str, str | None]:
    """`text` without the service's own prefixes, secrets and invisible characters, and the request id at its end."""
    text = join_surrogates(text)
    request_id = None
    if found := _TRAILING_UUID.search(text):
        request_id, text = found[1], text[: found.start()]
    text = redact(_PREFIXES.sub("", text.strip()[:_SEARCHED_CHARS]), secrets)
    text = _UNSEEN.sub(" ", text).strip()
    return (text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"), request_id


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` with "[hidden]" in place of whatever is or looks like a credential."""
    return _SECRETS.sub(lambda found: (found["label"] or "") + "[hidden]", hide(text, secrets))


def look_alikes(text: str) -> Iterator[str]:
    """Whatever in a text looks like a credential."""
    for found in _SECRETS.finditer(text):
        yield found[0][len(found["label"] or "") :]


def hide(text: str, secrets: Iterable[str]) -> str:
    """`text` with "[hidden]" in place of these secrets; a short one is replaced only as a whole word."""
    for secret in secrets:
        if secret and secret in text:
            if len(secret) < _LEAST_CHARS:
                text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "[hidden]", text)
            else:
                text = text.replace(secret, "[hidden]")
    return text


def title_of_html(body: str) -> str | None:
    """The title of a web page, "" where it has none; None where `body` is no page."""
    if not body.lstrip().startswith("<"):
        return None
    title = _TITLE.search(body[:_SEARCHED_CHARS])
    return html.unescape(title[1]).strip() if title else ""
