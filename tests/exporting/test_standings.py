"""Standings as CSV: all counts, scores as numbers, no formula."""

import csv
import io

from playground.compare.standings import Contestant, VoteChoice, standings
from playground.exporting.standings import pairs_csv, standings_csv
from playground.store import Vote, VotedAnswer

ANSWERS = tuple(VotedAnswer(model, "r", model, "home", "s", "q") for model in ("@cf/a", "b"))
FOUND = standings([Vote("better", prompt, "@cf/a", answers=ANSWERS) for prompt in range(8)], [], VoteChoice())
NAMES = {Contestant(model, "home"): model for model in ("@cf/a", "b")}


def test_a_row_has_counts_places_and_scores() -> None:
    first, second = csv.DictReader(io.StringIO(standings_csv(FOUND, NAMES)))
    assert (first["name"], first["connection"], first["wins"], first["prompts"]) == ("'@cf/a", "home", "8", "8")
    assert (first["best place"], second["best place"], first["group"]) == ("1", "2", "1")
    assert 0.5 < float(first["score low"]) < float(first["score"]) < float(first["score high"]) < 1
    assert first["note"].startswith("never lost")


def test_where_too_few_voted_there_is_no_score() -> None:
    few = standings([Vote("tie", 1, answers=ANSWERS)], [], VoteChoice())
    row = next(csv.DictReader(io.StringIO(standings_csv(few, NAMES))))
    assert (row["ties"], row["score"], row["note"]) == ("1", "", "too few votes to tell")


def test_pairs_are_told_both_ways_round() -> None:
    rows = list(csv.DictReader(io.StringIO(pairs_csv(FOUND, NAMES))))
    assert [(row["against"], row["wins"], row["losses"]) for row in rows] == [("b", "8", "0"), ("'@cf/a", "0", "8")]
