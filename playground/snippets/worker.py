"""A Cloudflare Worker in TypeScript, with the AI binding: https://developers.cloudflare.com/workers-ai/configuration/bindings/."""

from typing import Any

from playground.providers.connection import Gateway
from playground.snippets.call import ApiCall
from playground.snippets.literals import JAVASCRIPT, literal


def write(call: ApiCall) -> str:
    """The module. The model's name has the type string, because the published types lack models and parameters."""
    inner = "        "
    options = _gateway_options(call.gateway)
    arguments = [literal(dict(call.bare_body), JAVASCRIPT, inner + "    ")]
    if options:
        arguments.append(literal({"gateway": options}, JAVASCRIPT, inner + "    "))
    run = ",\n".join(f"{inner}    {argument}" for argument in ("model", *arguments))
    answer = "return Response.json(answer);"
    if call.streams:
        headers = '{ "content-type": "text/event-stream" }'
        answer = (
            f"return new Response(stream as unknown as ReadableStream, {{\n{inner}    headers: {headers},\n{inner}}});"
        )
    return f"""\
// wrangler.jsonc needs: "ai": {{ "binding": "AI" }}
export interface Env {{
    AI: Ai;
}}

const model: string = {JAVASCRIPT.text(call.model)};

export default {{
    async fetch(request, env): Promise<Response> {{
        const {"stream" if call.streams else "answer"} = await env.AI.run(
{run},
        );
        {answer}
    }},
}} satisfies ExportedHandler<Env>;
"""


def _gateway_options(gateway: Gateway | None) -> dict[str, Any]:
    """https://developers.cloudflare.com/ai-gateway/integrations/worker-binding-methods/; a binding needs no token."""
    if gateway is None:
        return {}
    by_address = (gateway.base_url or "").rstrip("/").rpartition("/")[2]
    retries = {
        "maxAttempts": gateway.max_attempts,
        "retryDelayMs": gateway.retry_delay_ms,
        "backoff": gateway.backoff,
    }
    options = {
        "id": gateway.id or by_address or "default",
        "skipCache": gateway.skip_cache or None,
        "cacheTtl": gateway.cache_ttl_s,
        "cacheKey": gateway.cache_key,
        "collectLog": gateway.collect_log,
        "requestTimeoutMs": gateway.request_timeout_ms,
        "retries": {name: value for name, value in retries.items() if value is not None} or None,
        "metadata": gateway.metadata or None,
    }
    return {name: value for name, value in options.items() if value is not None}
