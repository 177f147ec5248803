"""Who may change budgets, and see what everybody used."""

from components.frame.process import stores, visitor
from playground.money.budget import Budget


def may_set_budgets() -> bool:
    """Whether the visitor may: an administrator where people sign in, else the one owner that there is."""
    return visitor().may_administer


def may_set(budget: Budget) -> bool:
    """Whether the visitor may set a budget: that of a connection of their own too, which they pay."""
    now = visitor()
    return may_set_budgets() or (now.may_ask and budget.scope == "own_connection" and budget.own[1] == now.owner.id)


def may_see_everybody() -> bool:
    """Whether the visitor sees what others used: an administrator does, where there are others."""
    return visitor().may_administer and bool(stores().users())
