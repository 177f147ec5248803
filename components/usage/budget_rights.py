"""Who may change budgets, and see what everybody used."""

from components.frame.process import stores, visitor


def may_set_budgets() -> bool:
    """Whether the visitor may: an administrator where people sign in, else the one owner that there is."""
    return visitor().may_administer


def may_see_everybody() -> bool:
    """Whether the visitor sees what others used: an administrator does, where there are others."""
    return visitor().may_administer and bool(stores().users())
