"""Votes: what can be voted for, what is kept of the answers, and their texts."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from playground.store import StoredReply, Turn, Vote, VotedAnswer
from playground.store.votes import ROOM


def why_no_vote(reply: StoredReply | None) -> str:
    """Why an answer cannot be the better one, in a sentence; empty where it can."""
    if reply is None:
        return "This pane has no answer to vote for."
    match reply.state:
        case "live":
            return "This answer is still coming."
        case "failed":
            return "This answer failed."
        case "stopped":
            return "This answer was stopped."
        case "interrupted":
            return "This answer broke off."
    return "" if reply.text or reply.tool_calls or reply.extras else "This answer is empty."


def voted_answers(paths: Mapping[str, Sequence[Turn]]) -> tuple[VotedAnswer, ...]:
    """The answers at the end of the paths of panes, which are by the ids of the panes."""
    found = []
    for pane, path in paths.items():
        reply = path[-1].reply if path else None
        if reply is not None:
            setup = reply.setup or {}
            asked_with = (setup.get("system_prompt", ""), setup.get("parameters", {}), setup.get("options", {}))
            question = next((turn.message for turn in reversed(path) if turn.message.role == "user"), None)
            found.append(
                VotedAnswer(
                    pane,
                    reply.id,
                    reply.model,
                    reply.connection,
                    settings_fingerprint(*asked_with),
                    _fingerprint(question and question.content),
                    complete=not why_no_vote(reply),
                )
            )
    return tuple(found)


def settings_fingerprint(system_prompt: str, parameters: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """What is the same for answers that were asked with the same settings, whatever the model."""
    return _fingerprint([system_prompt, parameters, options])


def _fingerprint(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:12]


def vote_text(vote: Vote, names: Mapping[str, str], panes: int) -> str:
    """The text of a vote; `names` are the titles of the panes by id, for votes that were saved without one."""
    if vote.kind == "better":
        words = f"{vote.name or names.get(vote.pane or '', 'A pane that was removed')} is better"
    else:
        words = "Tie" if vote.kind == "tie" else bad_text(panes)
    return f"{words}{', without seeing names' if vote.blind else ''}{f': {vote.note}' if vote.note else ''}"


def is_of_room(vote: Vote) -> bool:
    """Whether a device of an audience has voted, and no person that is known here."""
    return vote.voter.startswith(ROOM)


def told_votes(votes: Sequence[Vote], names: Mapping[str, str], panes: int) -> list[tuple[int, str]]:
    """Votes as texts, each with the prompt that it is on; those of an audience on a prompt are one text."""
    told = [(vote.prompt, vote_text(vote, names, panes)) for vote in votes if not is_of_room(vote)]
    of_room: dict[int, list[Vote]] = {}
    for vote in votes:
        if is_of_room(vote):
            of_room.setdefault(vote.prompt, []).append(vote)
    told += [(prompt, _room_text(cast, names, panes)) for prompt, cast in of_room.items()]
    return sorted(told, key=lambda one: one[0])


def _room_text(votes: Sequence[Vote], names: Mapping[str, str], panes: int) -> str:
    chosen = Counter(vote_text(replace(vote, blind=False, note=""), names, panes) for vote in votes)
    parts = (f"{words} ({count:,})" for words, count in chosen.most_common())
    blind = ", without seeing names" if all(vote.blind for vote in votes) else ""
    return f"The room, {len(votes):,} {'vote' if len(votes) == 1 else 'votes'}{blind}: {', '.join(parts)}"


def bad_text(panes: int) -> str:
    """The text of a vote that no answer is good."""
    return "Both bad" if panes == 2 else "All bad"
