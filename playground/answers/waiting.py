"""Why an answer on its way has nothing to show yet, in words."""

import time

from playground.answers.live_reply import LiveReply
from playground.providers.local import weights_progress

QUIET_S = 1.0
"""So long nobody asks."""
FIRST_TOKEN = "Waiting for the first token"


def waiting_for(reply: LiveReply, waited_s: float) -> str:
    """What a live reply waits for; empty for the first second, and once something has come."""
    wait = reply.exchange.wait
    if wait is not None:
        if wait.reason == "fetching" and (fetch := weights_progress()) is not None:
            return f"{fetch.stage} · {fetch.fraction:.0%}"
        left = f" in {max(wait.until - time.monotonic(), 0):.0f} s" if wait.until is not None else ""
        retrying = f"Retrying{left} (attempt {wait.attempt})"
        verb = {"queued": "Queued", "retrying": retrying, "fetching": "Fetching", "loading": "Loading"}[wait.reason]
        reason = f": {wait.message.rstrip('.')}" if wait.message else ""
        return f"{verb}{reason} · Stop cancels"
    if reply.first_token_s is not None or waited_s < QUIET_S:
        return ""
    return f"{FIRST_TOKEN} · {waited_s:.0f} s"
