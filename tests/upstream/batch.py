"""Asynchronous batches: queued when submitted, running when first asked for, done after that.

https://developers.cloudflare.com/workers-ai/features/batch-api/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.upstream import dialects
from tests.upstream.answer import Answer
from tests.upstream.chat import speak
from tests.upstream.directives import Directives, directives
from tests.upstream.errors import error
from tests.upstream.writing import last_user_text

LARGEST_BODY = 10_000_000


@dataclass(slots=True)
class _Job:
    model: str
    requests: list[Mapping[str, Any]]
    asked: int = 0


@dataclass(slots=True)
class Batches:
    """The jobs that were submitted; `polls` answers are "queued" or "running" before the results come."""

    polls: int = 2
    _jobs: dict[str, _Job] = field(default_factory=dict)

    def handle(self, model: str, body: Mapping[str, Any], size: int) -> Answer:
        """Submit (`requests`) or ask (`request_id`)."""
        if size > LARGEST_BODY:
            return error(3006)
        if "request_id" in body:
            return self._ask(str(body["request_id"]))
        if not body.get("requests"):
            return error(5004)
        request_id = str(uuid4())
        self._jobs[request_id] = _Job(model, list(body["requests"]))
        return Answer.json(
            dialects.enveloped({"status": "queued", "request_id": request_id, "model": model}), status=202
        )

    def _ask(self, request_id: str) -> Answer:
        job = self._jobs.get(request_id)
        if job is None:
            return error(5004, message="AiError: no such request_id")
        job.asked += 1
        if job.asked <= self.polls:
            status = "queued" if job.asked == 1 else "running"
            return Answer.json(dialects.enveloped({"status": status, "request_id": request_id, "model": job.model}))
        responses = [_response(job.model, number, item) for number, item in enumerate(job.requests)]
        result = {"responses": responses[::-1], "usage": dialects.usage(0, 0, neurons=False)}
        return Answer.json(dialects.enveloped(result))


def _response(model: str, number: int, item: Mapping[str, Any]) -> dict[str, Any]:
    told = directives(model, last_user_text(item), Directives())
    reference = item.get("external_reference")
    if told.fail:
        message = error(told.fail).chunks[0]
        return {"id": number, "success": False, "error": message.decode(), "external_reference": reference}
    whole = dialects.classic_whole(speak(item, told), json_mode=False)
    return {"id": number, "result": whole, "success": True, "external_reference": reference}
