"""The languages of programs, and how a program is made."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from playground.messages import ChatRequest
from playground.models.catalog import Catalog, shipped
from playground.providers import Connection
from playground.snippets import (
    curl,
    javascript_fetch,
    python_anthropic,
    python_cloudflare,
    python_httpx,
    python_openai,
    worker,
)
from playground.snippets.call import Api, ApiCall, call_of

_DIALECTS = {"openai": "chat_completions", "anthropic": "messages"}


@dataclass(frozen=True, slots=True)
class Language:
    """A kind of program. `highlight` is the language for syntax highlighting, `comment` begins a comment.

    `api` is the API that it uses, named as the endpoints of Workers AI: "openai" and "anthropic" for any server,
    "native" for Workers AI only; None is that of the connection.
    """

    id: str
    label: str
    highlight: str
    filename: str
    comment: str
    write: Callable[[ApiCall], str]
    api: Api | None = None

    def fits(self, connection: Connection, request: ChatRequest) -> bool:
        """Whether it can send this request to this connection: OpenAI's endpoint of Workers AI has no bare prompts."""
        if not connection.traits.cloudflare:
            return self.api is None or _DIALECTS.get(self.api) == connection.traits.dialect
        if self.api == "anthropic":  # its parameters are not those of the other two
            return connection.api == "anthropic"
        bare = request.prompt is not None and self.api == "openai"
        return not bare and (connection.api != "anthropic" or self.api is None)


LANGUAGES = (  # the plainest first
    Language("curl", "curl", "bash", "call.sh", "#", curl.write),
    Language("python_httpx", "Python · httpx", "python", "call_httpx.py", "#", python_httpx.write),
    Language("python_openai", "Python · openai", "python", "call_openai.py", "#", python_openai.write, api="openai"),
    Language(
        "python_cloudflare",
        "Python · cloudflare",
        "python",
        "call_cloudflare.py",
        "#",
        python_cloudflare.write,
        "native",
    ),
    Language(
        "python_anthropic",
        "Python · anthropic",
        "python",
        "call_anthropic.py",
        "#",
        python_anthropic.write,
        "anthropic",
    ),
    Language("javascript_fetch", "JavaScript · fetch", "javascript", "call.mjs", "//", javascript_fetch.write),
    Language("worker", "TypeScript · Worker", "typescript", "worker.ts", "//", worker.write, "native"),
)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A program, the name of its file, and its language for syntax highlighting."""

    text: str
    filename: str
    highlight: str


def languages(connection: Connection, request: ChatRequest) -> tuple[Language, ...]:
    """The languages for a request to a connection, the most general first."""
    return tuple(language for language in LANGUAGES if language.fits(connection, request))


def snippet(
    language: Language,
    request: ChatRequest,
    connection: Connection,
    *,
    stream: bool | None = None,
    gateway: bool | None = None,
    catalog: Callable[[], Catalog] = shipped,
) -> Snippet:
    """The program that makes the same call as the app, with secrets read from the environment.

    `stream` and `gateway` override the request and the connection; `catalog` returns the models of Workers AI. Raises
    ProviderError where the request cannot be made.
    """
    if stream is not None:
        request = replace(request, stream=stream)
    call = call_of(request, connection, api=language.api, gateway=gateway, catalog=catalog)
    notes = "".join(f"{language.comment} {note}\n" for note in call.notes)
    return Snippet(notes + language.write(call), language.filename, language.highlight)
