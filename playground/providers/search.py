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
    rows: list[Mapping[str, Any]] = []
    for page in range(1, _MOST_PAGES + 1):
        answer = await transport.call(
            "GET",
            url,
            headers=cloudflare_headers(connection),
            params={"task": "Text Generation", "per_page": PER_PAGE, "page": page, **params},
        )
        found = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(found, list):
            raise ProtocolError("The list of models holds no models.")
        rows += [row for row in found if isinstance(row, Mapping)]
        total = (answer.get("result_info") or {}).get("total_count")
        if len(found) < PER_PAGE or (isinstance(total, int) and len(rows) >= total):
            break
    return rows
