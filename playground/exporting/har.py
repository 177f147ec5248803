"""A reply's exchange as a HAR 1.2 document: http://www.softwareishard.com/blog/har-12-spec/."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playground.answers.trace import Trace
from playground.store import StoredReply
from playground.system.places import app_version

_ACCOUNT = re.compile(r"(?<=/accounts/)[^/?]+|(?<=gateway\.ai\.cloudflare\.com/v1/)[^/?]+")


def har(reply: StoredReply, trace: Trace, body: Any) -> dict[str, Any]:
    """The document. Tokens were masked before, and the account is removed from the URL.

    `body` is that of the request. Fields with an underscore extend the standard: every event with its time in seconds
    since the request, the notes, the number of events that were not stored, and the model, its
    connection and its settings.
    """
    wait_s, receive_s = _times(trace)
    url = _ACCOUNT.sub("ACCOUNT_ID", trace.url)
    sent = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    started = reply.started_at + timedelta(seconds=reply.timings.waited_s)
    status = trace.status or 0
    entry = {
        "startedDateTime": started.isoformat(),
        "time": round((wait_s + receive_s) * 1000, 3),
        "request": {
            "method": trace.method,
            "url": url,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(trace.request_headers),
            "queryString": [{"name": name, "value": value} for name, value in parse_qsl(urlsplit(url).query)],
            "postData": {"mimeType": "application/json", "text": sent},
            "headersSize": -1,
            "bodySize": len(sent.encode("utf-8", "replace")),
        },
        "response": {
            "status": status,
            "statusText": _phrase(status),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(trace.response_headers),
            "content": {
                "size": len(trace.body.encode("utf-8", "replace")),
                "mimeType": trace.header("content-type"),
                "text": trace.body,
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": round(wait_s * 1000, 3), "receive": round(receive_s * 1000, 3)},
        "_events": [{"at_s": at, "data": data} for at, data in trace.frames] if trace.streamed else [],
        "_events_not_kept": trace.left_out,
        "_attempts": trace.attempts,
        "_request_id": trace.request_id,
        "_notes": list(reply.notes),
        "_model": reply.model,
        "_connection": reply.connection,
        "_setup": reply.setup,
    }
    creator = {"name": "LLM playground", "version": app_version()}
    return {"log": {"version": "1.2", "creator": creator, "entries": [entry]}}


def _times(trace: Trace) -> tuple[float, float]:
    """Seconds to the first frame, and from there to the last."""
    if not trace.frames:
        return 0.0, 0.0
    first, last = trace.frames[0][0], trace.frames[-1][0]
    return first, last - first


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _pairs(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]
