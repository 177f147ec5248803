"""Votes in the store: one of each voter for each prompt, replaced, taken back, gone with their comparison."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from playground.owner import DEFAULT_OWNER, Owner
from playground.store import MissingError, Store, Stores, Vote, VotedAnswer
from playground.store import votes as store_votes
from playground.store.database.schema import votes
from playground.store.transfer.tables import STAGING
from playground.store.votes import MOST_ANSWERS
from tests.store.test_indexes import statements

ANSWERS = (
    VotedAnswer("one", "r1", "m", "home", "s1", "q"),
    VotedAnswer("two", "r2", "m", "away", "s2", "q", complete=False),
)
LATER = timedelta(days=1)


def vote_on(comparison_id: str, prompt: int = 1, voter: str = "anna") -> Vote:
    return Vote("better", prompt, "one", "One", "\x00 \ud800 é", True, comparison_id, voter, answers=ANSWERS)


@pytest.fixture
def comparison(store: Store) -> str:
    """The id of one."""
    return store.create_comparison({}).id


def on(store: Store, comparison_id: str) -> tuple[Vote, ...]:
    return store.votes_on([comparison_id])[comparison_id]


def test_it_keeps_what_it_is_given_and_what_the_comparison_is_then(store: Store, comparison: str) -> None:
    vote = vote_on(comparison)
    store.cast_vote(vote, {"named_round": 1})
    assert on(store, comparison) == (vote,)
    assert (vote.reply, replace(vote, kind="tie", pane=None).reply) == ("r1", None)
    kept = store.comparison(comparison)
    assert kept is not None
    assert kept.body == {"named_round": 1}


def test_a_second_one_of_a_voter_on_a_prompt_replaces_the_first(store: Store, comparison: str) -> None:
    first = vote_on(comparison)
    second = replace(first, kind="tie", pane=None, id="another", answers=(), at=first.at + LATER)
    others = [vote_on(comparison, voter="bert"), vote_on(comparison, prompt=2)]
    for vote in (first, *others, second):
        store.cast_vote(vote, {})
    cast = on(store, comparison)
    assert [(vote.prompt, vote.voter, vote.kind) for vote in cast] == [
        (1, "bert", "better"),
        (1, "anna", "tie"),
        (2, "anna", "better"),
    ]
    assert cast[1] == replace(second, id=first.id)


def test_it_is_taken_back_once(store: Store, comparison: str) -> None:
    vote = vote_on(comparison)
    store.cast_vote(vote, {})
    store.take_back_vote(vote.id)
    assert on(store, comparison) == ()
    with pytest.raises(MissingError):
        store.take_back_vote(vote.id)


@pytest.mark.parametrize("unknown", ["", "unknown", "\x00", "\ud800", "' OR 1=1 --"])
def test_any_id_may_be_asked_for(store: Store, unknown: str) -> None:
    assert on(store, unknown) == ()
    with pytest.raises(MissingError):
        store.cast_vote(vote_on(unknown), {})
    with pytest.raises(MissingError):
        store.take_back_vote(unknown)


def test_votes_go_and_come_back_with_their_comparison(stores: Stores, store: Store, comparison: str) -> None:
    old = replace(vote_on(comparison), at=datetime(2026, 1, 1, tzinfo=UTC))
    new = vote_on(comparison, prompt=2)
    for vote in (new, old):
        store.cast_vote(vote, {})
    assert store.votes() == [old, new]
    assert store.votes(datetime(2026, 1, 2, tzinfo=UTC)) == [new]
    store.delete_comparison(comparison)
    assert store.votes() == []
    with pytest.raises(MissingError):
        store.cast_vote(new, {})
    store.restore_comparison(comparison)
    assert store.votes() == [old, new]
    store.delete_comparison(comparison)
    stores.purge(datetime.now(UTC) + LATER)
    assert on(store, comparison) == ()


def test_votes_that_were_read_are_read_again_where_they_changed(
    stores: Stores, store: Store, comparison: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (vote_on(comparison, prompt) for prompt in (1, 2, 3))
    for vote in (first, second):
        store.cast_vote(vote, {})
    assert store.votes() == [first, second]
    changed = replace(first, kind="tie", pane=None, answers=(), at=third.at + LATER)
    store.cast_vote(changed, {})
    store.cast_vote(third, {})
    assert store.votes() == [second, third, changed]
    assert [vote.kind for vote in stores.others_votes(Owner("bert"))] == []  # whose voter is no owner
    store.take_back_vote(second.id)
    assert store.votes() == [third, changed]
    monkeypatch.setattr(store_votes, "MOST_READ", 1)
    store.cast_vote(second, {})
    for _ in range(2):
        assert store.votes() == [second, third, changed]


def test_votes_that_did_not_change_are_not_read_whole(stores: Stores, store: Store, comparison: str) -> None:
    for prompt in range(5):
        store.cast_vote(vote_on(comparison, prompt), {})
    store.votes()
    store.cast_vote(vote_on(comparison, 5), {})
    whole: list[object] = []
    with statements(stores) as sent:
        store.votes()
        whole += [parameters for statement, parameters in sent if "answers" in statement]
    (parameters,) = whole
    assert len(parameters) == 1  # type: ignore[arg-type]


def test_of_other_owners_votes_nothing_is_told_but_what_is_summed(
    stores: Stores, store: Store, comparison: str
) -> None:
    others = stores.of(Owner("bert"))
    theirs = [others.create_comparison({}).id for _ in range(2)]
    for id_ in theirs:
        others.cast_vote(vote_on(id_, voter="bert"), {})
    others.cast_vote(vote_on(theirs[0], 2, voter="made up in an import"), {})
    store.cast_vote(vote_on(comparison), {})
    coming_in = stores.of(Owner(f"{STAGING}1"))
    coming_in.cast_vote(vote_on(coming_in.create_comparison({}).id), {})
    one, other = stores.others_votes(DEFAULT_OWNER)
    assert (one.kind, one.answers, one.voter) == ("better", ANSWERS, other.voter)
    assert one.comparison_id != other.comparison_id
    assert not {one.voter, one.comparison_id, other.comparison_id} & {"bert", *theirs}
    assert (one.note, one.name) == ("", "")


def test_the_mark_of_votes_changes_with_them(stores: Stores, store: Store, comparison: str) -> None:
    marks = [stores.votes_mark()]
    vote = vote_on(comparison)
    changes: tuple[Callable[[], None], ...] = (
        lambda: store.cast_vote(vote, {}),
        lambda: store.cast_vote(replace(vote, kind="tie", at=vote.at + LATER), {}),
        lambda: store.cast_vote(vote_on(comparison, 2), {}),
        lambda: store.delete_comparison(comparison),
        lambda: store.restore_comparison(comparison),
        lambda: store.take_back_vote(vote.id),
    )
    for change in changes:
        assert stores.votes_mark() == marks[-1]
        change()
        marks.append(stores.votes_mark())
    assert all(mark != before for before, mark in itertools.pairwise(marks))


@pytest.mark.parametrize("answers", [{}, "text", 7, [1], [{}], [ANSWERS[0]._asdict() | {"model": ["unhashable"]}]])
def test_what_an_import_brought_in_place_of_answers_is_none(
    stores: Stores, store: Store, comparison: str, answers: object
) -> None:
    store.cast_vote(vote_on(comparison), {})
    with stores.engine.begin() as connection:
        connection.execute(update(votes).values(answers=answers))
    assert [vote.answers for vote in store.votes()] == [()]


def test_of_more_answers_than_panes_the_first_are_read(stores: Stores, store: Store, comparison: str) -> None:
    store.cast_vote(replace(vote_on(comparison), answers=ANSWERS * 500), {})
    assert [len(vote.answers) for vote in store.votes()] == [MOST_ANSWERS]
