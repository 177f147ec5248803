"""Batches in words."""

from playground.money.figures import counted


def batch_count(batches: int) -> str:
    """So many batches."""
    return f"{batches:,} batch{'' if batches == 1 else 'es'}"


def batches_told(batches: int, cells: int) -> str:
    """How many batches of how many cells the service has."""
    return f"{batch_count(batches)} of {counted(cells, 'cell')} at Workers AI"
