"""One row of a plan: its values, what is expected, tags, split, and checks that are its own."""

from typing import Any

import streamlit as st

from components.experiments import plan_actions
from components.experiments.check_list import checks_at
from components.experiments.plan_mistakes import mistakes_here
from components.frame.controls import control
from playground.experiments.plans import ExperimentPlan
from playground.experiments.rows import EXPECTED, OWN_FIELDS
from playground.text.labels import visible

_OPENED = "plan_row_opened"
"""In the session: the plan's row that is open, by its number, or None."""


def edit_row_button(plan: ExperimentPlan, rows: int) -> None:
    """Offer to edit one row with all that it has."""
    st.button(
        "Edit a row",
        key="row_edit",
        icon=":material/edit_note:",
        help="Its values, tags and split, and checks of its own.",
        disabled=not rows,
        on_click=_open,
    )
    if st.session_state.get(_OPENED) is not None and rows:
        _dialog(plan.name)


def _open() -> None:
    st.session_state[_OPENED] = 0


def _close() -> None:
    st.session_state.pop(_OPENED, None)


@st.dialog("Row", width="large", on_dismiss=_close)
def _dialog(name: str) -> None:
    if plan_actions.OPENED in st.session_state:
        st.rerun()  # a shipped plan has become an own one, which the page shows next
    plan = plan_actions.plans().find(name)
    rows = [] if plan is None else list((plan.draft.get("dataset") or {}).get("rows") or ())
    if plan is None or not rows:
        st.caption("There are no rows any more.")
        return
    wanted = min(int(st.session_state.get(_OPENED) or 0), len(rows) - 1)
    number = int(st.number_input(f"Row of {len(rows):,}", 1, len(rows), wanted + 1, key="row_number", width=160)) - 1
    st.session_state[_OPENED] = number
    _row(plan, number, rows[number] if isinstance(rows[number], dict) else {})


def _row(plan: ExperimentPlan, number: int, row: dict[str, Any]) -> None:
    under = row.get("variables") or {}
    for variable in [one for one in row if one not in OWN_FIELDS]:
        _text(plan, number, (variable,), visible(variable), row[variable])
    for variable, value in under.items():
        _text(plan, number, ("variables", variable), visible(variable), value)
    _text(plan, number, (EXPECTED,), "Expected", row.get(EXPECTED), may_go=True)
    with st.container(horizontal=True, gap="small"):
        tags = row.get("tags") or ()
        written = tags if isinstance(tags, str) else ", ".join(map(str, tags))
        box = control(f"row_tags-{plan.name}-{number}", written)
        st.text_input(
            "Tags",
            written,
            key=box.key,
            help="With commas between them.",
            on_change=box.changed(
                lambda text: plan_actions.set_at(plan.name, ("dataset", "rows", number, "tags"), _tags(text), ([],))
            ),
        )
        split = str(row.get("split") or "")
        at = control(f"row_split-{plan.name}-{number}", split)
        st.text_input(
            "Split",
            split,
            key=at.key,
            help="Such as train or test.",
            on_change=at.changed(
                lambda text: plan_actions.set_at(plan.name, ("dataset", "rows", number, "split"), text.strip(), ("",))
            ),
        )
    mistakes_here(plan, "dataset", "rows", number)
    st.markdown("**Checks of this row**, beside those of the experiment")
    checks_at(plan, "dataset", "rows", number, "checks")


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text.split(",") if tag.strip()]


def _text(
    plan: ExperimentPlan, number: int, place: tuple[str, ...], label: str, value: Any, *, may_go: bool = False
) -> None:
    written = "" if value is None else str(value)
    box = control(f"row_{'-'.join(place)}-{plan.name}-{number}", written)
    empty = ("",) if may_go else ()
    st.text_area(
        label,
        written,
        key=box.key,
        height=68,
        on_change=box.changed(
            lambda text: plan_actions.set_at(plan.name, ("dataset", "rows", number, *place), text, empty)
        ),
    )
