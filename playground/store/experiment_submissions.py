"""Batches of an experiment that are at a service: who asks for their results, whichever process sent them.

A batch and the claims of its cells are written before it leaves, `ExperimentCells.claim_cells`. That the service took
it is written once that is known: from then on the claims stay until there are results, whatever becomes of the process.
It is forgotten with the last of its claims.
"""

from sqlalchemy import func, select, update

from playground.store.database.experiment_tables import experiment_claims, experiment_submissions, experiments
from playground.store.experiment_again import ExperimentsAskedAgain
from playground.store.experiment_records import Submission, SubmittedCell


class ExperimentSubmissions(ExperimentsAskedAgain):
    """The batches of a store's experiments. Raises StoreError."""

    def note_taken(self, experiment_id: str, submission_id: str, request_id: str) -> None:
        """Note that a service took a batch, and what it calls it; without effect where there is none any more."""
        submissions = experiment_submissions.c
        own = select(experiments.c.id).where(experiments.c.id == experiment_id, self._is_own(experiments))
        known = (submissions.id == submission_id, submissions.experiment_id == own.scalar_subquery())
        with self._write() as connection:
            connection.execute(update(experiment_submissions).where(*known).values(request_id=request_id))

    def submissions(self, experiment_id: str) -> tuple[Submission, ...]:
        """The batches of an experiment that are on their way, or at a service, in the order in which they were sent."""
        submissions, claims = experiment_submissions.c, experiment_claims.c
        ours = (claims.experiment_id == experiment_id, claims.submission_id.is_not(None))
        left = select(claims.submission_id, func.count().label("cells")).where(*ours).group_by(claims.submission_id)
        counted = left.subquery()
        query = select(experiment_submissions, counted.c.cells).select_from(experiment_submissions).join(experiments)
        query = query.join(counted, counted.c.submission_id == submissions.id)
        query = query.where(*self._known(experiment_id)).order_by(submissions.sent_at, submissions.id)
        with self._read() as connection:
            return tuple(
                Submission(row.id, row.connection, row.model, row.request_id, row.size, row.cells, row.sent_at)
                for row in connection.execute(query)
            )

    def submitted_cells(self, experiment_id: str, submission_id: str) -> tuple[SubmittedCell, ...]:
        """The cells of a batch that are still on their way, by their places."""
        claims = experiment_claims.c
        query = select(claims.place, claims.cell, claims.ticket).select_from(experiment_claims).join(experiments)
        query = query.where(*self._known(experiment_id), claims.submission_id == submission_id).order_by(claims.place)
        with self._read() as connection:
            return tuple(SubmittedCell(*row) for row in connection.execute(query))
