"""The meaning of an error's message where no code has one: phrases that servers use, the most specific first."""

import re
from collections.abc import Iterator

from playground.errors import ErrorKind
from playground.providers.failures import meanings as m
from playground.providers.failures.meanings import Meaning

_PHRASES: tuple[tuple[Meaning, str], ...] = (
    (
        m.UNPAID,
        r"insufficient (?:account )?(?:balance|credit|fund|quota)|balance (?:is )?(?:insufficient|too low|not enough)"
        r"|credit balance|(?:not enough|no|out of|doesn't have any|used all available) credits"
        r"|in arrears|overdue|account is in good standing|billing (?:is )?(?:not active|disabled|hard limit)"
        r"|requires? (?:more|additional) credits|please recharge|included credits"
        r"|exceeded your current quota(?!.*(?:retry in|per[- ]?min|exceeded for metric))|余额不足|欠费|充值|账户余额",
    ),
    (
        m.TOO_LARGE_FOR_A_MINUTE,
        r"request too large for .{0,120}(?:tokens per min|tpm)|must be reduced in order to run",
    ),
    (
        m.SPENT_TODAY,
        r"per[- ]?day|\((?:tpd|rpd)\)|daily (?:\w+ ){0,2}(?:limit|quota|allocation|allowance)|per 24 ?h|for today"
        r"|每日|当日",
    ),
    (
        m.SPENT,
        r"spend(?:ing)? limit|usage limits?\b|over budget|budget (?:has been )?(?:exceeded|exhausted)|exceeded ?budget"
        r"|(?:per|/|this) month|(?:hourly|weekly|monthly) (?:\w+ ){0,2}(?:limit|usage|quota|allowance|spend)"
        r"|free (?:tier|quota) .{0,40}exhausted|limit: 0\b|quota (?:has been |is )?(?:exhausted|used up)"
        r"|(?<!allocated )quota exceeded(?! for (?:quota )?metric)(?!.*(?:try|retry) )|额度|配额",
    ),
    (
        m.FILTERED,
        r"content management policy|content[ _]?policy|content filter|safety (?:system|filter|polic)"
        r"|usage (?:polic|guideline)|responsible ai|considered high risk|inappropriate content"
        r"|(?:sensitive|unsafe|harmful|prohibited) content"
        r"|sensitive (?:word|information)|new_sensitive|requires moderation|(?:was|were|been|content) flagged"
        r"|blocked by (?:\w+ ){0,3}(?:guardrail|polic|filter|safety)|(?:input|prompt|output|response) (?:was )?blocked"
        r"|blocked (?:input|output|prompt)|violat\w+ (?:\w+ ){0,3}(?:polic|guideline|terms)|refused on review"
        r"|敏感|违规|不安全|审核|风险",
    ),
    (
        m.OVERFLOW,
        r"context[ _-]?(?:length|size|window|limit)|maximum context|max(?:imum)? (?:prompt|input) length"
        r"|prompt (?:is |was )?too long|prompt exceeds|input (?:is |was |token length )?too long|messages? is too long"
        r"|exceeds? (?:the )?(?:model'?s? )?(?:maximum|max)(?: number of)? (?:input )?tokens|input token count"
        r"|exceed\w* (?:the )?(?:model |maximum )?token limit|token limit exceeded"
        r"|too many (?:prompt |input )?tokens(?!,? please wait)"
        r"|range of input length|tokens? \+ `?max_new_tokens|reduce the length of|number of tokens .{0,60}exceed"
        r"|following a prompt of length|longer than the model|sequence too long|max size: \d+ tokens|n_ctx"
        r"|user input tokens exceeds|上下文|输入过长|超过.{0,12}长度|长度超过",
    ),
    (
        m.BAD_TOKEN,
        r"(?:incorrect|invalid|wrong|missing|expired|revoked|unknown|no|bad) (?:an? )?"
        r"(?:api[- ]?key|access token|credentials|bearer)"
        r"|api[- ]?key (?:\S+ ){0,4}(?:not (?:valid|provided|found)|invalid|incorrect|expired|missing|revoked|required"
        r"|leaked|disabled)"
        r"|invalid auth|authentication (?:failed|error|required|fails)|not authenticated|unregistered callers"
        r"|login fail|could not (?:validate|verify) credentials"
        r"|无效的令牌|令牌无效|密钥无效|鉴权失败|认证失败|令牌已过期",
    ),
    (
        m.NO_PLACE,
        r"user location is not supported|(?:country|region|territory)[\w, ]{0,40}not (?:supported|available)"
        r"|not available in your (?:country|region)",
    ),
    (
        m.NOT_ALLOWED,
        r"not have (?:permission|access) to|must be verified to|insufficient permissions?|permission denied"
        r"|not (?:allowed|authori[sz]ed|permitted) to (?:access|use|call)|access (?:to \S+ )?denied|无权|没有权限",
    ),
    (
        m.NO_MODEL,
        r"no such model|unknown model|invalid model\b(?! param)|not a valid model|no models? loaded|no endpoints found"
        r"|model\b.{0,120}?\b(?:not exist|not found|does not exist|not supported by any)|unable to access model"
        r"|no (?:available )?(?:channel|provider|deployment)s? .{0,40}(?:for|with) .{0,20}model"
        r"|模型不存在|模型.{0,20}不存在|无可用渠道",
    ),
    (m.NO_ADDRESS, r"unexpected endpoint or method|invalid url \(|no route matched|cannot (?:post|get) /"),
    (
        m.BUSY,
        r"overload|(?:over|at|no|out of|exceeded|limited) capacity|capacity (?:is |was )?(?:exceeded|temporarily)"
        r"|high (?:demand|traffic|load)|(?:too|is|currently|server) busy|(?:is|still|currently) loading|loading model"
        r"|no (?:healthy|available) (?:upstream|instance|channel|deployment|server)s?|temporarily unavailable"
        r"|service unavailable|繁忙|负载|过载",
    ),
    (
        m.TOO_MANY,
        r"rate[ -]?limit|too many requests|throttl|(?:requests|tokens) per (?:min|sec)|\((?:tpm|rpm)\)|slow down"
        r"|(?:requests|sending) too (?:frequent|quick|fast)|concurren\w+ (?:limit|request)|限流|频率|并发|请求过多",
    ),
    (m.TOO_SLOW, r"(?<!idle )(?:timed out|time-?out)\b(?! parameter)|deadline (?:was )?(?:exceeded|expired)|请求超时"),
)
_COMPILED = tuple((meaning, re.compile(phrase)) for meaning, phrase in _PHRASES)

_ALL: frozenset[ErrorKind] = frozenset(
    {
        *("authentication", "permission", "not_found", "bad_request", "context_overflow", "rate_limited"),
        *("quota_exhausted", "capacity", "timeout", "server", "content_filter"),
    }
)
_KINDS_BY_STATUS: dict[int, frozenset[ErrorKind]] = {
    401: frozenset({"quota_exhausted"}),
    402: frozenset(),
    403: frozenset({"authentication", "quota_exhausted", "content_filter", "rate_limited", "not_found"}),
    404: frozenset({"not_found"}),
    405: frozenset({"not_found"}),
    408: frozenset(),
    413: frozenset({"context_overflow", "rate_limited"}),
    429: frozenset({"quota_exhausted", "capacity", "rate_limited"}),
    498: frozenset({"content_filter", "authentication"}),
    504: frozenset(),
    524: frozenset(),
    529: frozenset({"capacity"}),
}


def kinds_by_status(status: int | None) -> frozenset[ErrorKind]:
    """The kinds of errors that a phrase may stand for beside this HTTP status."""
    if status is None or status >= 500:
        return _KINDS_BY_STATUS.get(status or 0, _ALL)
    return _KINDS_BY_STATUS.get(status, _ALL - {"timeout"})


def meanings_of_message(message: str) -> Iterator[Meaning]:
    """The possible meanings of a message, the most specific first."""
    lower = message.lower()
    return (meaning for meaning, phrase in _COMPILED if phrase.search(lower))
