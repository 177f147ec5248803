"""Headers for Cloudflare AI Gateway: caching, retries and logs.

https://developers.cloudflare.com/ai-gateway/configuration/
"""

import json

from playground.providers.connection import Gateway


def gateway_headers(gateway: Gateway | None) -> dict[str, str]:
    """The `cf-aig-…` headers for the settings that are set."""
    if gateway is None:
        return {}
    settings = {
        "cf-aig-gateway-id": None if gateway.base_url else gateway.id or "default",
        "cf-aig-skip-cache": True if gateway.skip_cache else None,
        "cf-aig-cache-ttl": gateway.cache_ttl_s,
        "cf-aig-cache-key": gateway.cache_key,
        "cf-aig-collect-log": gateway.collect_log,
        "cf-aig-request-timeout": gateway.request_timeout_ms,
        "cf-aig-max-attempts": gateway.max_attempts,
        "cf-aig-retry-delay": gateway.retry_delay_ms,
        "cf-aig-backoff": gateway.backoff,
        "cf-aig-metadata": json.dumps(gateway.metadata) if gateway.metadata else None,
    }
    headers = {name: _written(value) for name, value in settings.items() if value is not None}
    if gateway.token is not None and (token := gateway.token.get_secret_value().strip()):
        headers["cf-aig-authorization"] = f"Bearer {token}"
    return headers


def _written(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
