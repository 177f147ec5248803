"""How an answer is kept: as it comes, and as it ended, with what it cost then."""

from dataclasses import dataclass
from decimal import Decimal

from playground import metering
from playground.answers.live_reply import LiveReply
from playground.answers.trace import Trace
from playground.messages import ChatRequest
from playground.models.catalog import ModelCard
from playground.store import Ending, Failure, Store

EXTRAS_LEFT_OUT = "More pictures, sources, further answers or probabilities came than are kept."


@dataclass(frozen=True, slots=True)
class StoreRecorder:
    """Keeps a reply in the store, with its price as it was."""

    store: Store
    card: ModelCard | None

    def partial(self, reply: LiveReply) -> None:
        """Write what has arrived so far, and what it took by estimate, which counts if this process dies."""
        price = self.card.price if self.card else None
        usage = reply.usage_so_far
        self.store.save_partial(
            reply.id,
            reply.text,
            reply.reasoning,
            reply.tool_calls,
            usage=usage,
            price=price,
            cost=metering.cost(usage, price),
        )

    def hold(self, reply: LiveReply, why: str | None) -> None:
        """Have the reply read from memory as it ended, with `why` it is not written; None ends that."""
        if why is None:
            self.store.release_reply(reply.id)
        else:
            self.store.hold_reply(reply.id, why, **self._ending(reply))

    def finished(self, reply: LiveReply) -> None:
        """Write the reply as it ended, and what went over the wire."""
        self.store.finish_reply(reply.id, **self._ending(reply))

    def _ending(self, reply: LiveReply) -> Ending:
        price = self.card.price if self.card else None
        cost = None if reply.usage is None else metering.cost(reply.usage, price)
        return Ending(
            state=reply.state if reply.state != "live" else "failed",
            text=reply.text,
            reasoning=reply.reasoning,
            tool_calls=reply.tool_calls,
            finish_reason="length" if _cut_unseen(reply, self.card) else reply.finish_reason,
            truncated=reply.truncated,
            usage=reply.usage,
            price=price,
            cost=Decimal(0) if reply.exchange.cached else cost,
            timings=reply.timings,
            error=None if reply.error is None else Failure.of(reply.error),
            request_id=reply.exchange.request_id,
            request=reply.exchange.request_body,
            trace=Trace.of(reply.exchange),
            notes=(*reply.exchange.notes, *((EXTRAS_LEFT_OUT,) if reply.extras.left_out else ())),
            cached=reply.exchange.cached,
            extras=reply.extras.built(),
            given=reply.given,
            finished_at=reply.finished_at,
        )


def _cut_unseen(reply: LiveReply, card: ModelCard | None) -> bool:
    """Whether an answer used up its cap without the service saying so: Workers AI's classic streams name no reason."""
    if card is None or not card.hosted or reply.finish_reason not in ("stop", "unknown"):
        return False
    most = cap(reply.request, card)
    usage = reply.usage
    return most is not None and usage is not None and not usage.estimated and usage.completion_tokens >= most


def cap(request: ChatRequest, card: ModelCard) -> int | None:
    """The most tokens that an answer will have: what is set, else the default that the model's page names."""
    asked = request.parameters.get("max_tokens") or request.parameters.get("max_completion_tokens")
    return asked or card.default_max_tokens
