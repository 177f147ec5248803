"""The badge that tells whether an answer fits its format: checked once, on a thread, and cached."""

import threading
from collections import OrderedDict

from playground.channel.messages import Badge
from playground.compare.blind import KnownModel, scrubbed
from playground.conversation.formats import check_format
from playground.store import StoredReply
from playground.text.cleaning import line

BADGES_KEPT = 4_000
LONGEST_REASON = 500

_badges: OrderedDict[str, Badge] = OrderedDict()
_lock = threading.Lock()


def needs_format_check(reply: StoredReply) -> bool:
    """Whether an answer has a format and was not checked yet."""
    return _has_format(reply) and reply.id not in _badges


def check_reply_format(reply: StoredReply) -> None:
    """Check an answer, for the views made from now on. May start a process and block for seconds."""
    if reply.response_format is None or not needs_format_check(reply):
        return
    check = check_format(reply.text, reply.response_format)
    tone = "good" if check.fits else "plain" if check.fits is None else "warning"
    badge = Badge(label=line(check.description(reply.response_format), LONGEST_REASON), tone=tone)
    with _lock:
        _badges[reply.id] = badge
        while len(_badges) > BADGES_KEPT:
            _badges.popitem(last=False)


def format_badge(reply: StoredReply, card: KnownModel | None = None) -> Badge | None:
    """The badge of an answer, with the names of a model masked; None where there is none, or not yet."""
    badge = _badges.get(reply.id) if _has_format(reply) else None
    if badge is None or card is None:
        return badge
    return Badge(label=scrubbed(badge.label, card), tone=badge.tone)


def _has_format(reply: StoredReply) -> bool:
    return reply.response_format is not None and bool(reply.text) and reply.state not in ("failed", "live")
