"""The words of a server's error, made safe and fit to show."""

import html
import re
from collections.abc import Iterable

from playground.text.cleaning import join_surrogates

_LONGEST = 500
_SEARCHED = 4_000
"""Characters that are looked at: a server may send megabytes."""
_LONG_ENOUGH = 8
"""Characters of a secret that no word holds by chance."""
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
    | (?-i: \b (?=[A-Za-z0-9_-]*[a-z]) (?=[A-Za-z0-9_-]*[A-Z]) (?=[A-Za-z0-9_-]*[0-9]) [A-Za-z0-9_-]{40,} )
    """
)


def safe_words(words: str, secrets: Iterable[str] = ()) -> tuple[str, str | None]:
    """`words` without the service's own prefixes, secrets and unseen characters, and the request id at their end."""
    words = join_surrogates(words)
    request_id = None
    if found := _TRAILING_UUID.search(words):
        request_id, words = found[1], words[: found.start()]
    words = redact(_PREFIXES.sub("", words.strip()[:_SEARCHED]), secrets)
    words = _UNSEEN.sub(" ", words).strip()
    return (words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"), request_id


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` with whatever is or looks like a credential taken out."""
    return _SECRETS.sub(lambda found: (found["label"] or "") + "[hidden]", hide(text, secrets))


def hide(text: str, secrets: Iterable[str]) -> str:
    """`text` with these secrets taken out, and nothing else; one that may be part of a word only where it is none."""
    for secret in secrets:
        if secret and secret in text:
            if len(secret) < _LONG_ENOUGH:
                text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "[hidden]", text)
            else:
                text = text.replace(secret, "[hidden]")
    return text


def title_of_html(body: str) -> str | None:
    """The title of a web page, "" where it has none; None where `body` is no page: markup itself is never shown."""
    if not body.lstrip().startswith("<"):
        return None
    title = _TITLE.search(body[:_SEARCHED])
    return html.unescape(title[1]).strip() if title else ""
