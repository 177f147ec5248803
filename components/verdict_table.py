"""The verdict under the panes: a row for each metric, the best of it marked with a sign."""

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from components.answer import how_it_ended
from components.markdown import plain
from playground import figures
from playground.store import Reply
from playground.verdict import Cell, Measure, verdict

BEST = "★"


def verdict_table(names: Sequence[str], answers: Sequence[Sequence[Reply]]) -> None:
    """Names of the panes and their ended answers to the last prompt, as one table."""
    header = ["", *(plain(name) for name in names)]
    rows = [[measure.name, *(plain(said(measure, cell)) for cell in cells)] for measure, cells in verdict(answers)]
    ended = ["Finish", *(plain(_finish(replies)) for replies in answers)]
    lines = [_line(header), _line(["---", *["---:"] * len(names)]), *map(_line, rows), _line(ended)]
    with st.container(key="verdict"):
        st.markdown("\n".join(lines))
        several = any(len(replies) > 1 for replies in answers)
        spread = " Medians, with the lowest and highest in brackets." if several else ""
        st.caption(f"{BEST} best of its row. Unknown is left out and never wins.{spread}")


def said(measure: Measure, cell: Cell) -> str:
    """A cell in words: value, spread, and the sign of the best."""
    if cell.value is None:
        return "unpriced" if measure.unit == "usd" else "–"
    words = _amount(measure, cell.value, estimated=cell.estimated)
    if cell.low is not None and cell.high is not None and cell.low != cell.high:
        words += f" [{_amount(measure, cell.low)} … {_amount(measure, cell.high)}]"
    return f"{BEST} {words}" if cell.best else words


def _amount(measure: Measure, value: int | float | Decimal, *, estimated: bool = False) -> str:
    sign = "~" if estimated else ""
    match measure.unit:
        case "usd":
            return figures.usd(Decimal(value), estimated=estimated)
        case "s":
            return figures.seconds(float(value))
        case "tokens/s":
            return f"{sign}{value:.0f} tok/s"
        case _:
            return f"{sign}{value:,.0f}"


def _finish(replies: Sequence[Reply]) -> str:
    if not replies:
        return "–"
    ways = [how_it_ended(reply) or ("failed" if reply.error else "complete") for reply in replies]
    return ", ".join(f"{ways.count(way)} × {way}" if len(ways) > 1 else way for way in dict.fromkeys(ways))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
