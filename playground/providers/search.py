"""The pages of Cloudflare's `models/search`."""

from collections.abc import Mapping
from typing import Any

from playground.errors import ProtocolError
from playground.providers.http.credentials import account_id, cloudflare_headers
from playground.providers.http.server_address import cloudflare_api
from playground.providers.http.transport import Transport, address

PER_PAGE = 100
_MOST_PAGES = 50
_MOST_ROWS = 5_000


async def text_generation_rows(transport: Transport, **params: str) -> list[Mapping[str, Any]]:
    """The rows of all text generation models, as the service gives them.

    https://developers.cloudflare.com/api/resources/ai/subresources/models/methods/list/
    """
    connection = transport.connection
    url = address(cloudflare_api(connection.base_url), f"/accounts/{account_id(connection)}/ai/models/search")
    pages: list[list[Any]] = []
    for number in range(1, _MOST_PAGES + 1):
        answer = await transport.call(
            "GET",
            url,
            headers=cloudflare_headers(connection),
            params={"task": "Text Generation", "per_page": PER_PAGE, "page": number, **params},
        )
        found = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(found, list):
            raise ProtocolError("The list of models holds no models.")
        if found in pages:  # the server ignores `page`
            break
        pages.append(found)
        if sum(map(len, pages)) > _MOST_ROWS or _last(found, answer.get("result_info"), sum(map(len, pages))):
            break
    return [row for page in pages for row in page if isinstance(row, Mapping)][:_MOST_ROWS]


def _last(page: list[Any], info: Any, so_far: int) -> bool:
    """Whether no page follows: by the total where there is one, else because the page is shorter than a full one."""
    known = info if isinstance(info, Mapping) else {}
    total, size = known.get("total_count"), known.get("per_page")
    if isinstance(total, int):
        return so_far >= total or not page
    return len(page) < (min(size, PER_PAGE) if isinstance(size, int) and size > 0 else PER_PAGE)
