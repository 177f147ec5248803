"""Comparisons at work: prompts sent to all panes at once, answers gathered, panes promoted. Nothing here draws."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from playground import replies
from playground.catalog import ModelCard
from playground.chat import Chat, has_content
from playground.comparison import PROMPT, Comparison, Pane
from playground.messages import Message
from playground.replies import Reply
from playground.store import Reply as StoredReply
from playground.store import Turn


@dataclass(slots=True)
class Comparing:
    """Comparisons in the store of a chat, answered by the models of its roster."""

    chat: Chat

    def begin(self, models: Sequence[str]) -> tuple[str, Comparison]:
        """A new comparison with a pane for each model; answers with its id."""
        saved = self.chat.store.create_comparison({})
        panes = tuple(self._pane(saved.id, model) for model in models)
        comparison = Comparison(panes)
        self.save(saved.id, comparison)
        return saved.id, comparison

    def read(self, comparison_id: str) -> Comparison | None:
        """The comparison of that id, None where there is none."""
        saved = self.chat.store.comparison(comparison_id)
        return Comparison.from_json(saved.body) if saved is not None and saved.body else None

    def save(self, comparison_id: str, comparison: Comparison, *, said: str | None = None) -> None:
        """Keep a comparison, and with each pane's conversation what it is sent with. Raises MissingError."""
        self.chat.store.save_comparison(comparison_id, comparison.as_json(), said=said)
        for pane in comparison.panes:
            setup, _ = comparison.fitted(pane, self.card(pane))
            self.chat.store.set_settings(
                pane.conversation_id,
                model=setup.model,
                system_prompt=setup.system_prompt,
                parameters=setup.parameters,
                options=setup.options,
            )

    def card(self, pane: Pane) -> ModelCard | None:
        """The card of a pane's model."""
        return self.chat.roster.card(pane.model)

    def _pane(self, comparison_id: str, model: str) -> Pane:
        made = self.chat.store.create_conversation(model=model, comparison_id=comparison_id)
        return Pane(model, made.id)

    def added(self, comparison_id: str, comparison: Comparison, like: Pane) -> Comparison:
        """A pane more, after `like` and set as it is."""
        fresh = self._pane(comparison_id, like.model)
        return comparison.inserted(replace(like, id=fresh.id, conversation_id=fresh.conversation_id), like.id)

    def send(self, comparison: Comparison, message: Message) -> list[Reply]:
        """Say the same in every pane that shares the prompt, and ask all of them at once."""
        return [
            reply
            for pane in comparison.panes
            if PROMPT not in pane.unlinked
            for reply in self.send_to(comparison, pane, message)
        ]

    def send_to(self, comparison: Comparison, pane: Pane, message: Message) -> list[Reply]:
        """Say something in one pane, and ask as often as the comparison repeats."""
        setup, _ = comparison.fitted(pane, self.card(pane))
        first = self.chat.send(pane.conversation_id, message, setup)
        return [first, *self._repeat(comparison, pane, first.id)]

    def again(self, comparison: Comparison, pane: Pane) -> list[Reply]:
        """Ask again for the last answer of a pane; the old ones stay as branches."""
        path = self.chat.store.path(pane.conversation_id)
        if not path or path[-1].message.role != "assistant":
            return []
        setup, _ = comparison.fitted(pane, self.card(pane))
        first = self.chat.retry(pane.conversation_id, path[-1].id, setup)
        return [first, *self._repeat(comparison, pane, first.id)]

    def _repeat(self, comparison: Comparison, pane: Pane, turn_id: str) -> list[Reply]:
        setup, _ = comparison.fitted(pane, self.card(pane))
        more = [self.chat.retry(pane.conversation_id, turn_id, setup) for _ in range(comparison.repetitions - 1)]
        if more:
            self.chat.store.set_head(turn_id)
        return more

    def run_again(self, comparison_id: str) -> tuple[str, Comparison] | None:
        """A new comparison with the same panes and settings, asked the same prompts from the start; None if unknown.

        Prompts after the first are sent by whoever watches, once the answers before them are there.
        """
        old = self.read(comparison_id)
        if old is None:
            return None
        saved = self.chat.store.create_comparison({})
        panes = tuple(
            replace(pane, id=fresh.id, conversation_id=fresh.conversation_id)
            for pane in old.panes
            for fresh in [self._pane(saved.id, pane.model)]
        )
        fresh = replace(old, panes=panes, votes=(), order=shuffled(len(panes)) if old.blind else (), baseline=None)
        said = self.first_prompt(old)
        self.save(saved.id, fresh, said=said)
        if said is not None:
            for before, pane in zip(old.panes, fresh.panes, strict=True):
                path = self.chat.store.path(before.conversation_id)
                first = next((turn.message for turn in path if turn.message.role == "user"), None)
                if first is not None:
                    self.send_to(fresh, pane, first)
        return saved.id, fresh

    def first_prompt(self, comparison: Comparison) -> str | None:
        """What was asked first; None where nothing was."""
        for pane in comparison.panes:
            for turn in self.chat.store.path(pane.conversation_id):
                if turn.message.role == "user":
                    return turn.message.text
        return None

    def live(self, path: Sequence[Turn]) -> list[Reply]:
        """The answers on their way at the end of a pane's path, the one on screen first."""
        if not path:
            return []
        last = path[-1]
        ids = (last.id, *(id_ for id_ in last.siblings if id_ != last.id))
        known = (replies.live.get(id_) for id_ in ids)
        return [reply for reply in known if reply is not None and not reply.ended.is_set()]

    def answers(self, path: Sequence[Turn]) -> list[StoredReply]:
        """The ended answers to the last prompt of a pane: one, or as many as it was repeated."""
        if not path or path[-1].reply is None:
            return []
        turns = (self.chat.store.turn(id_) for id_ in path[-1].siblings)
        found = (turn.reply for turn in turns if turn is not None)
        return [reply for reply in found if reply is not None and reply.state != "live"]

    def promote(self, pane: Pane) -> str:
        """A chat of its own with what a pane said, and its settings; answers with the conversation's id."""
        store = self.chat.store
        source = store.conversation(pane.conversation_id)
        path = [turn for turn in store.path(pane.conversation_id) if has_content(turn)]
        made = store.create_conversation(
            model=source.model if source else pane.model,
            system_prompt=source.system_prompt if source else "",
            parameters=source.parameters if source else {},
            options=source.options if source else {},
        )
        head: str | None = None
        for turn in path:
            head = store.add_turn(made.id, head, turn.message).id
        return made.id


def shuffled(count: int) -> tuple[int, ...]:
    """A random order of so many panes."""
    order = list(range(count))
    random.shuffle(order)
    return tuple(order)
