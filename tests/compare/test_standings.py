"""Standings: who won against whom by which votes, in groups, with places that votes can tell."""

from collections.abc import Sequence
from typing import Any

import pytest

from playground.compare.standings import MOST_CONTESTANTS, Contestant, Standings, VoteChoice, names_of, votes_on_pair
from playground.compare.standings import standings as counted
from playground.store import Vote, VotedAnswer, VoteKind


def answer(model: str, pane: str = "", **changes: Any) -> VotedAnswer:
    facts: dict[str, Any] = {"connection": "home", "settings": "s", "question": "q", **changes}
    return VotedAnswer(pane or model, f"reply of {model}", model, **facts)


def vote(
    result: str, answers: Sequence[VotedAnswer] | str, prompt: int = 1, comparison: str = "c", **changes: Any
) -> Vote:
    """A vote for a pane, or "tie" or "bad"."""
    kind: VoteKind = "tie" if result == "tie" else "bad" if result == "bad" else "better"
    shown = tuple(map(answer, answers)) if isinstance(answers, str) else tuple(answers)
    pane = result if kind == "better" else None
    facts = {"comparison_id": comparison, "voter": "anna", **changes}
    return Vote(kind, prompt, pane, answers=shown, **facts)


def standings(votes: Sequence[Vote], choice: VoteChoice) -> Standings:
    """Those of somebody who alone has voted."""
    return counted(votes, [], choice)


def won(found: Standings) -> dict[str, tuple[int, int, int, int, int]]:
    """Wins, ties, losses, all bad and prompts by model."""
    counted = {row.contestant.model: row.record for row in found.rows}
    return {
        model: (record.wins, record.ties, record.losses, record.bad, record.prompts)
        for model, record in counted.items()
    }


def many(results: str, answers: str = "AB", start: int = 0) -> list[Vote]:
    """A vote on a prompt of its own for each letter; t is a tie."""
    return [
        vote("tie" if result == "t" else result, answers, prompt) for prompt, result in enumerate(results, start + 1)
    ]


def test_the_better_one_wins_against_each_other_answer() -> None:
    found = standings([vote("B", "ABCD"), vote("tie", "AB", 2), vote("bad", "AB", 3)], VoteChoice())
    assert won(found) == {
        "A": (0, 1, 1, 1, 3),
        "B": (3, 1, 0, 1, 3),
        "C": (0, 0, 1, 0, 1),
        "D": (0, 0, 1, 0, 1),
    }
    a, b, c = (Contestant(model, "home") for model in "ABC")
    assert (found.pairs[b, a].wins, found.pairs[a, b].losses, found.pairs[b, a].prompts) == (1, 1, 3)
    assert (a, c) not in found.pairs
    assert (found.votes, found.people, found.uncounted) == (3, 1, 0)


def test_what_failed_neither_wins_nor_loses() -> None:
    shown = [answer("A"), answer("B"), answer("C", complete=False)]
    assert won(standings([vote("A", shown)], VoteChoice())) == {"A": (1, 0, 0, 0, 1), "B": (0, 0, 1, 0, 1)}
    assert standings([vote("A", shown[::2])], VoteChoice()).uncounted == 1


def test_one_model_with_two_settings_is_one_or_two_contestants() -> None:
    cold, hot = answer("A", "1", settings="cold"), answer("A", "2", settings="hot")
    votes = [vote("1", [cold, hot])]
    together = standings(votes, VoteChoice())
    assert (together.rows, together.votes, together.uncounted) == ([], 0, 1)
    apart = standings(votes, VoteChoice("apart"))
    assert [(row.contestant.settings, row.record.wins) for row in apart.rows] == [("cold", 1), ("hot", 0)]
    assert (
        names_of([row.contestant for row in apart.rows], str.lower)[apart.rows[0].contestant]
        == "a · other settings (cold)"
    )


def test_only_pairs_that_were_asked_alike_count_where_that_is_chosen() -> None:
    shown = [answer("A"), answer("B", settings="other"), answer("C"), answer("D", question="other")]
    assert won(standings([vote("A", shown)], VoteChoice("same"))) == {"A": (1, 0, 0, 0, 1), "C": (0, 0, 1, 0, 1)}


def test_votes_are_chosen_by_blindness_models_and_presets() -> None:
    votes = [vote("A", "ABC", blind=True), vote("A", "ABC", 2)]
    assert standings(votes, VoteChoice(blind=True)).votes == 1
    assert won(standings(votes, VoteChoice(models=frozenset({"A", "C"})))) == {
        "A": (2, 0, 0, 0, 2),
        "C": (0, 0, 2, 0, 2),
    }
    assert standings(votes, VoteChoice(models=frozenset({"B", "C"}))).votes == 0
    assert won(standings(votes, VoteChoice(presets=frozenset({("A", "s"), ("B", "s"), ("C", "other")})))).keys() == {
        "A",
        "B",
    }


def test_a_model_at_two_places_is_two_contestants_with_the_places_in_their_names() -> None:
    votes = [vote("1", [answer("A", "1"), answer("A", "2", connection="away"), answer("B")])]
    rows = standings(votes, VoteChoice()).rows
    names = names_of([row.contestant for row in rows], str)
    assert sorted(names[row.contestant] for row in rows) == ["A · away", "A · home", "B"]


def test_few_votes_give_no_score_and_many_give_places() -> None:
    few = standings(many("AAAA"), VoteChoice())
    assert [(row.score, row.note) for row in few.rows] == [(None, "too few votes to tell")] * 2
    assert not few.order_is_told

    close = standings(many("AABtBA"), VoteChoice())
    assert [(row.best, row.worst, row.note) for row in close.rows] == [(1, 2, "")] * 2
    assert not close.order_is_told

    clear = standings(many("A" * 9 + "Bt"), VoteChoice())
    assert [(row.contestant.model, row.best, row.worst) for row in clear.rows] == [("A", 1, 1), ("B", 2, 2)]
    assert clear.order_is_told


def test_prompts_that_were_answered_badly_are_none_that_tell() -> None:
    votes = [vote("bad", "AB", prompt) for prompt in range(20)]
    rows = standings(votes, VoteChoice()).rows
    assert [(row.score, row.record.bad) for row in rows] == [(None, 20)] * 2


def test_what_never_lost_says_so() -> None:
    best, worst = standings(many("A" * 9), VoteChoice()).rows
    assert best.note == "never lost: how far ahead it is cannot be told"
    assert worst.note == "never won: how far behind it is cannot be told"
    assert best.score is not None
    assert 0.5 < best.score.low < best.score.high < 1


def test_models_that_were_never_compared_are_in_different_groups() -> None:
    votes = [*many("A" * 8), *many("B" * 8, "BC", start=50), *many("X" * 12, "XY", start=100)]
    found = standings(votes, VoteChoice())
    assert [[contestant.model for contestant in group] for group in found.groups] == [["A", "B", "C"], ["X", "Y"]]
    assert [row.best for row in found.rows] == [1, 2, 3, 1, 2]


def test_a_vote_among_many_says_as_much_as_one_and_votes_on_one_prompt_too() -> None:
    def width(votes: Sequence[Vote]) -> float:
        score = next(row.score for row in standings(votes, VoteChoice()).rows if row.contestant.model == "A")
        assert score is not None
        return score.high - score.low

    pairs = [vote("AB"[number % 2], "AB", number) for number in range(12)]
    fours = [vote("ABCD"[number % 4], "ABCD", number) for number in range(12)]
    assert width(fours) > width(pairs)
    crowd = [vote("AB"[number % 2], "AB", number, voter=voter) for number in range(12) for voter in ("a", "b", "c")]
    assert width(crowd) == pytest.approx(width(pairs))
    assert standings(crowd, VoteChoice()).people == 3


def test_settings_are_named_by_words_that_are_known_of_them() -> None:
    cold, hot, other = (Contestant("A", "home", settings) for settings in ("cold", "hot", "other"))
    names = names_of([cold, hot, other], str, {cold: "temperature 0", hot: "temperature 1", other: "temperature 1"})
    assert list(names.values()) == ["A · temperature 0", "A · temperature 1 (hot)", "A · temperature 1 (other)"]


def test_votes_on_a_pair_are_those_that_its_record_counts() -> None:
    a, b, c = (Contestant(model, "home") for model in "ABC")
    votes = [vote("A", "ABC", 1), vote("B", "ABC", 2), vote("C", "ABC", 3, blind=True), vote("tie", "BC", 4)]
    assert [vote.prompt for vote in votes_on_pair(votes, (a, b), VoteChoice())] == [2, 1]
    assert [vote.prompt for vote in votes_on_pair(votes, (c, b), VoteChoice())] == [4, 3, 2]
    assert [vote.prompt for vote in votes_on_pair(votes, (c, b), VoteChoice(blind=True))] == [3]
    assert votes_on_pair(votes, (c, b), VoteChoice(models=frozenset({"A", "B"}))) == []


def test_others_votes_are_seen_in_sums_of_enough_people() -> None:
    own = [vote("A", "AB")]
    others = [vote("B", "AB", comparison=str(number), voter=f"other {number}") for number in (1, 2)]
    alone, together = counted(own, others[:1], VoteChoice()), counted(own, others, VoteChoice())
    assert (alone.votes, alone.people, alone.without_others) == (1, 1, True)
    assert (together.votes, together.people, together.without_others) == (3, 3, False)
    assert counted([], others, VoteChoice()).votes == 2
    crowd = [vote("A", "AB", voter=f"imported {number}") for number in range(9)]
    assert counted(crowd, others[:1], VoteChoice()).votes == 9
    narrowed = [*own, vote("A", "AC", 2)], [*others, vote("A", "AC", comparison="3", voter="other 1")]
    assert counted(*narrowed, VoteChoice(models=frozenset({"A", "C"}))).votes == 1


def test_of_more_models_than_a_table_holds_those_with_the_most_prompts_are_kept() -> None:
    votes = [vote("A", [answer("A"), answer(f"rival {number}")], number) for number in range(MOST_CONTESTANTS + 20)]
    found = standings(votes, VoteChoice())
    assert (len(found.rows), found.left_out) == (MOST_CONTESTANTS, 21)
    assert found.rows[0].contestant.model == "A"
    assert found.rows[0].record.wins == MOST_CONTESTANTS + 20
    assert len(found.pairs) == 2 * (MOST_CONTESTANTS - 1)
