"""Python with OpenAI's SDK, https://github.com/openai/openai-python.

Parameters that the SDK does not know go into `extra_body`. The SDK has its own order of the outermost keys.
"""

from playground.snippets.call import ApiCall
from playground.snippets.literals import PYTHON, literal
from playground.snippets.variables import TextWithVariables, Variable, python

_BOTH = {
    *("frequency_penalty", "logit_bias", "logprobs", "max_tokens", "model", "n", "presence_penalty", "seed", "stop"),
    *("stream", "stream_options", "temperature", "top_p", "user"),
}
CHAT = _BOTH | {
    *("audio", "function_call", "functions", "max_completion_tokens", "messages", "metadata", "modalities"),
    *("parallel_tool_calls", "prediction", "prompt_cache_key", "reasoning_effort", "response_format"),
    *("safety_identifier", "service_tier", "store", "tool_choice", "tools", "top_logprobs", "verbosity"),
    "web_search_options",
}
"""Arguments of `chat.completions.create`, https://platform.openai.com/docs/api-reference/chat/create."""
COMPLETIONS = _BOTH | {"best_of", "echo", "prompt", "suffix"}
"""Arguments of `completions.create`, https://platform.openai.com/docs/api-reference/completions/create."""


def write(call: ApiCall) -> str:
    """The program."""
    bare = "prompt" in call.body
    endpoint = "/completions" if bare else "/chat/completions"
    token = call.headers.get("Authorization")
    key: TextWithVariables = (Variable(token[1].name),) if token and isinstance(token[1], Variable) else ("none",)
    client = {"base_url": python(_without(call.url, endpoint)), "api_key": python(key)}
    headers = [f"{PYTHON.text(name)}: {python(text)}" for name, text in call.headers.items() if name != "Authorization"]
    if headers:
        client["default_headers"] = f"{{{', '.join(headers)}}}"
    made = "".join(f"    {name}={value},\n" for name, value in client.items())
    known = COMPLETIONS if bare else CHAT
    supported = {name: value for name, value in call.body.items() if name in known}
    extra = {name: value for name, value in call.body.items() if name not in known}
    arguments = "".join(f"    {name}={literal(value, PYTHON, '    ')},\n" for name, value in supported.items())
    if not token:
        arguments += '    extra_headers={"Authorization": Omit()},\n'
    if extra:
        arguments += f"    extra_body={literal(extra, PYTHON, '    ')},\n"
    create = "client.completions.create" if bare else "client.chat.completions.create"
    start = _imports(call, key, omits=not token) + f"client = OpenAI(\n{made})\n\n"
    if not call.streams:
        return f"{start}answer = {create}(\n{arguments})\nprint(answer.choices[0])\n"
    delta = "chunk.choices[0].text" if bare else "chunk.choices[0].delta.content"
    if call.body.get("tools"):
        loop = "for chunk in stream:\n    print(chunk)\n"
    else:
        loop = f'for chunk in stream:\n    if chunk.choices:\n        print({delta} or "", end="", flush=True)\n'
    return f"{start}stream = {create}(\n{arguments})\n{loop}"


def _imports(call: ApiCall, key: TextWithVariables, *, omits: bool) -> str:
    names = "from openai import Omit, OpenAI" if omits else "from openai import OpenAI"
    reads = any(isinstance(word, Variable) for text in (call.url, key, *call.headers.values()) for word in text)
    return ("import os\n\n" if reads else "") + names + "\n\n"


def _without(url: TextWithVariables, ending: str) -> TextWithVariables:
    """The base URL, without the endpoint."""
    last = url[-1]
    assert isinstance(last, str)
    return (*url[:-1], last.removesuffix(ending))
