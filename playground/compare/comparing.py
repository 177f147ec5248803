"""Comparisons at work: prompts sent to all panes at once, answers gathered, panes promoted. Nothing here draws."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from playground.answers.live_replies import live_replies
from playground.answers.live_reply import LiveReply
from playground.compare.comparison import FEWEST_PANES, Comparison, Pane
from playground.compare.replay import Replay, replay_of
from playground.conversation.chat import Chat
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.models.catalog import ModelCard
from playground.store import SavedComparison, StoredReply, Turn

PANES_STOP_S = 3.0


@dataclass(frozen=True, slots=True)
class Comparing:
    """Comparisons in the store of a chat, answered by the models of its roster."""

    chat: Chat

    def begin(self, models: Sequence[str]) -> tuple[str, Comparison]:
        """A new comparison with a pane for each model; answers with its id."""
        saved = self.chat.store.create_comparison({})
        comparison = Comparison(tuple(self._pane(saved.id, model) for model in models))
        self.save(saved.id, comparison)
        return saved.id, comparison

    def read(self, comparison_id: str) -> Comparison | None:
        """The comparison of that id, None where there is none."""
        saved = self.chat.store.comparison(comparison_id)
        return None if saved is None else opened(saved)

    def save(self, comparison_id: str, comparison: Comparison, *, said: str | None = None) -> None:
        """Keep a comparison; `said` is a prompt that is sent. Raises MissingError where it was deleted."""
        self.chat.store.save_comparison(comparison_id, comparison.as_json(), said=said)

    def card(self, pane: Pane) -> ModelCard | None:
        """The card of a pane's model."""
        return self.chat.roster.card(pane.model)

    def added(self, comparison_id: str, comparison: Comparison, like: Pane) -> Comparison:
        """A pane more, after `like` and set as it is; nothing has been said in it."""
        fresh = self._pane(comparison_id, like.model)
        return comparison.inserted(replace(like, id=fresh.id, conversation_id=fresh.conversation_id), like.id)

    def _pane(self, comparison_id: str, model: str) -> Pane:
        return Pane(model, self.chat.store.create_conversation(model=model, comparison_id=comparison_id).id)

    def send(self, comparison: Comparison, panes: Iterable[Pane], message: Message) -> list[LiveReply]:
        """Say the same in panes, and ask each as often as the comparison repeats: all of them once, then again."""
        panes = tuple(panes)
        firsts = self.chat.send_to({pane.conversation_id: self._setup(comparison, pane) for pane in panes}, message)
        asked = zip(panes, firsts, strict=True)
        return [reply for pane, first in asked for reply in (first, *self._repeat(comparison, pane, first))]

    def again(self, comparison: Comparison, pane: Pane) -> list[LiveReply]:
        """Ask for the last answer of a pane again, as often as the comparison repeats; old ones stay as branches."""
        path = self.chat.store.path(pane.conversation_id)
        if not path or path[-1].message.role != "assistant":
            return []
        first = self.chat.retry(pane.conversation_id, path[-1].id, self._setup(comparison, pane))
        return [first, *self._repeat(comparison, pane, first)]

    def _setup(self, comparison: Comparison, pane: Pane) -> Setup:
        """What a pane is asked with."""
        return comparison.fitted(pane, self.card(pane))[0]

    def _repeat(self, comparison: Comparison, pane: Pane, first: LiveReply) -> list[LiveReply]:
        if comparison.repetitions == 1:
            return []
        setup = self._setup(comparison, pane)
        more = [
            self.chat.retry(pane.conversation_id, first.id, setup, repeats=first.id)
            for _ in range(comparison.repetitions - 1)
        ]
        self.chat.look_at(first.id)
        return more

    def stop(self, panes: Iterable[Pane]) -> None:
        """Break off what is on its way in panes, and wait a little until it is; other panes go on."""
        stopped = []
        for pane in panes:
            if replay := replay_of(pane.conversation_id):
                replay.stop()
            stopped += live_replies.of(pane.conversation_id)
        for reply in stopped:
            reply.stop()
        for reply in stopped:
            reply.ended.wait(PANES_STOP_S)

    def run_again(self, comparison_id: str) -> str | None:
        """A new comparison with the same panes and settings, asked the same prompts; its id, None if unknown.

        In each pane a prompt waits for the answer to the one before it, and for no other pane.
        """
        old = self.read(comparison_id)
        if old is None:
            return None
        store = self.chat.store
        saved = store.create_comparison({})
        panes = tuple(
            replace(pane, conversation_id=self._pane(saved.id, pane.model).conversation_id) for pane in old.panes
        )
        comparison = replace(old, panes=panes, votes=(), round=0, order=())
        prompts = [_prompts(store.path(pane.conversation_id)) for pane in old.panes]
        scripts = [(pane, said) for pane, said in zip(panes, prompts, strict=True) if said]
        if scripts:
            comparison = comparison.asked_again(shuffled(len(panes)))
        self.save(saved.id, comparison, said=scripts[0][1][0].text if scripts else None)
        firsts = [
            self.chat.send(pane.conversation_id, said[0], self._setup(comparison, pane)) for pane, said in scripts
        ]
        for (pane, said), first in zip(scripts, firsts, strict=True):
            asked = [first, *self._repeat(comparison, pane, first)]
            if said[1:]:
                replay = Replay(pane.conversation_id, asked, said[1:], partial(self.send, comparison, (pane,)))
                replay.on_end(partial(self.chat.screens.changed, pane.conversation_id)).start()
        return saved.id

    def answers(self, path: Sequence[Turn]) -> list[StoredReply]:
        """The ended answers that count with the one at the end of a pane's path: itself, and its repetitions."""
        last = path[-1] if path else None
        if last is None or last.reply is None:
            return []
        leader = last.reply.repeats or last.reply.id
        several = self.chat.store.replies_by_id(last.siblings) if len(last.siblings) > 1 else (last.reply,)
        return [reply for reply in several if leader in (reply.id, reply.repeats) and reply.state != "live"]

    def delete(self, comparison_id: str) -> None:
        """Throw a comparison away, and stop what is on its way in it. Raises MissingError."""
        comparison = self.read(comparison_id)
        if comparison is not None:
            self.stop(comparison.panes)
        self.chat.store.delete_comparison(comparison_id)

    def promote(self, comparison: Comparison, pane: Pane) -> str:
        """A chat of its own with what was said in a pane, and its settings; answers with the conversation's id.

        An answer that is still on its way stays behind, with its question.
        """
        store = self.chat.store
        setup = self._setup(comparison, pane)
        made = store.create_conversation(**setup.as_settings)
        path = store.path(pane.conversation_id)
        if path and path[-1].reply is not None and path[-1].reply.state == "live":
            path = path[:-2]
        head: str | None = None
        for turn in path:
            head = self._copied(turn, made.id, head)
        return made.id

    def begin_at(self, turn_id: str, setup: Setup) -> tuple[str, Message] | None:
        """A comparison of a chat's setup with itself, in which all was said that was said before a turn's question.

        Answers with its id and the question, which is not asked yet; None where the turn follows no question. What was
        said before is there as messages: it was paid for in the chat.
        """
        store, turn = self.chat.store, self.chat.store.turn(turn_id)
        path = () if turn is None else store.path(turn.conversation_id)
        end = next((number for number, known in enumerate(path, 1) if known.id == turn_id), 0)
        at = next((number for number in reversed(range(end)) if path[number].message.role == "user"), None)
        if at is None:
            return None
        comparison_id, comparison = self.begin([setup.model] * FEWEST_PANES)
        for pane in comparison.panes:
            parent = None
            for before in path[:at]:
                parent = store.add_turn(pane.conversation_id, parent, before.message).id
        comparison = replace(comparison, system_prompt=setup.system_prompt, parameters=setup.parameters)
        self.save(comparison_id, comparison)
        return comparison_id, path[at].message

    def _copied(self, turn: Turn, conversation_id: str, parent_id: str | None) -> str:
        store, reply = self.chat.store, turn.reply
        if reply is None or reply.state == "live":
            return store.add_turn(conversation_id, parent_id, turn.message).id
        copy = store.start_reply(
            conversation_id,
            parent_id,
            model=reply.model,
            connection=reply.connection,
            response_format=reply.response_format,
            started_at=reply.started_at,
            setup=reply.setup,
        )
        store.finish_reply(
            copy,
            state=reply.state,
            text=reply.text,
            reasoning=reply.reasoning,
            tool_calls=reply.tool_calls,
            finish_reason=reply.finish_reason,
            truncated=reply.truncated,
            usage=reply.usage,
            price=reply.price,
            cost=reply.cost,
            timings=reply.timings,
            error=reply.error,
            request_id=reply.request_id,
            request=store.request(reply.id),
            trace=store.trace(reply.id),
            notes=reply.notes,
            cached=reply.cached,
            extras=reply.extras,
            given=reply.given,
            finished_at=reply.finished_at,
        )
        return copy


def opened(saved: SavedComparison) -> Comparison | None:
    """The comparison that a record of the store holds; None for one that was never filled in."""
    return Comparison.from_json(saved.body) if saved.body else None


def _prompts(path: Sequence[Turn]) -> list[Message]:
    return [turn.message for turn in path if turn.message.role == "user"]


def shuffled(count: int) -> tuple[int, ...]:
    """A random order of so many panes."""
    order = list(range(count))
    random.shuffle(order)
    return tuple(order)
