"""Python with Cloudflare's own SDK, https://github.com/cloudflare/cloudflare-python.

By `client.post`: `client.ai.run` of version 5 escapes the slashes in the name of a model, which the service answers
with "No route for that URI" (https://github.com/cloudflare/cloudflare-python/issues/2718).
"""

from playground.connections.kinds import CLOUDFLARE_API
from playground.snippets.call import CLOUDFLARE_TOKEN, ApiCall
from playground.snippets.literals import PYTHON
from playground.snippets.python import body_literal, imports, reader
from playground.snippets.variables import TextWithVariables, Variable, python


def write(call: ApiCall) -> str:
    """The program."""
    base = call.url[0] if isinstance(call.url[0], str) else ""
    client = {"api_token": python((Variable(CLOUDFLARE_TOKEN),))}
    path = call.url
    if base.startswith(call.base_url):
        path = _below(call.base_url, call.url)
        if call.base_url.rstrip("/") != CLOUDFLARE_API:
            client["base_url"] = PYTHON.text(call.base_url)
    headers = {name: text for name, text in call.headers.items() if name != "Authorization"}
    if headers:
        written = ", ".join(f"{PYTHON.text(name)}: {python(text)}" for name, text in headers.items())
        client["default_headers"] = f"{{{written}}}"
    made = "".join(f"    {name}={value},\n" for name, value in client.items())
    imported = "from cloudflare import Cloudflare, Stream" if call.streams else "from cloudflare import Cloudflare"
    start = imports(call, imported) + f"client = Cloudflare(\n{made})\n\n"
    arguments = f"    {python(path)},\n    body={body_literal(call, '    ')},\n    cast_to=object,\n"
    start += "# client.ai.run() escapes the slashes of a model's name: cloudflare-python#2718\n"
    if call.streams:
        arguments += "    stream=True,\n    stream_cls=Stream[object],\n"
        return f"{start}with client.post(\n{arguments}) as stream:\n{reader(call, 'stream.response.iter_bytes()')}"
    return f'{start}answer = client.post(\n{arguments})\nprint(answer["result"])\n'


def _below(base: str, url: TextWithVariables) -> TextWithVariables:
    first = url[0]
    assert isinstance(first, str)
    return (first.removeprefix(base.rstrip("/")), *url[1:])
