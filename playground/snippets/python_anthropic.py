"""Python with Anthropic's SDK, https://github.com/anthropics/anthropic-sdk-python.

Parameters that the SDK does not know go into `extra_body`. The SDK has its own order of the outermost keys.
"""

from playground.providers.dialects.messages import PATH
from playground.snippets.call import ApiCall
from playground.snippets.literals import PYTHON, literal
from playground.snippets.variables import TextWithVariables, Variable, python, variable_names

CREATE = {
    *("model", "messages", "max_tokens", "system", "stream", "stop_sequences", "thinking", "tools", "tool_choice"),
    *("cache_control", "service_tier", "metadata", "output_config", "container", "inference_geo"),
}
"""Arguments of `messages.create`, https://platform.claude.com/docs/en/api/python/messages/create; since version 2 it
knows no temperature, top_p and top_k."""
_ENDPOINT = f"/v1{PATH}"


def write(call: ApiCall) -> str:
    """The program."""
    secret, argument = _token(call)
    client = {"base_url": python(_without(call.url)), argument: python(secret)}
    known = {"authorization", "x-api-key"}
    headers = [
        f"{PYTHON.text(name)}: {python(text)}" for name, text in call.headers.items() if name.lower() not in known
    ]
    if headers:
        client["default_headers"] = f"{{{', '.join(headers)}}}"
    made = "".join(f"    {name}={value},\n" for name, value in client.items())
    extra = {name: value for name, value in call.body.items() if name not in CREATE}
    arguments = "".join(
        f"    {name}={literal(value, PYTHON, '    ')},\n" for name, value in call.body.items() if name in CREATE
    )
    if extra:
        arguments += f"    extra_body={literal(extra, PYTHON, '    ')},\n"
    reads = variable_names(call.url, secret, *call.headers.values())
    start = ("import os\n\n" if reads else "") + f"from anthropic import Anthropic\n\nclient = Anthropic(\n{made})\n\n"
    if not call.streams:
        # Without a timeout the SDK refuses long answers.
        return f"{start}answer = client.messages.create(\n{arguments}    timeout=600,\n)\nprint(answer.content)\n"
    if call.body.get("tools"):
        loop = "for event in stream:\n    print(event)\n"
    else:
        loop = """\
for event in stream:
    if event.type == "content_block_delta" and event.delta.type == "text_delta":
        print(event.delta.text, end="", flush=True)
"""
    return f"{start}stream = client.messages.create(\n{arguments})\n{loop}"


def _token(call: ApiCall) -> tuple[TextWithVariables, str]:
    """The token, and the argument that sends it in the right header."""
    for name, argument in (("x-api-key", "api_key"), ("Authorization", "auth_token")):
        for word in call.headers.get(name, ()):
            if isinstance(word, Variable):
                return (word,), argument
    return ("none",), "api_key"


def _without(url: TextWithVariables) -> TextWithVariables:
    """The base URL for the SDK, without version and endpoint."""
    last = url[-1]
    assert isinstance(last, str)
    return (*url[:-1], last.removesuffix(_ENDPOINT))
