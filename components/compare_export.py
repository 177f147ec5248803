"""A comparison as one Markdown file."""

import json
from collections.abc import Sequence

import streamlit as st

from components.markdown import plain
from components.meter import meter_text
from components.pane_view import PaneView
from components.verdict_table import table
from components.vote import vote_text


def export_button(views: Sequence[PaneView]) -> None:
    """A download of what was set, asked, answered, measured and voted; while names are hidden there is none."""
    ready = any(view.answers for view in views) and not any(view.busy or view.hidden for view in views)
    st.download_button(
        "Export",
        (lambda: as_markdown(views)) if ready else "",
        "comparison.md",
        "text/markdown",
        key="export_comparison",
        icon=":material/download:",
        disabled=not ready,
        on_click="ignore",
    )


def as_markdown(views: Sequence[PaneView]) -> str:
    """Every pane with its settings and all that was said, then the verdict and the votes."""
    comparison = views[0].comparison
    names = {view.pane.id: view.name for view in views}
    votes = [
        f"- Prompt {cast.round}: {plain(vote_text(cast, names, len(views)))}" for cast in comparison.votes if cast.round
    ]
    parts = ["# Comparison", *map(_pane, views), "## Verdict"]
    parts.append("\n".join(table(list(names.values()), [view.answers for view in views])))
    return "\n\n".join([*parts, *(("## Votes", "\n".join(votes)) if votes else ())]) + "\n"


def _pane(view: PaneView) -> str:
    setup = view.setup
    facts = [f"- Model: `{setup.model}`"]
    if setup.system_prompt.strip():
        facts.append(f"- System prompt: {plain(setup.system_prompt)}")
    facts += [f"- {name}: `{json.dumps(value, ensure_ascii=False)}`" for name, value in setup.parameters.items()]
    said = []
    for turn in view.path:
        if turn.reply is None:
            said.append("\n".join(f"> {line}" for line in turn.message.text.splitlines()))
            continue
        error = "" if turn.reply.error is None else f"**{plain(turn.reply.error.message)}**"
        said += filter(None, (turn.reply.text, error, f"*{plain(meter_text(turn.reply))}*"))
    return "\n\n".join([f"## {plain(view.name)}", "\n".join(facts), *said])
