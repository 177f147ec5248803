"""Reads what a server says went wrong, in whatever shape, as a ProviderError."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from playground.errors import NO_ROOM_KINDS, AuthenticationError, ProtocolError, ProviderError
from playground.providers.failures import cloudflare
from playground.providers.failures import meanings as m
from playground.providers.failures.meanings import Meaning, status_meaning
from playground.providers.failures.phrases import kinds_by_status, meanings_of_message
from playground.providers.failures.report import Report, read_report
from playground.providers.failures.safe_text import hide, safe_text, title_of_html
from playground.providers.failures.vendors import MINIMAX, SPARK, ZAI, generally_named, named
from playground.providers.http.credentials import SERVER_CREDENTIALS
from playground.providers.http.record import request_id as header_request_id
from playground.providers.wire.json_text import decode

_RETRIED_STATUSES = frozenset({408, 409, 429})
_PASSING_KINDS = frozenset({"rate_limited", "capacity", "timeout", "server", "network"})
_CODE_IN_MESSAGE = re.compile(r"\b(\d{3,5})\s*:\s*")
_CODE_AT_END = re.compile(r"\((\d{4})\)\s*$")
_WAIT_IN_MESSAGE = re.compile(
    r"(?:try again|retry|wait|reset\w*) (?:in|after|for)"
    r" (?:(\d{1,3}) ?h(?:ours?)?)? ?(?:(\d{1,4}) ?m(?:in(?:utes?)?)?(?![a-z]))?"
    r" ?(?:(\d{1,5}(?:\.\d+)?) ?(ms|s)(?:ec(?:onds?)?)?\b)?",
)


def read_error(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    model: str = "",
    account_id: str = "",
    secrets: Iterable[str] = (),
    now: datetime | None = None,
) -> ProviderError:
    """The error of a response whose status is not 2xx.

    `account_id` is the Cloudflare account that was asked, "" for any other server. `headers` are by name in any case.
    `secrets`, and all that looks like one, are redacted. Dates in headers are relative to `now`.
    """
    text = body.decode("utf-8-sig", "replace")
    try:
        value = decode(text)
    except ValueError:
        title = title_of_html(text)
        value = text if title is None else title
    report = read_report(value)
    report.status = status
    return _error(report, headers, model, account_id, tuple(secrets), now or datetime.now(UTC))


def read_embedded_error(
    error: Any, *, model: str = "", account_id: str = "", secrets: Iterable[str] = ()
) -> ProviderError:
    """The error that a 200 answer holds: a frame or document with `error` or `errors`, or the error object itself."""
    return _error(read_report(error), {}, model, account_id, tuple(secrets), datetime.now(UTC))


def unreadable(content: str | bytes, secrets: Iterable[str] = ()) -> ProtocolError:
    """The error of a 200 answer that is neither JSON nor a stream of it, with an excerpt of what came instead."""
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    title = title_of_html(text)
    if title is not None:
        page_title = f' ("{safe_text(title, secrets)[0]}")' if title else ""
        return ProtocolError(f"The server answered with a web page{page_title}.")
    excerpt, request_id = safe_text(text, secrets)
    if not excerpt:
        return ProtocolError("The server's answer is empty.")
    excerpt = excerpt if len(excerpt) <= 200 else excerpt[:199] + "…"
    return ProtocolError(f"The server's answer could not be understood: {excerpt}", request_id=request_id)


def _error(
    report: Report,
    headers: Mapping[str, str],
    model: str,
    account_id: str,
    secrets: tuple[str, ...],
    now: datetime,
) -> ProviderError:
    headers = {name.lower(): value for name, value in headers.items()}
    cleaned, uuid = safe_text(report.shown_message, secrets)
    server_message, code, meaning = _understand(report, cleaned, of_cloudflare=bool(account_id))
    status = report.status
    if code == "10000" and status == 403:  # the front door knows the token, and has no other code for it
        meaning = status_meaning(403)
    error = meaning.error
    message = meaning.message.format(model=model or "of that name", account=account_id or "with this id")
    if status and code not in cloudflare.CODES:
        message = f"{message.removesuffix('.')} (HTTP {status})."
    return error(
        f"{message} The server said: {server_message}" if server_message else message,
        hint=_hint(meaning, keyless=not (secrets or account_id)),
        retryable=_retryable(meaning, status),
        retry_after_s=_wait(report, headers, meaning, now),
        code=code and safe_text(code, secrets)[0],
        request_id=hide(header_request_id(headers) or report.request_id or uuid or "", secrets) or None,
        server_message=server_message,
    )


def _understand(report: Report, message: str, *, of_cloudflare: bool) -> tuple[str, str | None, Meaning]:
    """The message without a code before it, the code, and their meaning: by code, by phrase, then by status."""
    first = next((code for code, _ in report.codes), None)
    if report.status is None:
        statuses = (int(code) for code, _ in report.codes if re.fullmatch(r"[45]\d\d", code, re.ASCII))
        report.status = next(statuses, None)
    if of_cloudflare or report.from_cloudflare:
        if found := _cloudflare_code(report, message):
            message, code, known = found
            # The hints are for the owner of the account, which is another's where a server passes its errors on.
            return message, code, known if of_cloudflare else known._replace(hint=None)
    elif by_number := _vendor_number(report):
        return message, *by_number
    allowed = kinds_by_status(report.status)
    by_code = next((meaning for meaning in (_named(code) for code, _ in report.codes) if meaning), None)
    by_phrase = next((each for each in meanings_of_message(report.all_text) if each.error.kind in allowed), None)
    # Servers send these codes also for a limit that waiting does not help against, or for a key that is wrong.
    vague = by_code in (m.TOO_MANY, m.NOT_ALLOWED) and by_phrase is not m.TOO_MANY
    if meaning := (by_phrase if vague else by_code) or by_code or by_phrase:
        return message, first, meaning
    if report.status is not None:
        return message, first, status_meaning(report.status)
    general = next((meaning for meaning in (generally_named(code) for code, _ in report.codes) if meaning), None)
    return message, first, general or m.FAILED


def _named(code: str) -> Meaning | None:
    """The meaning of a name; a finish reason may have another before it ("function_call_filter: …")."""
    return named(code) or named(code.rpartition(":")[2])


def _cloudflare_code(report: Report, message: str) -> tuple[str, str, Meaning] | None:
    for code, _ in report.codes:
        if code in cloudflare.CODES:
            return message, code, cloudflare.CODES[code]
    for found in _CODE_IN_MESSAGE.finditer(message):
        if found[1] in cloudflare.CODES:
            rest = message[found.end() :] if found.start() == 0 else message
            return safe_text(rest)[0], found[1], cloudflare.CODES[found[1]]
    if "daily free allocation" in message.lower():
        return message, next((code for code, _ in report.codes), "4006"), cloudflare.CODES["4006"]
    return None


def _vendor_number(report: Report) -> tuple[str, Meaning] | None:
    """The vendor's own number of an error, and its meaning."""
    for code, family in report.codes:
        if family == "minimax" and code in MINIMAX:
            return code, MINIMAX[code]
        if family == "bare" and code in ZAI:
            return code, ZAI[code]
        if family != "minimax" and code in SPARK:
            return code, SPARK[code]
    for message in (*report.messages, *report.upstream_messages):
        if (found := _CODE_AT_END.search(message[-40:])) and found[1] in MINIMAX:
            return found[1], MINIMAX[found[1]]
    return None


def _hint(meaning: Meaning, *, keyless: bool) -> str | None:
    if meaning.error is AuthenticationError and meaning.hint is None and keyless:
        return SERVER_CREDENTIALS
    return meaning.hint


def _retryable(meaning: Meaning, status: int | None) -> bool:
    if meaning.retryable is not None:
        return meaning.retryable
    if status is None:
        return meaning.error.default_retryable
    passing = status in _RETRIED_STATUSES or status >= 500 or meaning.error.kind in NO_ROOM_KINDS
    return passing and meaning.error.kind in _PASSING_KINDS


def _wait(report: Report, headers: Mapping[str, str], meaning: Meaning, now: datetime) -> float | None:
    """Seconds until a retry makes sense; None where that is not known."""
    if meaning is cloudflare.CODES["4006"]:
        return _until_midnight(now)
    retry_after = _retry_after(headers, now)
    if retry_after is not None or meaning.error.kind not in NO_ROOM_KINDS or meaning.retryable is False:
        return retry_after
    return report.retry_after_s if report.retry_after_s is not None else _wait_in_message(report.all_text)


def _wait_in_message(message: str) -> float | None:
    """The time that a message asks to wait: "try again in 7m12.5s", "Please retry in 33s"."""
    for found in _WAIT_IN_MESSAGE.finditer(message.lower()):
        hours, minutes, seconds, unit = found.groups()
        if hours or minutes or seconds:
            seconds_part = float(seconds or 0) / (1000 if unit == "ms" else 1)
            return int(hours or 0) * 3600 + int(minutes or 0) * 60 + seconds_part
    return None


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds of `Retry-After`, whether it counts seconds or names a date; None where it says neither.

    `retry-after-ms` is OpenAI's own, and finer.
    """
    value = headers.get("retry-after", "").strip()
    seconds = _number(headers.get("retry-after-ms", "")) / 1000
    if math.isnan(seconds):
        seconds = _number(value)
    if math.isnan(seconds):
        try:
            date = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        seconds = (date - now).total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _number(text: str) -> float:
    """The number in a text; NaN where it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _until_midnight(now: datetime) -> float:
    """Seconds to the next 00:00 UTC."""
    now = now.astimezone(UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()
