"""What a shared page says of its own content, so that a file can be checked."""

import re
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote

_NAME = b"content-sha256"
_SEAL = re.compile(rb'^<meta name="content-sha256" content="([0-9a-f]{64})">\n', re.MULTILINE)
_OPEN = re.compile(
    rb'^<p class="open"><a href="\.\./\?snapshot=[\w-]{1,200}">Open in the playground</a>'
    rb'(?: <a href="\.\./present\?snapshot=[\w-]{1,200}">Present</a>)?</p>\n',
    re.MULTILINE,
)
_BEFORE_SEAL = "<style>"
_BEFORE_OPEN = "<main"


class Sealed(NamedTuple):
    """A page, and the digest in it."""

    page: str
    digest: str


def seal(page: str) -> Sealed:
    """The page with a line that has the SHA-256 of all other lines."""
    digest = sha256(page.encode()).hexdigest()
    line = f'<meta name="{_NAME.decode()}" content="{digest}">\n'
    return Sealed(page.replace(_BEFORE_SEAL, line + _BEFORE_SEAL, 1), digest)


def with_way_back(page: str, snapshot_id: str) -> str:
    """A sealed page as it is shown at its address: one line more, which leads into the playground and to its stage.

    Not where there is nothing that could be taken over there.
    """
    if f'{_BEFORE_OPEN} class="usage"' in page:
        return page
    id_ = quote(snapshot_id, safe="")
    line = (
        f'<p class="open"><a href="../?snapshot={id_}">Open in the playground</a> '
        f'<a href="../present?snapshot={id_}">Present</a></p>\n'
    )
    return page.replace(_BEFORE_OPEN, line + _BEFORE_OPEN, 1)


def digest_in(page: bytes) -> str | None:
    """The digest that a page names; None for one that names none, or several."""
    found = _SEAL.findall(page)
    return found[0].decode() if len(found) == 1 else None


def is_whole(page: bytes) -> bool:
    """Whether a page is as it was made."""
    digest = digest_in(page)
    bare = _OPEN.sub(b"", _SEAL.sub(b"", page, count=1), count=1)
    return digest is not None and sha256(bare).hexdigest() == digest
