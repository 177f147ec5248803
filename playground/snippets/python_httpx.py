"""Python with httpx, https://www.python-httpx.org/."""

from playground.snippets.call import ApiCall
from playground.snippets.literals import PYTHON
from playground.snippets.python import body_literal, imports, reader
from playground.snippets.variables import python


def write(call: ApiCall) -> str:
    """The program."""
    headers = "".join(f"        {PYTHON.text(name)}: {python(text)},\n" for name, text in call.headers.items())
    arguments = f"    {python(call.url)},\n"
    if headers:
        arguments += f"    headers={{\n{headers}    }},\n"
    arguments += f"    json={body_literal(call, '    ')},\n    timeout=300,\n"
    start = imports(call, "import httpx")
    if call.streams:
        opened = f'with httpx.stream(\n    "POST",\n{arguments}) as response:\n'
        return f"{start}{opened}    response.raise_for_status()\n{reader(call, 'response.iter_bytes()')}"
    key = '"result"' if call.native else '"content"' if call.messages else '"choices"][0'
    result = f"response.json()[{key}]"
    return f"{start}response = httpx.post(\n{arguments})\nresponse.raise_for_status()\nprint({result})\n"
