"""The routes: APIs of Cloudflare (/client/v4), OpenAI (/v1) and Anthropic (/anthropic), AI Gateway, and controls."""

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.upstream import anthropic, dialects, embeddings, models
from tests.upstream.answer import Answer
from tests.upstream.anthropic import Messages
from tests.upstream.batch import Batches
from tests.upstream.chat import Chat
from tests.upstream.directives import Directives
from tests.upstream.errors import error
from tests.upstream.seen import Seen

Handler = Callable[[Request, Seen], Awaitable[Answer]]


@dataclass(slots=True)
class Account:
    """Who may come in: the id in the path, and tokens by what they are and may do."""

    id: str
    user_tokens: set[str] = field(default_factory=set)
    account_tokens: set[str] = field(default_factory=set)
    powerless_tokens: set[str] = field(default_factory=set)
    """Real user tokens without the permission for Workers AI."""


class Service:
    """What the server knows: its account, models, batches, scripts, and the requests it has seen."""

    def __init__(self, account: Account, default: Directives) -> None:
        self.account = account
        self.chat = Chat(default)
        self.messages = Messages(default)
        self.batches = Batches()
        self.rows: list[dict[str, Any]] = list(models.ROWS)
        self.schemas: dict[str, Any] = {}
        self.seen: list[Seen] = []
        self.scripts: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self._gateway_cache: set[bytes] = set()

    def app(self) -> Starlette:
        """The server as an ASGI application."""
        account = "/client/v4/accounts/{account}"
        gateway = "/gateway/v1/{account}/{gateway}/workers-ai"
        routes: Sequence[tuple[str, str, Handler]] = (
            ("POST", account + "/ai/run", self._run_any),
            ("POST", account + "/ai/run/{model:path}", self._run),
            ("POST", account + "/ai/v1/chat/completions", self._cloudflare_chat),
            ("GET", account + "/ai/models/search", self._search),
            ("GET", account + "/ai/models/schema", self._schema),
            ("GET", account + "/tokens/verify", self._verify_account_token),
            ("GET", "/client/v4/user/tokens/verify", self._verify_user_token),
            ("POST", "/v1/chat/completions", self._open_chat),
            ("POST", "/v1/embeddings", self._open_embeddings),
            ("GET", "/v1/models", self._open_models),
            ("GET", "/openrouter/v1/models", self._listed_for_all),
            ("GET", "/openrouter/v1/key", self._key),
            ("POST", "/anthropic/v1/messages", self._messages),
            ("GET", "/anthropic/v1/models", self._anthropic_models),
            ("POST", account + "/ai/v1/messages", self._cloudflare_messages),
            ("POST", gateway + "/v1/chat/completions", self._cloudflare_chat),
            ("POST", gateway + "/{model:path}", self._run),
            ("POST", "/_script", self._script),
            ("GET", "/_requests", self._requests),
        )
        return Starlette(routes=[Route(path, self._endpoint(do), methods=[verb]) for verb, path, do in routes])

    def _endpoint(self, handler: Handler) -> Callable[[Request], Awaitable[Any]]:
        async def endpoint(request: Request) -> _Playing:
            body = await request.body()
            seen = Seen(request.method, request.url.path, request.url.query, dict(request.headers), body)
            seen.client = request.client and (request.client.host, request.client.port)
            if not request.url.path.startswith("/_"):
                self.seen.append(seen)
            return _Playing(await handler(request, seen), seen)

        return endpoint

    def _refusal(self, request: Request) -> Answer | None:
        """Why this request may not come in."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            return error(9106)
        if token in self.account.powerless_tokens:
            return error(10000)
        if token not in self.account.user_tokens | self.account.account_tokens:
            return error(10000)
        return None if request.path_params["account"] == self.account.id else error(7003)

    async def _run(self, request: Request, seen: Seen) -> Answer:
        if refusal := self._refusal(request):
            return refusal
        model = request.path_params["model"].removeprefix("run/")
        if request.query_params.get("queueRequest") == "true":
            return self._scripted("/batch") or self.batches.handle(model, seen.json, len(seen.body))
        if not model.startswith("@"):
            return error(5007, message=f"AiError: No such model: {model}")
        if "text" in seen.json:
            return self._scripted(model) or embeddings.native(seen.json["text"])
        answer = self._scripted(model) or await self.chat.native(model, seen.json)
        return self._through_gateway(request, seen, answer)

    async def _run_any(self, request: Request, seen: Seen) -> Answer:
        """The universal endpoint: other vendors' models in the form of their vendors, in Cloudflare's envelope."""
        if refusal := self._refusal(request):
            return refusal
        model, body = str(seen.json["model"]), {**seen.json["input"], "model": seen.json["model"]}
        match model.partition("/")[0]:
            case "anthropic":
                answer = self._scripted(model) or self.messages.answer({"anthropic-version": anthropic.VERSION}, body)
            case "openai" | "xai":
                answer = self._scripted(model) or await self.chat.openai(body, cloudflare=False)
            case _:
                return error(5006, message="AiError: Bad input: Error: 'contents' is required")
        if answer.status == 200 and answer.content_type == "application/json":
            answer = replace(answer, chunks=(orjson.dumps(dialects.enveloped(orjson.loads(answer.chunks[0]))),))
        return self._through_gateway(request, seen, answer)

    async def _cloudflare_chat(self, request: Request, seen: Seen) -> Answer:
        if refusal := self._refusal(request):
            return refusal
        answer = self._scripted(seen.json.get("model", "")) or await self.chat.openai(seen.json, cloudflare=True)
        return self._through_gateway(request, seen, answer)

    async def _open_chat(self, request: Request, seen: Seen) -> Answer:
        if scripted := self._scripted(seen.json.get("model", "")):
            return scripted
        return self._openai_refusal(request) or await self.chat.openai(seen.json, cloudflare=False)

    async def _open_embeddings(self, request: Request, seen: Seen) -> Answer:
        scripted = self._scripted(seen.json.get("model", ""))
        return scripted or self._openai_refusal(request) or embeddings.openai(seen.json)

    async def _open_models(self, request: Request, seen: Seen) -> Answer:
        if refusal := self._openai_refusal(request):
            return refusal
        return await self._listed_for_all(request, seen)

    async def _listed_for_all(self, request: Request, seen: Seen) -> Answer:
        data = [{"id": row["name"], "object": "model", "created": 1, "owned_by": "upstream"} for row in self.rows]
        return self._scripted("/models") or Answer.json({"object": "list", "data": data})

    async def _key(self, request: Request, seen: Seen) -> Answer:
        return self._openai_refusal(request) or Answer.json({"data": {"label": "upstream"}})

    async def _messages(self, request: Request, seen: Seen) -> Answer:
        if refusal := self._anthropic_refusal(request):
            return refusal
        body = seen.json
        return self._scripted(body.get("model", "")) or self.messages.answer(request.headers, body)

    def _anthropic_refusal(self, request: Request) -> Answer | None:
        """A key comes in a header of its own, or as a bearer's, which is how the vendor's SDK sends it."""
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        known = request.headers.get("x-api-key", bearer) in self.account.user_tokens
        return None if known else anthropic.error(401, "invalid x-api-key")

    async def _anthropic_models(self, request: Request, seen: Seen) -> Answer:
        if refusal := self._anthropic_refusal(request):
            return refusal
        return self._scripted("/models") or anthropic.model_list([row["name"] for row in self.rows])

    async def _cloudflare_messages(self, request: Request, seen: Seen) -> Answer:
        if refusal := self._refusal(request):
            return refusal
        body = seen.json
        answer = self._scripted(body.get("model", "")) or self.messages.answer(request.headers, body)
        return self._through_gateway(request, seen, answer)

    def _openai_refusal(self, request: Request) -> Answer | None:
        """Anybody may come in without a key, as with Ollama; a key that is given has to be right."""
        header = request.headers.get("authorization")
        if header is None or header.removeprefix("Bearer ") in self.account.user_tokens:
            return None
        return Answer.json({"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}, 401)

    async def _search(self, request: Request, seen: Seen) -> Answer:
        if refusal := self._refusal(request):
            return refusal
        query = request.query_params
        page, per_page = int(query.get("page", 1)), int(query.get("per_page", 100))
        rows = [row for row in self.rows if query.get("search", "") in row.get("name", "")]
        shown = rows[(page - 1) * per_page : page * per_page]
        info = {"page": page, "per_page": per_page, "count": len(shown), "total_count": len(rows)}
        return self._scripted("/models/search") or Answer.json({**dialects.enveloped(shown), "result_info": info})

    async def _schema(self, request: Request, seen: Seen) -> Answer:
        if refusal := self._refusal(request):
            return refusal
        model = request.query_params.get("model", "")
        if model not in {row.get("name") for row in self.rows}:
            return error(5007)
        return Answer.json(dialects.enveloped(self.schemas.get(model, models.SCHEMA)))

    async def _verify_user_token(self, request: Request, seen: Seen) -> Answer:
        return self._verified(request, self.account.user_tokens | self.account.powerless_tokens)

    async def _verify_account_token(self, request: Request, seen: Seen) -> Answer:
        if request.path_params["account"] != self.account.id:
            return error(7003)
        return self._verified(request, self.account.account_tokens)

    def _verified(self, request: Request, good: set[str]) -> Answer:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            return error(9106)
        if token not in good:
            return Answer.json(
                {
                    "success": False,
                    "errors": [{"code": 1000, "message": "Invalid API Token"}],
                    "messages": [],
                    "result": None,
                },
                401,
            )
        return Answer.json(dialects.enveloped({"id": "ed17574386854bf78a67040be0a770b0", "status": "active"}))

    def _scripted(self, name: str) -> Answer | None:
        for queue in (self.scripts[name], self.scripts[""]):
            if queue:
                return queue.popleft()
        return None

    def _through_gateway(self, request: Request, seen: Seen, answer: Answer) -> Answer:
        """The headers that AI Gateway adds; the second of two equal requests is a hit."""
        if "gateway" not in request.path_params and "cf-aig-gateway-id" not in request.headers:
            return answer
        known = seen.body in self._gateway_cache and request.headers.get("cf-aig-skip-cache") != "true"
        self._gateway_cache.add(seen.body)
        added = {"cf-aig-cache-status": "HIT" if known else "MISS", "cf-aig-log-id": "01JADMCQQQBWH3NXZ5GCRN98DP"}
        return answer.with_headers(added)

    async def _script(self, request: Request, seen: Seen) -> Answer:
        """Queue answers: `{"model": "", "answers": [fields of Answer, frames as chunks]}`."""
        order = seen.json
        self.scripts[order.get("model", "")].extend(Answer(**fields) for fields in order["answers"])
        return Answer.json({"queued": len(order["answers"])})

    async def _requests(self, request: Request, seen: Seen) -> Answer:
        return Answer((orjson.dumps([one.as_json() for one in self.seen]),), content_type="application/json")


class _Playing:
    """A response that plays an answer."""

    def __init__(self, answer: Answer, seen: Seen) -> None:
        self.answer = answer
        self.seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.answer.send_to(self.seen, scope, receive, send)
