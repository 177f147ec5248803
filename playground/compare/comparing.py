"""Runs comparisons: sends prompts to all panes, collects answers, promotes panes to chats. Draws nothing."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from playground.answers.live_replies import live_replies
from playground.answers.live_reply import LiveReply
from playground.compare.comparison import FEWEST_PANES, Comparison, Pane
from playground.compare.replay import Replay, replay_of
from playground.conversation.chat import Chat
from playground.conversation.copying import copy_reply
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.models.catalog import ModelCard
from playground.money.budget import BudgetError
from playground.store import SavedComparison, StoredReply, Turn

PANES_STOP_S = 3.0


@dataclass(frozen=True, slots=True)
class Comparing:
    """Comparisons in the store of a chat, answered by the models of its roster."""

    chat: Chat

    def begin(self, models: Sequence[str]) -> tuple[str, Comparison]:
        """A new comparison with a pane for each model, and its id."""
        saved = self.chat.store.create_comparison({})
        comparison = Comparison(tuple(self._pane(saved.id, model) for model in models))
        self.save(saved.id, comparison)
        return saved.id, comparison

    def read(self, comparison_id: str) -> Comparison | None:
        """The comparison with an id, None where there is none."""
        saved = self.chat.store.comparison(comparison_id)
        return None if saved is None else comparison_of(saved)

    def save(self, comparison_id: str, comparison: Comparison, *, prompt: str | None = None) -> None:
        """Save a comparison, and the prompt that is sent with the change. Raises MissingError where it was deleted."""
        self.chat.store.save_comparison(comparison_id, comparison.as_json(), prompt=prompt)

    def card(self, pane: Pane) -> ModelCard | None:
        """The card of a pane's model."""
        return self.chat.roster.card(pane.model)

    def with_new_pane(self, comparison_id: str, comparison: Comparison, template: Pane) -> Comparison:
        """The comparison with a new pane after `template`, with its model and settings and an empty conversation."""
        fresh = self._pane(comparison_id, template.model)
        return comparison.inserted(replace(template, id=fresh.id, conversation_id=fresh.conversation_id), template.id)

    def _pane(self, comparison_id: str, model: str) -> Pane:
        return Pane(model, self.chat.store.create_conversation(model=model, comparison_id=comparison_id).id)

    def send(
        self, comparison: Comparison, panes: Iterable[Pane], message: Message, *, keep_refused: bool = False
    ) -> list[LiveReply]:
        """Send a message to panes, and repeat it in each as often as the comparison says, after all were sent once.

        Raises BudgetError, and keeps nothing, where a budget has not enough left for all of it; or keeps the refusal.
        """
        setups = {pane.conversation_id: self._setup(comparison, pane) for pane in panes}
        return self.chat.send_to(setups, message, times=comparison.repetitions, keep_refused=keep_refused)

    def next_round(
        self, comparison_id: str, comparison: Comparison, message: Message, order: Sequence[int]
    ) -> Comparison:
        """The comparison ready for a message to all panes that share the prompt, and saved as such.

        Answers that are coming there are stopped. Raises BudgetError where a budget has not enough left for all of
        them; nothing is kept then.
        """
        self.stop(comparison.linked_panes)
        self.require_budget(comparison, comparison.linked_panes, message)
        ready = comparison.next_round(order)
        self.save(comparison_id, ready, prompt=message.text)
        return ready

    def require_budget(self, comparison: Comparison, panes: Iterable[Pane], message: Message) -> None:
        """Raises BudgetError where `send` could cost more than a budget has left; nothing is kept or sent."""
        setups = {pane.conversation_id: self._setup(comparison, pane) for pane in panes}
        self.chat.require_budget(setups, message, times=comparison.repetitions)

    def retry(self, comparison: Comparison, pane: Pane) -> list[LiveReply]:
        """Ask for the last answer of a pane again, as often as the comparison repeats; old ones stay as branches.

        Raises BudgetError, and keeps nothing.
        """
        path = self.chat.store.path(pane.conversation_id)
        if not path or path[-1].message.role != "assistant":
            return []
        setup = self._setup(comparison, pane)
        return self.chat.retry_times(pane.conversation_id, path[-1].id, setup, times=comparison.repetitions)

    def _setup(self, comparison: Comparison, pane: Pane) -> Setup:
        """The setup that a pane sends."""
        return comparison.fitted(pane, self.card(pane))[0]

    def stop(self, panes: Iterable[Pane]) -> None:
        """Stop the coming answers of panes, and wait up to PANES_STOP_S for each; other panes go on."""
        owner, stopped = self.chat.store.owner, []
        for pane in panes:
            if replay := replay_of(owner, pane.conversation_id):
                replay.stop()
            stopped += live_replies.of(owner, pane.conversation_id)
        for reply in stopped:
            reply.stop()
        for reply in stopped:
            reply.ended.wait(PANES_STOP_S)

    def run_again(self, comparison_id: str) -> str | None:
        """A new comparison with the same panes, settings and prompts; its id, None if the old one is not known.

        A prompt is sent when the answer to the one before it in the same pane is there. Raises BudgetError where the
        first ones could cost more than a budget has left: there is no new comparison then. Later ones are kept with the
        refusal.
        """
        source = self.read(comparison_id)
        if source is None:
            return None
        store = self.chat.store
        saved = store.create_comparison({})
        panes = tuple(
            replace(pane, conversation_id=self._pane(saved.id, pane.model).conversation_id) for pane in source.panes
        )
        comparison = replace(source, panes=panes, round=0, named_round=0, order=())
        prompts = (_prompts(store.path(pane.conversation_id)) for pane in source.panes)
        scripts = [(pane, script) for pane, script in zip(panes, prompts, strict=True) if script]
        if scripts:
            comparison = comparison.next_round(shuffled(len(panes)))
        self.save(saved.id, comparison, prompt=scripts[0][1][0].text if scripts else None)
        asked = {pane.conversation_id: (self._setup(comparison, pane), script[0]) for pane, script in scripts}
        try:
            sent = self.chat.send_each(asked, times=comparison.repetitions)
        except BudgetError:
            store.delete_comparison(saved.id)
            raise
        for pane, script in scripts:
            if script[1:]:
                replies = [reply for reply in sent if reply.request.conversation_id == pane.conversation_id]
                ask = partial(self.send, comparison, (pane,), keep_refused=True)
                replay = Replay(pane.conversation_id, replies, script[1:], ask)
                replay.on_end(partial(self.chat.screens.changed, pane.conversation_id)).start()
        return saved.id

    def answers(self, path: Sequence[Turn]) -> list[StoredReply]:
        """The last answer on a pane's path and its repetitions, without those that are still coming."""
        last = path[-1] if path else None
        if last is None or last.reply is None:
            return []
        leader = last.reply.repeats or last.reply.id
        several = self.chat.store.replies_by_id(last.siblings) if len(last.siblings) > 1 else (last.reply,)
        return [reply for reply in several if leader in (reply.id, reply.repeats) and reply.state != "live"]

    def delete(self, comparison_id: str) -> None:
        """Delete a comparison, and stop its coming answers. Raises MissingError."""
        comparison = self.read(comparison_id)
        if comparison is not None:
            self.stop(comparison.panes)
        self.chat.store.delete_comparison(comparison_id)

    def promote(self, comparison: Comparison, pane: Pane) -> str:
        """Copy the conversation and settings of a pane to a new chat; returns the id of its conversation.

        An answer that is still coming is not copied, nor is its question.
        """
        store = self.chat.store
        setup = self._setup(comparison, pane)
        conversation = store.create_conversation(**setup.as_settings)
        path = store.path(pane.conversation_id)
        if path and path[-1].reply is not None and path[-1].reply.state == "live":
            path = path[:-2]
        head: str | None = None
        for turn in path:
            head = self._copied(turn, conversation.id, head)
        return conversation.id

    def create_from_turn(self, turn_id: str, setup: Setup) -> tuple[str, Message] | None:
        """A comparison with a chat's setup in all panes and the messages before a turn's question in each.

        Returns its id and the question, which is not asked yet; None where there is no question before the turn. The
        messages are copied without usage, which was paid for in the chat.
        """
        store, turn = self.chat.store, self.chat.store.turn(turn_id)
        path = () if turn is None else store.path(turn.conversation_id)
        end = next((number for number, known in enumerate(path, 1) if known.id == turn_id), 0)
        question = next((number for number in reversed(range(end)) if path[number].message.role == "user"), None)
        if question is None:
            return None
        comparison_id, comparison = self.begin([setup.model] * FEWEST_PANES)
        for pane in comparison.panes:
            parent = None
            for earlier in path[:question]:
                parent = store.add_turn(pane.conversation_id, parent, earlier.message).id
        comparison = replace(comparison, system_prompt=setup.system_prompt, parameters=setup.parameters)
        self.save(comparison_id, comparison)
        return comparison_id, path[question].message

    def _copied(self, turn: Turn, conversation_id: str, parent_id: str | None) -> str:
        store, reply = self.chat.store, turn.reply
        if reply is None or reply.state == "live":
            return store.add_turn(conversation_id, parent_id, turn.message).id
        return copy_reply(store, reply, conversation_id, parent_id)


def comparison_of(saved: SavedComparison) -> Comparison | None:
    """The comparison in a record of the store; None for one that was never saved."""
    return Comparison.from_json(saved.body) if saved.body else None


def _prompts(path: Sequence[Turn]) -> list[Message]:
    return [turn.message for turn in path if turn.message.role == "user"]


def shuffled(count: int) -> tuple[int, ...]:
    """A random order of so many panes."""
    order = list(range(count))
    random.shuffle(order)
    return tuple(order)
