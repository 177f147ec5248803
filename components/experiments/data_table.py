"""The rows of a plan, as a table to type in, to paste and to upload."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from components.experiments import plan_actions
from components.experiments.import_notes import keep_notes
from components.experiments.plan_mistakes import mistakes_here
from components.experiments.row_dialog import edit_row_button
from components.experiments.rows_from_chat import rows_from_chat
from components.frame.session import shows_errors
from playground.experiments.plans import ExperimentPlan, PlanError
from playground.experiments.reading.tables import read_rows
from playground.experiments.rows import EXPECTED
from playground.experiments.variables import remove_variable, rename_variable, variables_of
from playground.importing import UnreadableError
from playground.text.labels import visible
from playground.text.markdown import plain

MOST_EDITED = 1_000
"""Rows that are edited in the table; more are shown, and replaced by a file."""
_KEPT = ("variables", "checks", "tags")
"""What a row has beside text; the table leaves it as it is."""


def data_table(plan: ExperimentPlan) -> None:
    """Edit the rows."""
    dataset = plan.draft.get("dataset") or {}
    rows: list[dict[str, Any]] = list(dataset.get("rows") or ())
    columns = _columns(rows)
    shown = pd.DataFrame([{name: _written(row.get(name)) for name in columns} for row in rows], columns=columns)
    if len(rows) > MOST_EDITED:
        st.dataframe(shown, height=300, hide_index=True)
        st.caption(
            f"{len(rows):,} rows, more than the {MOST_EDITED:,} that are edited here. Change them elsewhere, and "
            "put the file or the table in their place."
        )
    else:
        _edited(plan, rows, shown)
    mistakes_here(plan, "dataset")
    with st.container(horizontal=True, gap="small", key="rows_more"):
        if len(rows) <= MOST_EDITED:
            with st.popover("Add a column", icon=":material/add_column_right:"):
                key = f"column_name-{plan.name}"
                st.text_input("Name of the variable", key=key, max_chars=80, on_change=_add_column, args=(plan, key))
            _column_changes(plan)
        with st.popover("Upload a file", icon=":material/upload_file:"):
            st.file_uploader(
                "CSV, JSON Lines or Parquet, in place of these rows",
                type=["csv", "tsv", "jsonl", "ndjson", "json", "parquet"],
                key=f"rows_file-{plan.name}",
                max_upload_size=50,
                on_change=_upload,
                args=(plan,),
            )
        with st.popover("Paste a table", icon=":material/content_paste:"):
            key = f"rows_pasted-{plan.name}"
            st.text_area(
                "From a spreadsheet, with names in its first line; in place of these rows",
                key=key,
                height=160,
                on_change=_paste,
                args=(plan, key),
            )
        rows_from_chat(plan)
        edit_row_button(plan, len(rows))


def _written(value: Any) -> str:
    return "" if value is None else str(value)


def _column_changes(plan: ExperimentPlan) -> None:
    names = variables_of(dict(plan.draft))
    with st.popover("Change a column", icon=":material/edit:", disabled=not names):
        chosen = st.selectbox("Column", names, key=f"column_chosen-{plan.name}", format_func=visible)
        if chosen is None:
            return
        key = f"column_renamed-{plan.name}"
        st.text_input(
            "Rename it",
            key=key,
            max_chars=80,
            placeholder=chosen,
            help="In prompts and checks too.",
            on_change=_rename_column,
            args=(plan, chosen, key),
        )
        st.button(
            f"Remove {plain(chosen)}",
            key="column_remove",
            icon=":material/delete:",
            type="tertiary",
            on_click=plan_actions.change,
            args=(plan.name, partial(remove_variable, name=chosen)),
        )


def _rename_column(plan: ExperimentPlan, old: str, key: str) -> None:
    new = st.session_state[key].strip()
    st.session_state[key] = ""
    if new:
        plan_actions.change(plan.name, lambda draft: rename_variable(draft, old, new))


def _columns(rows: list[dict[str, Any]]) -> list[str]:
    names = dict.fromkeys(name for row in rows for name in row if name not in _KEPT)
    names.pop(EXPECTED, None)
    split = [] if "split" not in names else ["split"]
    names.pop("split", None)
    return [*names, EXPECTED, *split]


def _edited(plan: ExperimentPlan, rows: list[dict[str, Any]], shown: pd.DataFrame) -> None:
    # Streamlit begins anew when it is given other rows: it keeps those of before, and its own changes to them.
    name = f"rows_base-{plan.name}"
    base, made, begun = st.session_state.get(name, (None, None, rows))
    if base is None or made != rows:
        base, begun = shown, rows
        st.session_state[f"rows_turn-{plan.name}"] = st.session_state.get(f"rows_turn-{plan.name}", 0) + 1
    edited = st.data_editor(
        base,
        key=f"rows-{plan.name}-{st.session_state[f'rows_turn-{plan.name}']}",
        num_rows="dynamic",
        hide_index=True,
        height=min(38 + 35 * (len(base) + 2), 420),
        column_config={column: st.column_config.TextColumn(column, default="") for column in base.columns},
    )
    st.caption("An empty cell is sent as an empty text. A row that is added here counts once something is in it.")
    made = _as_rows(edited, begun)
    st.session_state[name] = (base, made, begun)
    if made != rows:
        plan_actions.set_at(plan.name, ("dataset",), {**(plan.draft.get("dataset") or {}), "rows": made})
        st.rerun()


def _as_rows(edited: pd.DataFrame, begun: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the table; what it does not show of a row it began with stays with that row.

    A cell that is empty as it was is no value where there was none. A new row without a word is none: somebody is
    about to write it, or has left it.
    """
    found: list[dict[str, Any]] = []
    for number, record in edited.fillna("").astype(str).to_dict("index").items():
        row: dict[str, Any] = {str(name): value for name, value in record.items()}
        is_new = not 0 <= int(str(number)) < len(begun)
        if is_new and not any(map(str.strip, row.values())):
            continue
        old = {} if is_new else begun[int(str(number))]
        for name in [name for name, value in row.items() if not value]:
            if name in (EXPECTED, "split") or (not is_new and old.get(name) is None):
                del row[name]
        found.append(row | {name: old[name] for name in _KEPT if name in old})
    return found


def _replace_rows(plan: ExperimentPlan, content: bytes, name: str) -> None:
    try:
        read = read_rows(content, name)
    except UnreadableError as error:
        raise PlanError("These rows cannot be read.", hint=str(error)) from None
    rows = [row.model_dump(mode="json") for row in read.rows]
    kept = {key: value for key, value in (plan.draft.get("dataset") or {}).items() if key not in ("rows", "file")}
    plan_actions.set_at(plan.name, ("dataset",), {**kept, "rows": rows})
    keep_notes(st.session_state.get(plan_actions.OPENED, plan.name), read.notes)


@shows_errors
def _upload(plan: ExperimentPlan) -> None:
    uploaded = st.session_state.get(f"rows_file-{plan.name}")
    if uploaded is not None:
        _replace_rows(plan, uploaded.getvalue(), uploaded.name)


@shows_errors
def _paste(plan: ExperimentPlan, key: str) -> None:
    if (text := st.session_state[key]).strip():
        _replace_rows(plan, text.encode(), "pasted")  # where that fails the text stays
        st.session_state[key] = ""


@shows_errors
def _add_column(plan: ExperimentPlan, key: str) -> None:
    name = st.session_state[key].strip()
    st.session_state[key] = ""
    if not name:
        return
    rows = [{name: "", **row} for row in (plan.draft.get("dataset") or {}).get("rows") or [{}]]
    plan_actions.set_at(plan.name, ("dataset", "rows"), rows)
