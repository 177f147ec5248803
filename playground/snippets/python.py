"""Code that all Python programs share: imports, and printing the text of an event stream."""

from playground.snippets.call import ApiCall
from playground.snippets.literals import PYTHON, literal
from playground.snippets.variables import variable_names


def imports(call: ApiCall, *modules: str) -> str:
    """The imports of a program, those of the standard library first."""
    reads = variable_names(call.url, *call.headers.values())
    standard = (["json"] if call.streams else []) + (["os"] if reads else [])
    groups = [[f"import {name}" for name in standard], list(modules)]
    return "\n\n".join("\n".join(group) for group in groups if group) + "\n\n"


def reader(call: ApiCall, chunks: str) -> str:
    """Code that prints the text of a stream as it comes, from `chunks` of bytes, inside a `with` block.

    It splits lines at line feeds only: `iter_lines()` would also split at other characters in an answer.
    """
    return f"""\
    rest = b""
    for chunk in {chunks}:
        *lines, rest = (rest + chunk).split(b"\\n")
        for line in lines:
            if line.startswith(b"data: {{"):
                event = json.loads(line[6:])
{_piece(call)}
"""


def body_literal(call: ApiCall, indent: str = "") -> str:
    """The body as a literal."""
    return literal(dict(call.body), PYTHON, indent)


def _piece(call: ApiCall) -> str:
    choice = '(event.get("choices") or [{}])[0]'
    if call.bare_body.get("tools"):
        lines = ["print(event)"]
    elif call.messages:
        lines = ['print((event.get("delta") or {}).get("text") or "", end="", flush=True)']
    elif "prompt" in call.bare_body and not call.native:
        lines = [f'print({choice}.get("text") or "", end="", flush=True)']
    else:
        content = 'delta.get("content")'
        piece = f'event.get("response", {content})' if call.native else content
        lines = [
            f'delta = {choice}.get("delta") or {{}}',
            f"piece = {piece}",
            'print("" if piece is None else piece, end="", flush=True)',
        ]
    return "\n".join(" " * 16 + line for line in lines)
