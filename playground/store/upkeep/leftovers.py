"""What processes that ended left behind, whoever's it is: replies that were still coming, and unfinished batches."""

from sqlalchemy import select

from playground.owner import Owner
from playground.store.batches import LISTED, SubmittedBatch, batch_of_row
from playground.store.database.database import Database, first
from playground.store.database.experiment_tables import experiment_claims, experiments
from playground.store.database.schema import batches, replies
from playground.store.drafts import read_saved
from playground.store.experiment_claims import free_lost
from playground.store.ledger import settle_lost
from playground.store.pieces import fold
from playground.store.transfer.staging import remove_strays
from playground.store.usage import outdate


class Leftovers(Database):
    """Finds what an earlier process did not bring to its end."""

    def mark_interrupted(self) -> tuple[str, ...]:
        """Turn replies that a dead process left live into interrupted ones, with all that had come, and name them.

        What another living process receives is left alone, and so is what this one receives.
        """
        stranded = (replies.c.state == "live", replies.c.process != self.process)
        with self.read() as connection:
            if first(connection, select(replies.c.id).where(*stranded).limit(1)) is None:
                return ()
        with self.write() as connection:
            processes = connection.scalars(select(replies.c.process).where(*stranded).distinct()).all()
            dead = [process for process in processes if self.claims.gone(connection, process)]
            query = select(replies.c.id, replies.c.saved_at).where(*stranded, replies.c.process.in_(dead))
            found = connection.execute(query.order_by(replies.c.started_at).with_for_update()).all()
            outdate(connection, replies, *stranded, replies.c.process.in_(dead))
            for row in found:
                saved = read_saved(connection, row.id)
                fold(
                    connection,
                    row.id,
                    state="interrupted",
                    text=saved.text,
                    reasoning=saved.reasoning,
                    finished_at=row.saved_at,
                )
            settle_lost(connection, [row.id for row in found])
            return tuple(row.id for row in found)

    def remove_unfinished_imports(self) -> None:
        """Remove what a dead process was importing, of which nobody has seen anything."""
        remove_strays(self)

    def free_lost_cells(self) -> int:
        """Free the cells of experiments that dead processes were asking for, whoever's; returns how many.

        Each is noted as one that may have been paid for.
        """
        claims = experiment_claims.c
        query = select(claims.holder).where(claims.holder != self.process).distinct()
        with self.read() as connection:
            if first(connection, query.limit(1)) is None:
                return 0
        with self.write() as connection:
            dead = [one for one in connection.scalars(query).all() if self.claims.gone(connection, one)]
            return free_lost(connection, [claims.holder.in_(dead)]) if dead else 0

    def running_experiments(self) -> tuple[tuple[Owner, str], ...]:
        """Experiments that are running and that no living process but this one runs, by id, the oldest first."""
        query = select(experiments.c.owner, experiments.c.id, experiments.c.process)
        query = query.where(experiments.c.status == "running", experiments.c.deleted_at.is_(None))
        with self.read() as connection:
            found = connection.execute(query.order_by(experiments.c.created_at, experiments.c.id)).all()
        if not found:
            return ()
        with self.write() as connection:
            gone = {
                process: process in (None, self.process) or self.claims.gone(connection, process)
                for process in {row.process for row in found}
            }
        return tuple((Owner(row.owner), row.id) for row in found if gone[row.process])

    def unfinished_batches(self) -> tuple[tuple[Owner, SubmittedBatch], ...]:
        """Batches that are waited for, each with its owner, oldest first."""
        query = select(batches.c.owner, *LISTED).where(batches.c.status.in_(("queued", "running")))
        query = query.where(batches.c.deleted_at.is_(None))
        with self.read() as connection:
            found = connection.execute(query.order_by(batches.c.created_at, batches.c.id)).mappings()
            return tuple((Owner(row["owner"]), batch_of_row(row)) for row in found)
