"""A comparison as one Markdown file."""

import json
from collections.abc import Sequence
from textwrap import indent

import streamlit as st

from components.chat.extras import as_markdown as beside
from components.compare.pane_view import PaneView, pane_views
from components.compare.session import CompareSession
from components.compare.verdict.verdict_table import table
from components.compare.verdict.vote import vote_text
from components.frame.markdown import code_span, plain
from playground.conversation.chat import PLACEHOLDER
from playground.conversation.provenance import asked_with, model_line
from playground.conversation.setup import Setup
from playground.exporting import quoted
from playground.money.meter import meter_text
from playground.store import StoredReply
from playground.text.labels import visible

_SPEAKERS = {"user": "Prompt", "tool": "Result of a tool"}


def export_button(here: CompareSession, views: Sequence[PaneView]) -> None:
    """A download of what was set, asked, answered, measured and voted; while names are hidden there is none."""
    ready = not any(view.busy or view.hidden for view in views)
    st.download_button(
        "Export",
        (lambda: as_markdown(pane_views(here))) if ready else "",
        "comparison.md",
        "text/markdown",
        key="export_comparison",
        icon=":material/download:",
        disabled=not ready,
        on_click="ignore",
    )


def as_markdown(views: Sequence[PaneView]) -> str:
    """Every pane with its settings and all that was said, then the verdict and the votes.

    Before the first message a placeholder stands for it.
    """
    comparison = views[0].comparison
    names = {view.pane.id: view.answer_name for view in views}
    votes = [
        f"- Prompt {cast.round}: {plain(vote_text(cast, names, len(views)))}" for cast in comparison.votes if cast.round
    ]
    parts = ["# Comparison", *map(_pane, views)]
    if any(view.answers for view in views):
        parts += ["## Verdict", "\n".join(table(list(names.values()), [view.answers for view in views]))]
    return "\n\n".join([*parts, *(("## Votes", "\n".join(votes)) if votes else ())]) + "\n"


def _pane(view: PaneView) -> str:
    """Settings stand before the first answer that was asked with them, and again where they were changed."""
    told, said = None, []
    for turn in view.path:
        reply = turn.reply
        if reply is None:
            said.append(f"**{_SPEAKERS.get(turn.message.role, turn.message.role)}**\n\n{quoted(turn.message.text)}")
            continue
        setup = asked_with(reply) or view.setup
        if setup != told:
            told = setup
            said.append(_facts(setup, reply))
        error = "" if reply.error is None else f"**{plain(reply.error.message)}**"
        foot = f"*{plain(f'{model_line(reply)} · {meter_text(reply)}')}*"
        text = f"**Answer**\n\n{quoted(reply.text)}" if reply.text.strip() else ""
        said += filter(None, (text, *beside(reply), error, foot))
    if told is None:
        said = [_facts(view.setup), *(said or [quoted(PLACEHOLDER.text)])]
    return "\n\n".join([f"## {plain(view.answer_name)}", *said])


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
    """A prompt on its line, or under it where it has several."""
    return "\n\n" + indent(quoted(text), "  ") + "\n" if "\n" in text else plain(text)
