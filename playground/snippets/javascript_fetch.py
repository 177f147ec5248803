"""JavaScript with fetch, for Node 18 and newer (https://nodejs.org/api/globals.html#fetch)."""

from playground.providers.wire.json_text import compact_json
from playground.snippets.call import ApiCall
from playground.snippets.literals import JAVASCRIPT, exact_in_javascript, literal
from playground.snippets.variables import javascript


def write(call: ApiCall) -> str:
    """The program, an ECMAScript module."""
    headers = "".join(f"        {JAVASCRIPT.key(name)}: {javascript(text)},\n" for name, text in call.headers.items())
    return f"""\
const response = await fetch({javascript(call.url)}, {{
    method: "POST",
    headers: {{
{headers}        "Content-Type": "application/json",
    }},
    body: {_body(call)},
}});
if (!response.ok) throw new Error(`${{response.status}} ${{await response.text()}}`);
{_reader(call) if call.streams else _result(call)}"""


def _body(call: ApiCall) -> str:
    """The body from a literal, or from text where a literal would not be sent exactly."""
    if exact_in_javascript(call.body):
        return f"JSON.stringify({literal(dict(call.body), JAVASCRIPT, '    ')})"
    return JAVASCRIPT.text(compact_json(call.body))


def _result(call: ApiCall) -> str:
    key = "result" if call.native else "content" if call.messages else "choices[0]"
    what = f"(await response.json()).{key}"
    return f"console.log(JSON.stringify({what}, null, 2));\n"


def _reader(call: ApiCall) -> str:
    return f"""\
let rest = "";
for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {{
    const lines = (rest + chunk).split("\\n");
    rest = lines.pop();
    for (const line of lines) {{
        if (!line.startsWith("data: {{")) continue;
        const event = JSON.parse(line.slice(6));
        {_piece(call)}
    }}
}}
"""


def _piece(call: ApiCall) -> str:
    if call.bare_body.get("tools"):
        return "console.log(JSON.stringify(event));"
    if call.messages:
        return 'process.stdout.write(event.delta?.text ?? "");'
    if "prompt" in call.bare_body and not call.native:
        return 'process.stdout.write(event.choices?.[0]?.text ?? "");'
    native = "event.response ?? " if call.native else ""
    return f'process.stdout.write(String({native}event.choices?.[0]?.delta?.content ?? ""));'
