"""`models/search`, page after page."""

from collections.abc import Mapping
from typing import Any

from playground.errors import ProtocolError
from playground.providers.connection import CLOUDFLARE_API
from playground.providers.credentials import account_id, cloudflare_headers
from playground.providers.transport import Transport, address

PER_PAGE = 100
_MOST_PAGES = 50


async def text_generation_rows(transport: Transport, **params: str) -> list[Mapping[str, Any]]:
    """The rows of all text generation models, as the service gives them.

    https://developers.cloudflare.com/api/resources/ai/subresources/models/methods/list/
    """
    connection = transport.connection
    url = address(connection.base_url or CLOUDFLARE_API, f"/accounts/{account_id(connection)}/ai/models/search")
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
        if found in pages:  # a server that knows no pages
            break
        pages.append(found)
        info = answer.get("result_info")
        total = info.get("total_count") if isinstance(info, Mapping) else None
        if len(found) < PER_PAGE or (isinstance(total, int) and sum(map(len, pages)) >= total):
            break
    return [row for page in pages for row in page if isinstance(row, Mapping)]
