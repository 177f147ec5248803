"""Small line charts side by side, as SVG that needs nothing to be read with."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, log10

WIDTH, HEIGHT = 300, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 34, 40
COLOURS = ("#0b6e6e", "#b4541a")
DASHES = ("", "5 4")
"""Lines differ in more than their colour."""


@dataclass(frozen=True, slots=True)
class Line:
    """Points of one thing, from left to right."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart with its own height."""

    name: str
    unit: str
    lines: Sequence[Line]


def svg(panels: Sequence[Panel], *, along: str) -> str:
    """The panels from left to right, `along` under each, and what the lines are called under all."""
    width, height = WIDTH * len(panels), HEIGHT + 24
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="sans-serif" font-size="11" fill="#16201f">',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *(_panel(panel, WIDTH * at, along) for at, panel in enumerate(panels)),
            *(_key(at, line.name) for at, line in enumerate(panels[0].lines)),
            "</svg>\n",
        )
    )


def ceiling(value: float) -> float:
    """A round number that is not less: 1, 2, 2.5 or 5 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** ceil(log10(value))
    return next(power * step for step in (0.1, 0.2, 0.25, 0.5, 1) if power * step >= value)


def _panel(panel: Panel, shift: int, along: str) -> str:
    points = [point for line in panel.lines for point in line.points]
    right, high = max(x for x, _ in points), ceiling(max(y for _, y in points))

    def place(x: float, y: float) -> tuple[float, float]:
        across, up = (WIDTH - LEFT - RIGHT) * x / right, (HEIGHT - TOP - BOTTOM) * max(y, 0) / high
        return round(LEFT + across, 1), round(HEIGHT - BOTTOM - up, 1)

    drawn = [f'<text x="{LEFT}" y="18" font-weight="bold">{escape(panel.name)}, {escape(panel.unit)}</text>']
    for quarter in range(5):
        at = place(0, high * quarter / 4)[1]
        drawn += (
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at}" y2="{at}" stroke="#d5dddd"/>',
            f'<text x="{LEFT - 6}" y="{at + 4}" text-anchor="end">{high * quarter / 4:g}</text>',
        )
    for x in sorted({x for x, _ in points}):
        drawn.append(f'<text x="{place(x, 0)[0]}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{x:g}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    drawn.append(f'<text x="{middle:g}" y="{HEIGHT - 8}" text-anchor="middle" fill="#55615f">{escape(along)}</text>')
    for at, line in enumerate(panel.lines):
        placed = [place(*point) for point in line.points]
        path = " ".join(f"{x:g},{y:g}" for x, y in placed)
        drawn.append(
            f'<polyline points="{path}" fill="none" stroke="{COLOURS[at]}" stroke-width="2" '
            f'stroke-dasharray="{DASHES[at]}"/>'
        )
        drawn += (f'<circle cx="{x:g}" cy="{y:g}" r="3" fill="{COLOURS[at]}"/>' for x, y in placed)
    return f'<g transform="translate({shift} 0)">' + "".join(drawn) + "</g>"


def _key(at: int, name: str) -> str:
    x, y = LEFT + 160 * at, HEIGHT + 10
    return (
        f'<line x1="{x}" x2="{x + 30}" y1="{y}" y2="{y}" stroke="{COLOURS[at]}" stroke-width="2" '
        f'stroke-dasharray="{DASHES[at]}"/><text x="{x + 38}" y="{y + 4}">{escape(name)}</text>'
    )
