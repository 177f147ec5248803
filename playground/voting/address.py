"""Where phones vote: the address of a ballot, and its picture."""

from functools import lru_cache
from urllib.parse import urlsplit

_HERE = ("localhost", "127.0.0.1", "::1")
UNREACHABLE = (
    "Phones cannot reach this address: it is this machine's own. Open the playground by a name or address that they "
    "reach (docs/deploying.md), then ask again."
)


def ballot_address(page_url: str, ballot_id: str) -> str:
    """The address of a ballot, beside that of a page of the playground."""
    page = urlsplit(page_url)
    base = page.path.rstrip("/").rpartition("/")[0]
    return f"{page.scheme}://{page.netloc}{base}/vote/{ballot_id}"


def is_reached(address: str) -> bool:
    """Whether other devices may reach it; not what is this machine's own."""
    return urlsplit(address).hostname not in _HERE


@lru_cache(maxsize=50)
def code_of(address: str) -> str:
    """The address as a QR code: an SVG as the address of a picture."""
    import segno  # only who asks a room needs it

    return segno.make(address, error="m", micro=False).svg_data_uri(scale=8, border=3, light="#fff")
