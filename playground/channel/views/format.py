"""Whether an answer is what its format asked for, as a badge under it: found out once, on a thread, and kept."""

import threading
from collections import OrderedDict

from playground.channel.messages import Badge
from playground.compare.blind import Known, scrubbed
from playground.conversation.formats import judge
from playground.store import StoredReply
from playground.text.cleaning import line

BADGES_KEPT = 4_000
LONGEST_REASON = 500

_badges: OrderedDict[str, Badge] = OrderedDict()
_lock = threading.Lock()


def is_to_be_judged(reply: StoredReply) -> bool:
    """Whether it is not known yet how an answer that has ended fits its format, and `judge_format` would tell."""
    return _has_format(reply) and reply.id not in _badges


def judge_format(reply: StoredReply) -> None:
    """Find it out, for the views made from now on. May start a process and take seconds: never on an event loop."""
    if reply.response_format is None or not is_to_be_judged(reply):
        return
    judged = judge(reply.text, reply.response_format)
    tone = "good" if judged.fits else "plain" if judged.fits is None else "warning"
    badge = Badge(words=line(judged.words(reply.response_format), LONGEST_REASON), tone=tone)
    with _lock:
        _badges[reply.id] = badge
        while len(_badges) > BADGES_KEPT:
            _badges.popitem(last=False)


def format_known(reply: StoredReply, card: Known | None = None) -> Badge | None:
    """The badge of an answer, with the names of a model masked; None where there is none, or not yet."""
    badge = _badges.get(reply.id) if _has_format(reply) else None
    if badge is None or card is None:
        return badge
    return Badge(words=scrubbed(badge.words, card), tone=badge.tone)


def _has_format(reply: StoredReply) -> bool:
    return reply.response_format is not None and bool(reply.text) and reply.state not in ("failed", "live")
