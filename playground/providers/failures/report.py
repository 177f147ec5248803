"""Takes codes and messages out of a server's error, whatever its shape."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.providers.failures.safe_text import title_of_html
from playground.providers.wire.json_text import decode

ErrorFamily = Literal["minimax", "bare", ""]
"""Where a code was found, for vendors have numbers of their own: in MiniMax's `base_resp`, or beside a message only."""

_CODE_KEYS = (
    *("code", "internalCode", "type", "name", "status", "error_type", "error_code", "errorCode", "errcode", "reason"),
    *("__type", "finish_reason", "native_finish_reason"),
)
_MESSAGE_KEYS = (
    *("message", "description", "detail", "msg", "error_msg", "errorMessage", "error_message", "error_description"),
    *("errmsg", "err_msg", "status_msg", "title"),
)
_STATUS_KEYS = ("httpCode", "http_code", "status_code", "statusCode", "status")
_AI_ERROR = re.compile(r"^(?:AiError|AiGatewayError)\b")
_UNINFORMATIVE = frozenset({"", "provider returned error", "upstream error", "error", "unknown error"})


@dataclass(slots=True)
class Report:
    """Codes and messages, the most specific first, and what else was found."""

    codes: list[tuple[str, ErrorFamily]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    upstream_messages: list[str] = field(default_factory=list)
    """The messages of a provider behind the server, with its name."""
    quotas: list[str] = field(default_factory=list)
    """Names of limits that were reached, as Google sends them."""
    request_id: str | None = None
    status: int | None = None
    retry_after_s: float | None = None
    from_cloudflare: bool = False
    """Its shape is one that only Workers AI and AI Gateway use."""

    @property
    def shown_message(self) -> str:
        """The message to show: the server's own, then that of the provider behind it."""
        own = next((message for message in self.messages if message.strip()), "")
        quotas = ", ".join(quota for quota in self.quotas if quota not in own)
        own = f"{own} ({quotas})" if quotas else own
        upstream = next((message for message in self.upstream_messages if message.strip() and message not in own), "")
        if upstream and own.strip().strip(".").lower() in _UNINFORMATIVE:
            return upstream
        return f"{own.rstrip('. ')}. {upstream}" if upstream else own

    @property
    def all_text(self) -> str:
        """All messages as one text, to search for phrases."""
        return " ".join(" ".join((*self.messages, *self.upstream_messages, *self.quotas))[:8_000].split())


def read_report(value: Any) -> Report:
    """The report of the error in a decoded body, frame or choice."""
    report = Report()
    _read(value, report, 4)
    return report


def _read(value: Any, report: Report, depth: int) -> None:
    for source in _sources(value, depth):
        if isinstance(source, str):
            report.messages.append(source)
            continue
        _read_codes(source, report)
        status = next((source[key] for key in _STATUS_KEYS if key in source), None)
        if isinstance(status, str) and re.fullmatch(r"[1-5]\d\d", status, re.ASCII):
            status = int(status)
        if isinstance(status, int) and not isinstance(status, bool):
            report.status = status
        for key in ("requestId", "request_id"):
            if isinstance(source.get(key), str):
                report.request_id = source[key]
        texts = (source.get(key) for key in _MESSAGE_KEYS)
        message = next((message for message in texts if isinstance(message, str) and message), "")
        report.messages.append(_with_location(message, source.get("loc"), source.get("param")))
        report.from_cloudflare |= "internalCode" in source or bool(_AI_ERROR.match(message))
        _read_metadata(source.get("metadata"), report, depth)
        _read_details(source.get("details"), report)


def _read_codes(source: Mapping[str, Any], report: Report) -> None:
    base = source.get("base_resp")
    if isinstance(base, Mapping) and isinstance(code := base.get("status_code"), int | str):
        report.codes.append((str(code), "minimax"))
        report.messages.append(str(base.get("status_msg") or ""))
    for key in _CODE_KEYS:
        code = source.get(key)
        if isinstance(code, int | str) and not isinstance(code, bool) and code != "":
            # Z.AI's errors hold a code and a message; Mistral's hold a type beside their numbers.
            report.codes.append((str(code), "bare" if key == "code" and not source.get("type") else ""))


def _read_metadata(metadata: Any, report: Report, depth: int) -> None:
    """OpenRouter's details of an error: https://openrouter.ai/docs/api/reference/errors-and-debugging"""
    if not isinstance(metadata, Mapping) or depth <= 0:
        return
    if isinstance(kind := metadata.get("error_type"), str):
        report.codes.append((kind, ""))
    name = metadata.get("provider_name")
    name = name if isinstance(name, str) else ""
    inner = read_report(_decoded(metadata.get("raw"))) if metadata.get("raw") else Report()
    report.codes += inner.codes
    report.retry_after_s = report.retry_after_s or inner.retry_after_s
    if message := inner.shown_message.strip():
        report.upstream_messages.append(f"{name}: {message}" if name else message)
    reasons = metadata.get("reasons")
    if isinstance(reasons, list) and (named := ", ".join(reason for reason in reasons[:10] if isinstance(reason, str))):
        report.upstream_messages.append(f"{name}: flagged for {named}" if name else f"Flagged for {named}")
        report.codes.append(("content_filter", ""))
    headers = metadata.get("headers")
    seconds = metadata.get("retry_after_seconds")
    if not isinstance(seconds, int | float) and isinstance(headers, Mapping):
        lower = {str(name).lower(): value for name, value in headers.items()}
        seconds = lower.get("retry-after")
    report.retry_after_s = report.retry_after_s or _seconds(str(seconds))


def _read_details(details: Any, report: Report) -> None:
    """Google's details: which quota, when again, and the reason: https://cloud.google.com/apis/design/errors"""
    for detail in details[:10] if isinstance(details, list) else ():
        if not isinstance(detail, Mapping):
            continue
        if isinstance(reason := detail.get("reason"), str):
            report.codes.append((reason, ""))
        if isinstance(delay := detail.get("retryDelay"), str):
            report.retry_after_s = report.retry_after_s or _seconds(delay.removesuffix("s"))
        violations = detail.get("violations")
        for violation in violations[:10] if isinstance(violations, list) else ():
            if isinstance(violation, Mapping) and isinstance(quota := violation.get("quotaId"), str):
                report.quotas.append(quota)


def _decoded(raw: Any) -> Any:
    if not isinstance(raw, str):
        return raw
    try:
        value = decode(raw)
    except ValueError:
        title = title_of_html(raw)
        return raw if title is None else title
    return raw if value is None or isinstance(value, int | float) else value


def _seconds(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d+)?", text, re.ASCII) else None


def _with_location(message: str, location: Any, param: Any) -> str:
    """The message with the field that it is about before it, where that is sent apart."""
    location_text = ".".join(map(str, location)) if isinstance(location, list) else param
    if isinstance(location_text, str) and location_text and message and location_text not in message:
        return f"{location_text}: {message}"
    return message


def _sources(value: Any, depth: int) -> Iterator[Mapping[str, Any] | str]:
    """The objects and texts that may describe an error, the most specific first."""
    if not depth:
        return
    match value:
        case str():
            yield value
        case [*_]:
            for item in value[:10]:
                yield from _sources(item, depth - 1)
        case Mapping():
            for inner in _inner(value):
                if isinstance(inner, str | list | Mapping):
                    yield from _sources(inner, depth - 1)
            yield value


def _inner(value: Mapping[str, Any]) -> Iterator[Any]:
    """The values of an object that may hold its error."""
    yield from (value.get(key) for key in ("error", "errors", "detail", "innererror"))
    if isinstance(response := value.get("response"), Mapping):
        yield response.get("error")
    choices = value.get("choices")
    for choice in choices[:10] if isinstance(choices, list) else ():
        if isinstance(choice, Mapping):
            yield choice.get("error")
