"""curl in a POSIX shell.

The body is a here-document whose line breaks curl strips (https://curl.se/docs/manpage.html#-d): nothing in it is
expanded, it may be longer than an argument, and the bytes that are sent are those that the app would send.
"""

from collections.abc import Iterator
from typing import Any

from playground.providers.wire.json_text import compact_json
from playground.snippets.call import ApiCall
from playground.snippets.variables import shell


def write(call: ApiCall) -> str:
    """The command."""
    options = ["--no-buffer"] if call.streams else []
    options += [f"--header {shell((f'{name}: ', *text))}" for name, text in call.headers.items()]
    options += ['--header "Content-Type: application/json"', "--data @- <<'JSON'"]
    command = " \\\n  ".join([f"curl {shell(call.url)}", *options])
    return f"{command}\n{''.join(_broken(call.body))}\nJSON\n"


def _broken(value: Any, depth: int = 2) -> Iterator[str]:
    """Compact JSON with line breaks added between its outer parts only."""
    if depth and isinstance(value, dict) and value:
        yield "{"
        for number, (key, item) in enumerate(value.items()):
            yield f"{',' * bool(number)}\n{compact_json(key)}:"
            yield from _broken(item, depth - 1)
        yield "\n}"
    elif depth and isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield f"{',' if number else '['}\n{compact_json(item)}"
        yield "\n]"
    else:
        yield compact_json(value)
