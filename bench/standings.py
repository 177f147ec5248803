"""Processor time of the standings with ten thousand votes on twenty models."""

import random
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import median

from bench.report import Figure
from playground.compare.bradley_terry import fitted
from playground.compare.standings import SettingsChoice, VoteChoice
from playground.compare.vote_count import models_voted_on, standings_now
from playground.owner import DEFAULT_OWNER
from playground.store import Store, Vote, VotedAnswer, open_stores, sqlite_url
from playground.store.database.schema import votes

VOTES, MODELS, COMPARISONS = 10_000, 20, 200


def measure(*, quick: bool) -> list[Figure]:
    """What a visit of the page takes before anything is drawn, without imports."""
    fitted([[0.0]])
    with tempfile.TemporaryDirectory() as folder, open_stores(sqlite_url(Path(folder))) as stores:
        store = stores.of(DEFAULT_OWNER)
        rows = _rows(store, VOTES // 10 if quick else VOTES)
        with stores.engine.begin() as connection:
            connection.execute(votes.insert(), rows)

        def page(settings: SettingsChoice = "together") -> None:
            models_voted_on(stores, DEFAULT_OWNER, None)
            standings_now(stores, DEFAULT_OWNER, None, VoteChoice(settings))

        def change() -> None:
            store.take_back_vote(str(rows.pop()["id"]))

        many = f"{len(rows):,} votes on {MODELS} models"
        figures = [Figure(f"{many}: counted for the first time", "ms", _ms(page))]
        figures.append(Figure("  looked at again", "ms", _ms(page)))
        figures.append(Figure("  same settings only", "ms", _ms(lambda: page("same"))))
        changed = []
        for _ in range(5):
            change()
            changed.append(_ms(page))
        figures.append(Figure("  after a vote changed", "ms", median(changed), most=300))
        return figures


def _ms(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1e3


def _rows(store: Store, count: int) -> list[dict[str, object]]:
    chance = random.Random(1)
    comparisons = [store.create_comparison({}).id for _ in range(COMPARISONS)]
    places = ((comparison, prompt) for prompt in range(1, VOTES) for comparison in comparisons)
    rows = []
    for comparison, prompt in islice(places, count):
        shown = chance.sample(range(MODELS), chance.choice([2, 2, 2, 3, 4]))
        answers = [VotedAnswer(f"p{one}", f"r{one}", f"@cf/m/{one}", "cloudflare", f"s{one}", "q") for one in shown]
        kind = chance.choice(["better"] * 7 + ["tie", "tie", "bad"])
        cast = Vote("tie", prompt, answers[0].pane if kind == "better" else None, comparison_id=comparison)
        values = {name: getattr(cast, name) for name in ("id", "comparison_id", "prompt", "pane", "name", "note", "at")}
        told = {"kind": kind, "blind": False, "answers": [answer._asdict() for answer in answers]}
        rows.append({**values, **told, "voter": store.owner.id, "owner": store.owner.id})
    return rows
