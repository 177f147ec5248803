"""Budgets as they are set, for all owners together."""

from datetime import datetime

from sqlalchemy import delete

from playground.money.budget import EVERY_OWNER, Budget, BudgetUse, Span, nanos
from playground.owner import Owner
from playground.store.database.database import Database, insert_into
from playground.store.database.schema import budgets
from playground.store.ledger import budget_use, read_budgets


class Budgets(Database):
    """What limits requests. Whoever calls sees to it that the visitor may."""

    def budgets(self) -> tuple[Budget, ...]:
        """All budgets that are set."""
        with self.read() as connection:
            return tuple(read_budgets(connection))

    def set_budget(self, budget: Budget) -> None:
        """Set a budget in place of the one of the same scope and subject; one without limits takes it away."""
        known = (budgets.c.scope == budget.scope, budgets.c.subject == budget.subject)
        limits = {"reply": budget.reply, "day": budget.day, "month": budget.month}
        values = {name: None if limit is None else nanos(limit) for name, limit in limits.items()}
        with self.write() as connection:
            if connection.dialect.name == "postgresql":  # what is being reserved without it is seen to its end
                connection.exec_driver_sql("LOCK TABLE budgets IN EXCLUSIVE MODE")
            if not budget.limits:
                connection.execute(delete(budgets).where(*known))
                return
            new = insert_into(budgets, connection.dialect.name).values(
                scope=budget.scope, subject=budget.subject, unpriced_allowed=budget.unpriced_allowed, **values
            )
            replaced = {name: new.excluded[name] for name in (*values, "unpriced_allowed")}
            connection.execute(new.on_conflict_do_update(index_elements=["scope", "subject"], set_=replaced))

    def all_budget_uses(self, at: datetime) -> tuple[BudgetUse, ...]:
        """How much is used of each limit on a day or month; of the budget of each owner see `budget_uses`."""
        spans: tuple[Span, ...] = ("day", "month")
        with self.read() as connection:
            return tuple(
                budget_use(connection, Owner(budget.subject), budget, span, at)
                for budget in read_budgets(connection)
                for span in spans
                if budget.limit(span) is not None and budget.subject != EVERY_OWNER
            )
