"""What went over the wire for a cell: the request, whether exactly that was sent, and what came where that is kept."""

import json

import streamlit as st

from components.frame.session import Session
from playground.answers.trace import Trace
from playground.experiments.exchanges import CellExchange, exchange_of
from playground.store import StoredExperiment
from playground.store.experiment_records import StoredCell
from playground.text.markdown import plain

_LONGEST_DRAWN = 20_000


def cell_exchange(here: Session, experiment: StoredExperiment, cell: StoredCell) -> None:
    """Draw a fold with the exchange of a cell, made when it is opened."""
    with st.expander(
        "Request and response", icon=":material/swap_vert:", on_change="rerun", key=f"cell_exchange-{cell.cell}"
    ) as box:
        if not box.open:
            return
        exchange = exchange_of(here.chat.store, here.chat.roster, experiment, cell)
        st.caption(_how_sent(exchange))
        if exchange.body is not None:
            _json_text(json.dumps(exchange.body, indent=2, ensure_ascii=False))
        if exchange.trace is None:
            st.caption(
                "What came over the wire is kept of errors; of all answers where the experiment says `exchanges: all`."
            )
            st.caption("What is kept of the answer:")
            st.json(dict(cell.answer), expanded=1)
        else:
            _received(exchange.trace, exchange.most)
        for judge in exchange.judges:
            st.caption(plain(f"What came for {judge.title}:"))
            _received(judge.trace, judge.most)
        st.download_button(
            "Download",
            lambda: json.dumps(_document(exchange), ensure_ascii=False, indent=1),
            f"cell-{cell.cell}.json",
            "application/json",
            key="cell_exchange_file",
            icon=":material/download:",
            on_click="ignore",
        )


def _how_sent(exchange: CellExchange) -> str:
    if exchange.body is None:
        return plain(f"The request cannot be made anew: {exchange.why}")
    match exchange.as_sent:
        case True:
            return ":material/check: As it was sent: made anew by the same functions, with the same hash."
        case False:
            return (
                ":material/difference: Made anew as it would be sent now. What was sent differed: the model, the "
                "connection or the app has changed since."
            )
    return "Made anew as it would be sent now; no hash of what was sent is kept."


def _received(trace: Trace, most: int) -> None:
    status = "no answer" if trace.status is None else f"status {trace.status}"
    attempts = f" · {trace.attempts} attempts, this is the last" if trace.attempts > 1 else ""
    st.code(f"{trace.method} {trace.url}", language="http", wrap_lines=True)
    st.caption(f"{status}{attempts}")
    headers = trace.headers_of_interest()
    if headers:
        st.code("\n".join(f"{name}: {value}" for name, value in headers.items()), language="http", wrap_lines=True)
    _json_text(trace.body or "(nothing came)")
    if trace.left_out:
        st.caption(f":material/content_cut: More came; at most {most:,} characters are kept.")


def _json_text(text: str) -> None:
    st.code(text[:_LONGEST_DRAWN], language="json", wrap_lines=True)
    if len(text) > _LONGEST_DRAWN:
        st.caption(f"The first {_LONGEST_DRAWN:,} of {len(text):,} characters; the download holds all.")


def _document(exchange: CellExchange) -> dict[str, object]:
    trace = exchange.trace
    return {
        "request": exchange.body,
        "as_sent": exchange.as_sent,
        "response": None if trace is None else trace.as_json(),
        "judges": [{"check": judge.title, "response": judge.trace.as_json()} for judge in exchange.judges],
    }
