"""What the room is asked about the answers on screen."""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase

from playground.compare.vote import voted_answers, why_no_vote
from playground.money.meter import meter_text
from playground.store import Ballot, BallotAnswer, Turn
from playground.text.cleaning import clean

LONGEST_SHOWN = 20_000
"""Characters of a question and of an answer; the screen has the rest."""
REST_ON_SCREEN = "\n\n… The rest is on the screen."


def ballot_on(
    comparison_id: str,
    prompt: int,
    panes: Sequence[tuple[str, str]],
    paths: Mapping[str, Sequence[Turn]],
    *,
    blind: bool,
    counts_hidden: bool,
) -> Ballot:
    """A ballot on the last answers of panes, which are ids and names in the order of the screen."""
    answers = []
    for (pane, name), label in zip(panes, ascii_uppercase, strict=False):
        path = paths[pane]
        reply = path[-1].reply if path else None
        answers.append(
            BallotAnswer(
                pane,
                label,
                name,
                "" if reply is None else _cut(reply.text),
                "" if reply is None else meter_text(reply),
                can_win=not why_no_vote(reply),
            )
        )
    turns = (turn for pane, _ in panes for turn in reversed(paths[pane]) if turn.message.role == "user")
    asked = next(turns, None)
    return Ballot(
        comparison_id,
        prompt,
        "" if asked is None else _cut(asked.message.text),
        tuple(answers),
        voted_answers(paths),
        blind=blind,
        counts_hidden=counts_hidden,
    )


def _cut(text: str) -> str:
    text = clean(text)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + REST_ON_SCREEN
