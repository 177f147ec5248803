"""Texts about how an answer ended."""

from playground.money import figures
from playground.store import Failure, StoredReply


def ending_text(reply: StoredReply) -> str:
    """A few words on an answer that is not complete; empty for one that is."""
    if reply.state == "stopped":
        return "stopped"
    if reply.state == "live":
        return "still arriving in another process of this app; reload to see more"
    if reply.state == "interrupted":
        return "interrupted: the app ended while this was arriving"
    if reply.state == "failed":
        return "cut off by the error" if reply.text else ""
    return _short_of(reply) or _without_answer(reply)


def failure_details(error: Failure) -> str:
    """Details of an error: the requested wait, its code, the request's id."""
    known = (
        f"asks to wait {figures.seconds(error.retry_after_s)}" if error.retry_after_s else "",
        f"code {error.code}" if error.code else "",
        f"request {error.request_id}" if error.request_id else "",
    )
    return " · ".join(filter(None, known))


def thoughts_heading(thought_s: float | None) -> str:
    """The heading of thoughts that have ended; `thought_s` is None where the time is not known, or hidden."""
    if thought_s is None:
        return "Thoughts"
    return f"Thought for {figures.whole_seconds(thought_s) if thought_s >= 1 else 'less than 1 s'}"


def unsaved_note(reply: StoredReply) -> str:
    """A note that an answer is only in memory, and why; empty where it is saved."""
    return f"Not saved yet; tried again until it is. {reply.unsaved}" if reply.unsaved else ""


def _short_of(reply: StoredReply) -> str:
    """Why an answer was cut off; empty where it was not."""
    if reply.finish_reason == "length" and reply.truncated:
        return "cut off: longer than is kept here"
    if reply.finish_reason == "length":
        spent = " by thinking alone" if reply.reasoning and not reply.text else ""
        at = f" after {reply.usage.completion_tokens:,} tokens" if reply.usage and not reply.usage.estimated else ""
        return f"cut off{at}{spent}: max_tokens or the model's context is used up"
    if reply.finish_reason == "content_filter":
        return "filtered by the service"
    return "the stream broke off before its end" if reply.truncated else ""


def _without_answer(reply: StoredReply) -> str:
    if not (reply.text or reply.tool_calls or reply.extras):
        return "ended while thinking, without an answer" if reply.reasoning else "the server answered with nothing"
    return "ended for a reason that is not known here" if reply.finish_reason == "unknown" else ""
