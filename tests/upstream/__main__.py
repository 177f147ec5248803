"""Run the stand-in by hand: `python -m tests.upstream --port 8787`, then set WORKERS_AI_BASE_URL to what it prints."""

import argparse

import uvicorn

from tests.upstream.directives import Directives
from tests.upstream.server import ACCOUNT, TOKEN, configured, service


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8787)
    parser.add_argument("--rate", type=float, default=60, help="tokens a second; 0 is as fast as it goes")
    parser.add_argument("--tokens", type=int, default=120, help="length of an answer")
    parser.add_argument("--embedded", action="store_true", help="answer with the embedded model, where it is there")
    told = parser.parse_args()
    print(f"WORKERS_AI_BASE_URL=http://{told.host}:{told.port}/client/v4")
    print(f"OPENAI_BASE_URL=http://{told.host}:{told.port}/v1")
    print(f"ANTHROPIC_BASE_URL=http://{told.host}:{told.port}/anthropic")
    print(f"CLOUDFLARE_ACCOUNT_ID={ACCOUNT}")
    print(f"CLOUDFLARE_API_TOKEN={TOKEN}", flush=True)
    default = Directives(rate=told.rate, tokens=told.tokens, model="embedded" if told.embedded else "")
    uvicorn.Server(configured(service(default), host=told.host, port=told.port)).run()


main()
