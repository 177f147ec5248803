"""The judges of an experiment: which of them are to be asked about which cells, with what, and what they come to.

Each request to a judge is a unit of its own, with a number: twice that of its check, and one more for the second order
of a pair.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from playground.answers.recording import cap
from playground.conversation.requests import effective_setup, new_request
from playground.conversation.setup import Setup
from playground.conversation.upper_bound import most_of
from playground.errors import BadRequestError, ProviderError
from playground.experiments.answer import AnswerRecord
from playground.experiments.candidates import Candidate, chosen_card
from playground.experiments.cells import CellPlace, Grid
from playground.experiments.checks.check import Asked, Check, CheckResult, asked_checks
from playground.experiments.checks.judge_prompts import LONGEST_JUDGED, judge_parameters, judge_requests
from playground.experiments.checks.judge_verdicts import judged
from playground.experiments.checks.judging import ModelChoice, PairwiseCheck
from playground.experiments.checks.meaning import EmbeddingChoice
from playground.experiments.checks.seen import UntoldError
from playground.experiments.definition import Definition, KeptExchanges
from playground.experiments.embedding_models import embedding_card
from playground.experiments.engine.column import AskedColumn, requests_a_minute
from playground.experiments.engine.rows_at_hand import RowsAtHand
from playground.experiments.rows import DataRow
from playground.experiments.scoring import cell_outcome, cell_score
from playground.messages import ChatRequest, Message
from playground.models.catalog import ModelCard
from playground.models.roster import Roster
from playground.money.budget import Most
from playground.providers import Connection
from playground.providers.workers_ai import EMBEDDINGS_PER_MINUTE
from playground.store import Store, StoredCell, Verdict

_ORDERS = 2
_CHARS_OF_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class JudgeSeat:
    """A model that judges, at its connection."""

    card: ModelCard
    connection: Connection
    setup: Setup
    embeds: bool = False
    """It makes vectors of two texts, and says no words."""

    @classmethod
    def of(cls, choice: ModelChoice | EmbeddingChoice, roster: Roster) -> "JudgeSeat":
        """The seat of a chosen model. Raises ProviderError."""
        if isinstance(choice, EmbeddingChoice):
            card = embedding_card(choice, roster)
            return cls(card, roster.connection(card), Setup(card.id), embeds=True)
        card = chosen_card(choice, roster)
        setup, _ = effective_setup(Setup(card.id, parameters=judge_parameters(choice)), card)
        return cls(card, roster.connection(card), setup)

    def request(self, messages: Sequence[Message]) -> ChatRequest:
        """The request with messages; those without words are left out."""
        if self.embeds:
            return ChatRequest(self.card.wire_id, messages=tuple(messages))
        request, _ = new_request([message for message in messages if message.text], self.setup, self.card, None)
        return request

    def longest_answer(self, request: ChatRequest) -> int | None:
        """The tokens that a verdict has at most; None where nothing says so."""
        return 0 if self.embeds else cap(request, self.card)

    @property
    def per_minute(self) -> int | None:
        """Requests of the model that its connection takes in a minute; None where no limit is known."""
        if self.embeds:
            return self.connection.requests_per_minute or (EMBEDDINGS_PER_MINUTE if self.card.hosted else None)
        return requests_a_minute(self.card, self.connection)

    def most(self, request: ChatRequest) -> Most:
        """The most that a request costs."""
        if self.embeds:
            request = replace(request, parameters={"max_tokens": 1})  # it answers no tokens at all
        return most_of(self.card, request, self.connection)


@dataclass(frozen=True, slots=True)
class JudgeRequest:
    """What a judge is to be asked; one that cannot be asked says why in `error`."""

    seat: JudgeSeat
    request: ChatRequest
    error: ProviderError | None = None
    about: tuple[tuple[int, datetime], ...] = ()
    """The cells whose answers it is told, each with when that had ended."""


class Judges:
    """The judges of one run. Not for an event loop: rows and answers are read from the database."""

    def __init__(
        self, store: Store, experiment_id: str, definition: Definition, grid: Grid, rows: RowsAtHand, roster: Roster
    ) -> None:
        self._store, self._experiment_id = store, experiment_id
        self._definition, self._grid, self._rows, self._roster = definition, grid, rows, roster
        self._seats: dict[str, JudgeSeat] = {}

    @property
    def keeps(self) -> KeptExchanges:
        """Of which answers all that came over the wire is kept."""
        return self._definition.exchanges

    def seat(self, check: Asked) -> JudgeSeat:
        """Who judges by a check. Raises ProviderError."""
        choice = judge_of(check, self._definition)
        key = choice.model_dump_json()
        if key not in self._seats:
            self._seats[key] = JudgeSeat.of(choice, self._roster)
        return self._seats[key]

    def seat_of(self, cell: int, unit: int) -> JudgeSeat:
        """Who judges a cell as a unit. Raises ProviderError."""
        return self.seat(self._check(self._row(cell), unit))

    def units(self, cell: int) -> tuple[int, ...]:
        """The units that judge a cell."""
        checks = self._definition.checks_of(self._row(cell))
        return tuple(unit for number, check in asked_checks(checks) for unit in units_of(number, check))

    def most(self, cell: int, column: AskedColumn, request: ChatRequest) -> Decimal:
        """About what the verdicts about an answer to a request cost at most, in USD; what has no bound is left out.

        The answer is not there yet: it is taken to be as long as it may get.
        """
        row, length = self._row(cell), (cap(request, column.card) or 0) * _CHARS_OF_A_TOKEN
        answer = AnswerRecord(text="x" * min(length, LONGEST_JUDGED))
        total = Decimal(0)
        for _, check in asked_checks(self._definition.checks_of(row)):
            try:
                told = judge_requests(check, request.messages, row, answer, answer)
            except UntoldError:
                continue
            seat = self.seat(check)
            total += sum((seat.most(seat.request(messages)).amount or Decimal(0) for messages in told), Decimal(0))
        return total

    def due(
        self, columns: Sequence[AskedColumn], *, most: int, cells: range, needs: Callable[[int], bool]
    ) -> list[tuple[int, int]]:
        """Units that are to be asked about some of these `cells`; a pair waits until both answers are there.

        `needs` says whether a cell is to be asked: a pair does not wait for one that is not.
        """
        found: list[tuple[int, int]] = []
        start = cells.start
        while len(found) < most:
            judging = self._store.judging_cells(self._experiment_id, start=start, end=cells.stop, most=most)
            for cell, asked in judging:
                for unit in self.units(cell.cell):
                    check = self._check(self._row(cell.cell), unit)
                    if unit not in asked and not self._waits_for_other(columns, cell.cell, check, needs):
                        found.append((cell.cell, unit))
            if len(judging) < most:
                break
            start = judging[-1][0].cell + 1
        return found

    def request(self, columns: Sequence[AskedColumn], cell: int, unit: int) -> JudgeRequest:
        """What a unit asks about a cell."""
        row, place = self._row(cell), self._grid.place(cell)
        check = self._check(row, unit)
        seat = self.seat(check)
        answers = {
            one.cell: one for one in self._store.cells(self._experiment_id, numbers=self._cells(columns, cell, check))
        }
        about = tuple((one.cell, one.ended_at) for one in answers.values())
        try:
            question = columns[place.candidate].request(row.values).messages
            other_number = self._other(columns, cell, check)
            other = None if other_number is None else answers.get(other_number)
            asked = judge_requests(
                check,
                question,
                row,
                AnswerRecord.from_json(answers[cell].answer),
                None if other is None else AnswerRecord.from_json(other.answer),
            )
        except UntoldError as error:
            return JudgeRequest(seat, ChatRequest(seat.card.wire_id), BadRequestError(f"{error}.", hint=""), about)
        except KeyError:
            gone = BadRequestError("The answer is no longer there.", hint="")
            return JudgeRequest(seat, ChatRequest(seat.card.wire_id), gone)
        return JudgeRequest(seat, seat.request(asked[unit % _ORDERS if len(asked) > 1 else 0]), about=about)

    def read_rows(self, cells: Sequence[int]) -> None:
        """Have the rows of cells at hand, so that a verdict does not read them."""
        for cell in cells:
            self._row(cell)

    def verdict(self, cell: StoredCell, answers: Mapping[int, Mapping[str, Any]]) -> Verdict | None:
        """What a cell comes to from what its judges answered; None as long as one is missing."""
        checks = self._definition.checks_of(self._row(cell.cell))
        results = [CheckResult(**dict(packed)) for packed in cell.checks]
        for number, check in asked_checks(checks):
            units = units_of(number, check)
            if not answers.keys() >= set(units):
                return None
            results.append(judged(number, check, [AnswerRecord.from_json(answers[unit]) for unit in units]))
        results.sort(key=lambda result: result.number)
        record = AnswerRecord.from_json(cell.answer)
        return Verdict(cell_outcome(record, results), cell_score(record, results), [asdict(one) for one in results])

    def _row(self, cell: int) -> DataRow:
        return self._rows.row(self._grid.place(cell).row)

    def _check(self, row: DataRow, unit: int) -> Asked:
        check = self._definition.checks_of(row)[unit // _ORDERS]
        assert isinstance(check, Asked)
        return check

    def _cells(self, columns: Sequence[AskedColumn], cell: int, check: Asked) -> list[int]:
        other = self._other(columns, cell, check)
        return [cell] if other is None else [cell, other]

    def _other(self, columns: Sequence[AskedColumn], cell: int, check: Asked) -> int | None:
        """The cell that a pair's other answer is of; None where there is none."""
        if not isinstance(check, PairwiseCheck):
            return None
        place = self._grid.place(cell)
        other = opponent(columns, columns[place.candidate], check)
        if other is None:
            return None
        return self._grid.number(CellPlace(place.repetition, place.row, other.candidate.number))

    def _waits_for_other(
        self, columns: Sequence[AskedColumn], cell: int, check: Asked, needs: Callable[[int], bool]
    ) -> bool:
        other = self._other(columns, cell, check)
        if other is None or self._store.cells(self._experiment_id, numbers=[other]):
            return False
        on_its_way = not self._store.missing_cells(self._experiment_id, start=other, end=other + 1)
        return on_its_way or needs(other)


def judge_of(check: Asked, definition: Definition) -> ModelChoice | EmbeddingChoice:
    """Who is to judge by a check."""
    choice = check.model or definition.judge
    assert choice is not None, "a definition has a judge where a check needs one"
    return choice


def judge_title(checks: Sequence[Check], unit: int) -> str:
    """What a unit is called: its check of these, and of a pair which order; one that is of a row alone has no name."""
    number, order = divmod(unit, _ORDERS)
    if number >= len(checks):
        return "a check of its row"
    check = checks[number]
    return f"{check.called}, order {order + 1}" if isinstance(check, PairwiseCheck) else check.called


def opponent(columns: Sequence[AskedColumn], column: AskedColumn, check: PairwiseCheck) -> AskedColumn | None:
    """The column that a pair's other answer is of: the same model in the same setting; None where there is none."""
    return next((other for other in columns if is_opponent(other.candidate, column.candidate, check)), None)


def is_opponent(other: Candidate, own: Candidate, check: PairwiseCheck) -> bool:
    """Whether a pair's other answer is of that candidate."""
    alike = (other.model, other.connection, other.setting) == (own.model, own.connection, own.setting)
    return alike and other.variant == check.against and other.number != own.number


def units_of(number: int, check: Asked) -> tuple[int, ...]:
    """The units of the check of a number."""
    first = number * _ORDERS
    return (first, first + 1) if isinstance(check, PairwiseCheck) else (first,)
