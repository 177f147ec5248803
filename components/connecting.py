"""How to set up a connection: what to write where, ready to be copied."""

import streamlit as st

CLOUDFLARE_ENVIRONMENT = """\
export CLOUDFLARE_ACCOUNT_ID="…"
export CLOUDFLARE_API_TOKEN="…"
# Optional, to go through AI Gateway:
# export CLOUDFLARE_GATEWAY_ID="default"
"""
CLOUDFLARE_SECRETS = """\
[connections.cloudflare]
kind = "workers_ai"
account_id = "…"
api_token = "…"
"""
SERVER_ENVIRONMENT = """\
export OPENAI_BASE_URL="http://localhost:11434/v1"
export OPENAI_API_KEY="…"  # where the server wants one
"""
SERVER_SECRETS = """\
[connections.ollama]
kind = "openai_compatible"
base_url = "http://localhost:11434/v1"

[connections.openrouter]
kind = "openai_compatible"
base_url = "https://openrouter.ai/api/v1"
api_token = "…"
"""


def connecting(*, expanded: bool) -> None:
    """Cloudflare, and any OpenAI-compatible server, by the environment or by secrets.toml."""
    with st.expander("Connect Cloudflare", expanded=expanded, icon=":material/cloud:", key="connect-cloudflare"):
        st.markdown(
            "The dashboard shows the account id, and makes a token with the permissions *Workers AI Read* and "
            "*Workers AI Edit*: [Workers AI, Use REST API](https://dash.cloudflare.com/?to=/:account/ai/workers-ai)."
        )
        _two_ways(CLOUDFLARE_ENVIRONMENT, CLOUDFLARE_SECRETS)
    with st.expander(
        "Connect an OpenAI-compatible server", expanded=expanded, icon=":material/dns:", key="connect-server"
    ):
        st.markdown(
            "Ollama, vLLM, LM Studio, llama.cpp, OpenRouter, Groq, OpenAI: any server with `/v1/chat/completions`."
        )
        _two_ways(SERVER_ENVIRONMENT, SERVER_SECRETS)


def _two_ways(environment: str, secrets: str) -> None:
    st.caption("In the environment")
    st.code(environment, language="bash")
    st.caption("Or in .streamlit/secrets.toml; any number of connections, each with a name of its own")
    st.code(secrets, language="toml")
    st.caption("Then restart. Keys stay on the server: they are never shown, logged or stored.")
