"""One batch that was submitted: its state, its buttons, and its results."""

from typing import Literal

import streamlit as st

from components.batch import actions
from components.frame.process import batch_runner, called
from components.frame.reader_zone import reader_zone
from playground import metering
from playground.batch import results as batch_results
from playground.money import figures
from playground.store import BatchState, Outcome, StoreError, SubmittedBatch
from playground.text.markdown import plain

_BADGES: dict[BatchState, tuple[str, str, Literal["gray", "blue", "green", "red"]]] = {
    "queued": ("queued", ":material/schedule:", "gray"),
    "running": ("running", ":material/play_circle:", "blue"),
    "done": ("done", ":material/check_circle:", "green"),
    "failed": ("failed", ":material/error:", "red"),
    "abandoned": ("not waited for", ":material/pause_circle:", "gray"),
}
ANSWER_SHOWN = 2_000


def batch_row(batch: SubmittedBatch) -> None:
    """Draw a batch."""
    label, icon, colour = _BADGES[batch.status]
    if batch.request_id is None and batch.status == "queued":
        label, icon = "being submitted", ":material/upload:"
    with st.container(border=True, key=f"batch-{batch.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(label, icon=icon, color=colour)
            st.markdown(f"**{plain(called(batch.model))}**", width="content")
            st.caption(plain(_summary(batch)), width="content")
            st.space("stretch")
            _buttons(batch)
        _errors(batch)
        if batch.status == "done":
            with st.expander("Results", icon=":material/table:", key=f"results-{batch.id}", on_change="rerun") as box:
                if box.open:
                    _results(batch)


def _summary(batch: SubmittedBatch) -> str:
    parts = [figures.counted(batch.size, "request")]
    if batch.failed:
        parts.append(f"{batch.failed:,} failed")
    return " · ".join((*parts, figures.when(batch.created_at, reader_zone())))


def _buttons(batch: SubmittedBatch) -> None:
    runner = batch_runner()
    waiting = runner.is_polling(batch.id)
    if waiting and batch.status in ("queued", "running"):
        submitted = batch.request_id is not None
        _button("Stop waiting" if submitted else "Cancel", "stop", ":material/stop:", runner.stop_polling, batch.id)
    elif batch.request_id is not None and batch.status != "done":
        _button("Ask again", "again", ":material/refresh:", runner.poll_again, batch.id)
    elif batch.request_id is None and batch.status in ("failed", "abandoned"):
        _button("Submit again", "resend", ":material/send:", runner.submit_again, batch.id)
    with st.popover("", icon=":material/delete:", type="tertiary", help="Delete", key=f"batch-bin-{batch.id}"):
        st.caption("The requests and results are removed here for good. The service is not told.")
        _button("Delete this batch", "delete", ":material/delete:", runner.delete, batch.id)


def _button(label: str, verb: str, icon: str, action: object, batch_id: str) -> None:
    st.button(label, key=f"batch-{verb}-{batch_id}", icon=icon, on_click=actions.act_on_batch, args=(action, batch_id))


def _errors(batch: SubmittedBatch) -> None:
    error = batch_runner().last_error(batch.id)
    if error is not None:
        next_step = "It is asked after again in a moment." if batch_runner().is_polling(batch.id) else ""
        st.warning(f"**{plain(error.message)}** {plain(error.hint)} {next_step}", icon=":material/warning:")
    if batch.error is not None:
        st.error(f"**{plain(batch.error.message)}** {plain(batch.error.hint)}", icon=":material/error:")
    if batch.status == "abandoned" and batch.request_id is not None:
        st.caption("The service goes on with it. Ask again for its results whenever you like.")


def _results(batch: SubmittedBatch) -> None:
    """A table of outcomes, what they took, and both downloads."""
    # Takes a third of a second, and no other page needs it.
    import pandas as pd

    store = batch_runner().store
    try:
        items, outcomes = store.batch_items(batch.id), store.batch_outcomes(batch.id)
    except StoreError as error:
        st.error(f"**{plain(error.message)}** {plain(error.hint)}", icon=":material/error:")
        return
    charge = batch_results.batch_charge(batch, outcomes)
    if charge is None or charge.usage is None:
        st.caption("The service did not say what these requests used.")
    else:
        used = charge.usage
        sign = "~" if used.estimated else ""
        spent = figures.usd(charge.cost, estimated=charge.estimated) + (" billed" if charge.billed else "")
        st.caption(plain(f"{sign}{used.prompt_tokens:,} in · {sign}{used.completion_tokens:,} out · {spent}"))
    rows = batch_results.rows(items, outcomes, batch.price)
    table = pd.DataFrame(
        [
            {
                **row,
                "ok": "ok" if row["ok"] else "failed",
                "answer": row["answer"][:ANSWER_SHOWN],
                "USD": _usd(outcome, batch),
            }
            for row, outcome in zip(rows, outcomes, strict=True)
        ],
        columns=list(batch_results.COLUMNS),
    ).dropna(axis="columns", how="all")
    if batch.failed and st.toggle("Failed ones only", key=f"failed-{batch.id}"):
        table = table[table["ok"] == "failed"]
    st.dataframe(table, hide_index=True, key=f"table-{batch.id}")
    name = f"batch-{batch.created_at:%Y%m%d-%H%M%S}"
    with st.container(horizontal=True):
        st.download_button(
            "JSON lines",
            lambda: batch_results.as_jsonl(batch, items, outcomes),
            f"{name}.jsonl",
            "application/jsonl",
            key=f"jsonl-{batch.id}",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "CSV",
            lambda: "\ufeff" + batch_results.as_csv(batch, items, outcomes),
            f"{name}.csv",
            "text/csv",
            key=f"csv-{batch.id}",
            icon=":material/download:",
            on_click="ignore",
        )


def _usd(outcome: Outcome, batch: SubmittedBatch) -> str | None:
    used = outcome.usage
    amount = None if used is None else metering.cost(used, batch.price)
    if used is None or amount is None:
        return None
    return figures.usd(amount, estimated=metering.cost_is_estimated(used, batch.price))
