"""Votes in words."""

from collections.abc import Mapping

from playground.compare.comparison import Vote


def vote_text(cast: Vote, names: Mapping[str, str], panes: int) -> str:
    """A vote in words; `names` are those of the panes by id, for votes from before theirs were kept."""
    if cast.kind == "better":
        words = f"{cast.name or names.get(cast.pane_id or '', 'A pane that was removed')} is better"
    else:
        words = "Tie" if cast.kind == "tie" else bad_text(panes)
    return f"{words}{', without seeing names' if cast.blind else ''}{f': {cast.note}' if cast.note else ''}"


def bad_text(panes: int) -> str:
    """That no answer is good, in words."""
    return "Both bad" if panes == 2 else "All bad"
