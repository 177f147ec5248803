"""What a server says went wrong, in whatever shape, as one ProviderError."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from playground.errors import ProtocolError, ProviderError
from playground.providers.failure_words import clean, hide, page_title
from playground.providers.failures.codes import (
    DAILY_ALLOCATION_CODES,
    OPENAI,
    WORDS,
    WORKERS_AI,
    Meaning,
    status_meaning,
)
from playground.providers.json_text import decode
from playground.providers.record import request_id as header_request_id

_RETRIED_STATUSES = frozenset({408, 409, 429})
_PASSING_KINDS = frozenset({"rate_limited", "capacity", "timeout", "server", "network"})
_CODE_IN_WORDS = re.compile(r"\b(\d{3,5})\s*:\s*")


@dataclass(slots=True)
class _Report:
    """What a server said, taken from whatever shape it used."""

    codes: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    request_id: str | None = None
    status: int | None = None


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

    `headers` by name in any case; `secrets` are taken out of what is shown, as is all that looks like one; `now` is
    the time that dates are reckoned from, for tests.
    """
    text = body.decode("utf-8-sig", "replace")
    try:
        value = decode(text)
    except ValueError:
        title = page_title(text)
        value = text if title is None else title
    report = _read(value)
    report.status = status
    return _error(report, headers, model, account_id, secrets, now)


def read_embedded_error(
    error: Any,
    headers: Mapping[str, str] | None = None,
    *,
    model: str = "",
    account_id: str = "",
    secrets: Iterable[str] = (),
    now: datetime | None = None,
) -> ProviderError:
    """The error that a 200 answer holds: a frame or document with `error` or `errors`, or the error object itself."""
    return _error(_read(error), headers or {}, model, account_id, secrets, now)


def unreadable(came: str | bytes, secrets: Iterable[str] = ()) -> ProtocolError:
    """The error of a 200 answer that is neither JSON nor a stream of it, saying what came instead."""
    text = came if isinstance(came, str) else came.decode("utf-8", "replace")
    title = page_title(text)
    if title is not None:
        named = f' ("{clean(title, secrets)[0]}")' if title else ""
        return ProtocolError(f"The server answered with a web page{named}.")
    words, request_id = clean(text, secrets)
    if not words:
        return ProtocolError("The server's answer is empty.")
    excerpt = words if len(words) <= 200 else words[:199] + "…"
    return ProtocolError(f"The server's answer could not be understood: {excerpt}", request_id=request_id)


def _read(value: Any) -> _Report:
    report = _Report()
    for source in _sources(value):
        if isinstance(source, str):
            report.words.append(source)
            continue
        for key in ("code", "internalCode", "type", "name"):
            code = source.get(key)
            if isinstance(code, int | str) and not isinstance(code, bool) and code != "":
                report.codes.append(str(code))
        status = next((source[key] for key in ("httpCode", "status_code", "status") if key in source), None)
        if isinstance(status, int) and not isinstance(status, bool):
            report.status = status
        for key in ("requestId", "request_id"):
            if isinstance(source.get(key), str):
                report.request_id = source[key]
        words = (source.get(key) for key in ("message", "description", "detail", "msg"))
        word = next((word for word in words if isinstance(word, str) and word), "")
        report.words.append(_placed(word, source.get("loc"), source.get("param")))
    return report


def _placed(words: str, place: Any, param: Any) -> str:
    """The words with what they speak of before them, where that is told beside them."""
    named = ".".join(map(str, place)) if isinstance(place, list) else param
    if isinstance(named, str) and named and words and named not in words:
        return f"{named}: {words}"
    return words


def _sources(value: Any, depth: int = 4) -> Iterator[Mapping[str, Any] | str]:
    """The objects and texts that speak of an error, the most telling first."""
    if not depth:
        return
    match value:
        case str():
            yield value
        case [*_]:
            for one in value[:10]:
                yield from _sources(one, depth - 1)
        case Mapping():
            for key in ("error", "errors", "detail"):
                if isinstance(inner := value.get(key), str | list | Mapping):
                    yield from _sources(inner, depth - 1)
            if isinstance(response := value.get("response"), Mapping):
                yield from _sources(response.get("error"), depth - 1)
            yield value


def _error(
    report: _Report,
    headers: Mapping[str, str],
    model: str,
    account_id: str,
    secrets: Iterable[str],
    now: datetime | None,
) -> ProviderError:
    headers = {name.lower(): value for name, value in headers.items()}
    now = now or datetime.now(UTC)
    cleaned, uuid = clean(next((word for word in report.words if word.strip()), ""), secrets)
    words, code, meaning = _understand(report, cleaned)
    status = report.status
    if code == "10000" and status == 403:  # the front door knows the token, and has no other code for it
        meaning = status_meaning(403)
    error = meaning.error
    message = meaning.message.format(model=model or "of that name", account=account_id or "with this id")
    if status and code not in WORKERS_AI:
        message = f"{message.removesuffix('.')} (HTTP {status})."
    retry_after = _retry_after(headers, now)
    if code in DAILY_ALLOCATION_CODES or meaning is WORKERS_AI["4006"]:
        retry_after = _until_midnight(now)
    retryable = error.default_retryable
    if status is not None:
        passing = status in _RETRIED_STATUSES or status >= 500
        retryable = passing and error.kind in _PASSING_KINDS
    return error(
        f"{message} The server said: {words}" if words else message,
        hint=meaning.hint,
        retryable=retryable,
        retry_after_s=retry_after,
        code=code and clean(code, secrets)[0],
        request_id=hide(header_request_id(headers) or report.request_id or uuid or "", secrets) or None,
    )


def _understand(report: _Report, words: str) -> tuple[str, str | None, Meaning]:
    """The words without a code before them, the code, and what it means: by code, by words, then by status."""
    for code in report.codes:
        if code in WORKERS_AI:
            return words, code, WORKERS_AI[code]
    for found in _CODE_IN_WORDS.finditer(words):
        if found[1] in WORKERS_AI:
            rest = words[found.end() :] if found.start() == 0 else words
            return clean(rest)[0], found[1], WORKERS_AI[found[1]]
    first = next(iter(report.codes), None)
    statuses = [int(code) for code in report.codes if re.fullmatch(r"[45]\d\d", code, re.ASCII)]
    if report.status is None and statuses:
        report.status = statuses[0]
    lower = words.lower()
    specific = next((OPENAI[code] for code in report.codes if code in OPENAI), None)
    said = next((meaning for phrase, meaning in WORDS if phrase in lower), None)
    general = specific is None or specific in (OPENAI["invalid_request_error"], OPENAI["server_error"])
    if said and general and report.status not in (401, 402, 403, 404):
        return words, first, said
    if specific and not (general and report.status in (401, 402, 403, 404, 408, 413, 429)):
        return words, first, specific
    return words, first, status_meaning(report.status or 500)


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
    """The number that a text says; NaN where it says none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _until_midnight(now: datetime) -> float:
    """Seconds to the next 00:00 UTC."""
    now = now.astimezone(UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()
