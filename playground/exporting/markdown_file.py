"""Chats and comparisons as Markdown files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import indent

from playground.compare.verdict_table import table
from playground.compare.vote import told_votes
from playground.conversation.provenance import model_line, reply_setup
from playground.conversation.requests import PLACEHOLDER
from playground.conversation.setup import Setup
from playground.exporting.markdown_answer import beside_text
from playground.exporting.markdown_quote import block_quote
from playground.money.meter import meter_text
from playground.store import StoredReply, Turn, Vote
from playground.text.labels import visible
from playground.text.markdown import code_span, plain

_SPEAKERS = {"user": "Question", "tool": "Result of a tool"}


@dataclass(frozen=True, slots=True)
class ExportedPane:
    """A pane to export: its title `name`, and the ended `answers` to its last prompt."""

    id: str
    name: str
    setup: Setup
    path: Sequence[Turn]
    answers: Sequence[StoredReply]


def comparison_as_markdown(panes: Sequence[ExportedPane], votes: Sequence[Vote]) -> str:
    """Every pane with its settings and messages, then the verdict and the votes.

    A comparison without messages has a placeholder.
    """
    names = {pane.id: pane.name for pane in panes}
    cast = [f"- Question {prompt}: {plain(told)}" for prompt, told in told_votes(votes, names, len(panes)) if prompt]
    parts = ["# Comparison", *(f"## {plain(pane.name)}\n\n{_conversation(pane.setup, pane.path)}" for pane in panes)]
    if any(pane.answers for pane in panes):
        parts += ["## Verdict", table(list(names.values()), [pane.answers for pane in panes])]
    return "\n\n".join([*parts, *(("## Votes", "\n".join(cast)) if cast else ())]) + "\n"


def chat_as_markdown(title: str, setup: Setup, path: Sequence[Turn]) -> str:
    """A chat with the settings, messages, usage and cost of each answer."""
    return f"# {plain(title) or 'Chat'}\n\n{_conversation(setup, path)}\n"


def _conversation(now: Setup, path: Sequence[Turn]) -> str:
    """The settings before the first answer with them, and again where they changed."""
    written_setup, parts = None, []
    for turn in path:
        reply = turn.reply
        if reply is None:
            speaker = _SPEAKERS.get(turn.message.role, turn.message.role)
            parts.append(f"**{speaker}**\n\n{block_quote(turn.message.text)}")
            continue
        setup = reply_setup(reply) or now
        if setup != written_setup:
            written_setup = setup
            parts.append(_facts(setup, reply))
        error = "" if reply.error is None else f"**{plain(reply.error.message)}**"
        foot = f"*{plain(f'{model_line(reply)} · {meter_text(reply)}')}*"
        text = f"**Answer**\n\n{block_quote(reply.text)}" if reply.text.strip() else ""
        parts += filter(None, (text, *beside_text(reply), error, foot))
    if written_setup is None:
        parts = [_facts(now), *(parts or [block_quote(PLACEHOLDER.text)])]
    return "\n\n".join(parts)


def _facts(setup: Setup, reply: StoredReply | None = None) -> str:
    facts = [f"- Model: {code_span(visible(setup.model))}"]
    if reply is not None and reply.connection:
        facts.append(f"- Connection: {plain(reply.connection)}")
    if setup.system_prompt.strip():
        facts.append(f"- System prompt: {_prompt(setup.system_prompt.strip())}")
    set_ = {**setup.parameters, **setup.options}
    return "\n".join(
        [
            *facts,
            *(f"- {plain(name)}: {code_span(json.dumps(value, ensure_ascii=False))}" for name, value in set_.items()),
        ]
    )


def _prompt(text: str) -> str:
    """A prompt after its label, or below it where it has several lines."""
    return "\n\n" + indent(block_quote(text), "  ") + "\n" if "\n" in text else plain(text)
