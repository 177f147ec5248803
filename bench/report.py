"""What was measured, as one table."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured of ours and of a peer in the same run; what matters is the ratio.

    `most` bounds the ratio, or, with `absolute`, our own figure; `least` bounds our own figure from below.
    """

    name: str
    unit: str
    ours: float
    peer: float | None = None
    most: float | None = None
    peer_name: str = "tutorial"
    absolute: bool = False
    least: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours by the peer's."""
        return self.ours / self.peer if self.peer else None

    @property
    def goal(self) -> str:
        """The bound in words; empty where there is none."""
        if self.least is not None:
            return f"≥ {self.least:g} {self.unit}"
        if self.most is None:
            return ""
        return f"≤ {self.most:g} {self.unit}" if self.absolute else f"ratio ≤ {self.most:g}"

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.least is not None:
            return self.ours >= self.least
        if self.most is None:
            return None
        if self.absolute:
            return self.ours <= self.most
        return self.ratio is not None and self.ratio <= self.most


HEAD = ("What", "Unit", "Ours", "Peer", "Peer is", "Ratio", "Goal", "")


def table(figures: Iterable[Figure]) -> str:
    """The figures in columns, as a Markdown table that reads well as plain text too."""
    rows = [HEAD, *map(_cells, figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join((lines[0], rule, *lines[1:]))


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        figure.unit,
        f"{figure.ours:.3g}" if figure.ours < 100 else f"{figure.ours:,.0f}",
        "" if figure.peer is None else f"{figure.peer:.3g}" if figure.peer < 100 else f"{figure.peer:,.0f}",
        "" if figure.peer is None else figure.peer_name,
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        figure.goal,
        {True: "met", False: "MISSED", None: ""}[figure.met],
    )
