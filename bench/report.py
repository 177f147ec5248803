"""What was measured, as one table."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured of ours, and of a peer in the same run.

    Goals: `ratio` is the most of ours by the peer's, `least_ratio` the least; `most` and `least` bound our own.
    """

    name: str
    unit: str
    ours: float
    peer: float | None = None
    peer_name: str = ""
    ratio: float | None = None
    most: float | None = None
    least: float | None = None
    least_ratio: float | None = None

    @property
    def by_peer(self) -> float | None:
        """Ours by the peer's."""
        return self.ours / self.peer if self.peer else None

    @property
    def goal(self) -> str:
        """The bounds in words; empty where there are none."""
        bounds = (
            ("≤", self.ratio, "×"),
            ("≥", self.least_ratio, "×"),
            ("≤", self.most, self.unit),
            ("≥", self.least, self.unit),
        )
        return ", ".join(f"{sign} {bound:g} {unit}" for sign, bound, unit in bounds if bound is not None)

    @property
    def met(self) -> bool | None:
        """Whether the goals are reached; None where there are none."""
        if not self.goal:
            return None
        return (
            (self.ratio is None or (self.by_peer is not None and self.by_peer <= self.ratio))
            and (self.least_ratio is None or (self.by_peer is not None and self.by_peer >= self.least_ratio))
            and (self.most is None or self.ours <= self.most)
            and (self.least is None or self.ours >= self.least)
        )


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
        _number(figure.ours),
        "" if figure.peer is None else _number(figure.peer),
        "" if figure.peer is None else figure.peer_name,
        "" if figure.by_peer is None else f"{figure.by_peer:.2f}",
        figure.goal,
        {True: "met", False: "MISSED", None: ""}[figure.met],
    )


def _number(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"
