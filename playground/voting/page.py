"""The page for phones on which the room votes: plain HTML, without a script."""

from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path

from playground.compare.vote import bad_text
from playground.markdown import to_html
from playground.store import Ballot, BallotAnswer, BallotChoice, BallotCounts
from playground.system.places import ROOT
from playground.voting.result import ResultRow, preferred_answer, result, share_text

_STYLES = (Path(__file__).with_name("page.css"), ROOT / "browser" / "styles" / "markdown.css")
REFRESH_S = 5
WHAT_IT_PROVES = (
    "One vote a device, which is told by a random number in a cookie; nothing else is known of you. Who uses several "
    "devices or browsers can vote several times: this is a show of hands, and no election."
)


OWN_ORDER = (
    "The letters are those of the screen. Each phone lists the answers in an order of its own, so that none gains by "
    "standing first."
)


def voting_page(
    ballot: Ballot, mine: BallotChoice | None, counts: BallotCounts, device: str, *, changing: bool = False
) -> str:
    """The page as a device sees it that has chosen `mine`; the result once the ballot is closed."""
    if not ballot.is_open:
        return voting_document("The result", _result(ballot, mine, counts))
    if mine is not None and not changing:
        return voting_document("Thank you", _thanks(ballot, mine, counts), refresh=True)
    return voting_document("Which answer is better?", _form(ballot, mine, device))


def voting_document(title: str, body: str, *, refresh: bool = False) -> str:
    """A whole page of a title and HTML."""
    again = f'<meta http-equiv="refresh" content="{REFRESH_S}">' if refresh else ""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)} · Vote</title>'
        f'<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">{again}'
        f"<style>{_styles()}</style></head>\n<body><main><h1>{escape(title)}</h1>\n{body}</main></body></html>\n"
    )


@cache
def _styles() -> str:
    return "".join(path.read_text() for path in _STYLES)


def own_order(ballot: Ballot, device: str) -> list[BallotAnswer]:
    """The answers in the order in which a device lists them: always the same for it, any for another one."""

    def place(answer: BallotAnswer) -> bytes:
        return sha256(f"{ballot.id} {device} {answer.pane}".encode()).digest()

    return sorted(ballot.answers, key=place)


def _form(ballot: Ballot, mine: BallotChoice | None, device: str) -> str:
    answers = "".join(_section(ballot, answer, mine) for answer in own_order(ballot, device))
    rest = "".join(
        f"<p>{_option(choice, escape(label), mine)}</p>"
        for choice, label in ((BallotChoice("tie"), "Tie"), (BallotChoice("bad"), bad_text(len(ballot.answers))))
    )
    return (
        f'{_question(ballot)}<p class="small">{OWN_ORDER}</p><form method="post">{answers}<section>{rest}</section>'
        f'<p class="bar"><button>Vote</button></p></form><p class="small">{WHAT_IT_PROVES}</p>'
    )


def _section(ballot: Ballot, answer: BallotAnswer, mine: BallotChoice | None) -> str:
    called = _called(ballot, answer)
    if not answer.can_win:
        return f"<section><h2>{called}</h2><p>It gave no whole answer.</p></section>"
    return (
        f"<section><h2>{_option(BallotChoice('better', answer.pane), called, mine)}</h2>{_drawn(answer.text)}</section>"
    )


def _option(choice: BallotChoice, label: str, mine: BallotChoice | None) -> str:
    value = f"pane {choice.pane}" if choice.kind == "better" else f"kind {choice.kind}"
    checked = " checked" if choice == mine else ""
    return f'<label><input type="radio" name="choice" value="{escape(value)}" required{checked}> {label}</label>'


def _question(ballot: Ballot) -> str:
    return f'<p class="question">{escape(ballot.question)}</p>' if ballot.question.strip() else ""


@lru_cache(maxsize=128)
def _drawn(text: str) -> str:
    return f'<div class="pg-markdown">{to_html(text)}</div>'


def _called(ballot: Ballot, answer: BallotAnswer) -> str:
    return escape(answer.label if ballot.hides_names else f"{answer.label}: {answer.name}")


def _thanks(ballot: Ballot, mine: BallotChoice, counts: BallotCounts) -> str:
    seen = "" if ballot.hides_counts else _bars(result(ballot, counts), named=not ballot.hides_names)
    return (
        f"<p>Your vote: <strong>{_chosen(ballot, mine)}</strong>.</p>{seen}"
        '<p><a class="button" href="?change=1">Change it</a></p>'
        f'<p class="small">The result comes here by itself when it is shown. {WHAT_IT_PROVES}</p>'
    )


def _chosen(ballot: Ballot, mine: BallotChoice) -> str:
    if mine.kind == "better":
        answer = ballot.answer(mine.pane or "")
        return "an answer that is not there" if answer is None else _called(ballot, answer)
    return "Tie" if mine.kind == "tie" else escape(bad_text(len(ballot.answers)))


def _result(ballot: Ballot, mine: BallotChoice | None, counts: BallotCounts) -> str:
    rows = result(ballot, counts)
    own = "You did not vote." if mine is None else f"Your vote: <strong>{_chosen(ballot, mine)}</strong>."
    return (
        f"<p>The vote is closed. {own}</p>{_question(ballot)}{_bars(rows, named=True)}"
        f'<p>{escape(preferred_answer(rows))}</p><p class="small">{WHAT_IT_PROVES}</p>'
    )


def _bars(rows: Sequence[ResultRow], *, named: bool) -> str:
    total = sum(row.count for row in rows)
    parts = [f"<p>{total:,} {'vote' if total == 1 else 'votes'}</p>"]
    for row in rows:
        name = f"{row.label}: {row.name}" if named and row.name else row.label
        figures = f"<small>{escape(row.figures)}</small>" if named and row.figures else ""
        parts.append(
            f'<div class="row"><span>{escape(name)}</span><span>{row.count:,} · {share_text(row)}</span>'
            f'<i style="width:{row.share:.1%}"></i>{figures}</div>'
        )
    return "".join(parts)
