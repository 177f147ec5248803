"""One cell: what was asked, the whole answer, what each check says, and what can be done with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from components.experiments import run_actions
from components.experiments.cell_difference import cell_difference
from components.experiments.cell_exchange import cell_exchange
from components.experiments.label_view import label_buttons
from components.experiments.matrix_table import CELL_OPENED, rows_found
from components.experiments.progress import is_active
from components.experiments.row_elsewhere import row_elsewhere
from components.frame.reader_zone import reader_zone
from components.frame.session import Session
from playground.experiments.answer import AnswerRecord
from playground.experiments.cells import CellPlace, Grid
from playground.experiments.definition import Definition, PromptVariant
from playground.experiments.named_columns import NamedColumn
from playground.experiments.row_elsewhere import row_questions
from playground.experiments.rows import DataRow
from playground.experiments.unsent import UnsentCells, obstacles_in_rows, unsent_cells
from playground.money import figures
from playground.money.figures import counted
from playground.presets.template import TemplateError, UnfilledError, fill
from playground.store import StoredExperiment
from playground.store.experiment_records import StoredCell
from playground.text.cleaning import line
from playground.text.markdown import plain


def opened_cell(
    here: Session,
    experiment: StoredExperiment,
    columns: Sequence[NamedColumn],
    rows_at: Callable[[Sequence[int]], Mapping[int, DataRow]],
) -> None:
    """Draw the dialog of the cell that is open, if one is; rows are read by their numbers."""
    number = st.session_state.get(CELL_OPENED)
    if number is not None and 0 <= number < experiment.cells:
        _dialog(here, experiment, columns, rows_at, number)


def _close() -> None:
    st.session_state.pop(CELL_OPENED, None)


@st.dialog("Answer", width="large", on_dismiss=_close)
def _dialog(
    here: Session,
    experiment: StoredExperiment,
    columns: Sequence[NamedColumn],
    rows_at: Callable[[Sequence[int]], Mapping[int, DataRow]],
    number: int,
) -> None:
    if st.session_state.pop(run_actions.ASKED_AGAIN, False):
        st.rerun()  # the page beneath shows how it goes, and draws this anew with the answer
    number = st.session_state.get(CELL_OPENED, number)  # a step to another row draws the dialog alone
    grid = Grid(experiment.rows, len(columns), experiment.repetitions)
    place = grid.place(number)
    key = f"cell_repetition-{number}"
    chosen = st.session_state.get(key)
    _steps(grid, place if chosen is None else replace(place, repetition=chosen))
    if experiment.repetitions > 1:
        repetition = st.segmented_control(
            "Repetition",
            range(experiment.repetitions),
            default=place.repetition,
            format_func=lambda at: str(at + 1),
            key=key,
            required=True,
        )
        number = grid.number(replace(place, repetition=repetition or 0))
    found = here.chat.store.cells(experiment.id, numbers=[number])
    column, row = columns[place.candidate], rows_at([place.row])[place.row]
    definition = Definition.model_validate(experiment.definition)
    variant = definition.variant(column.variant)
    st.markdown(f"**{plain(column.title)}**")
    values = " · ".join(f"{name}: {line(text, 200)}" for name, text in row.variables.items())
    st.caption(plain(f"Row {place.row + 1} · {values}"))
    _asked(variant, column, row)
    if row.expected is not None:
        st.markdown(f"Expected: {plain(line(row.expected, 500))}")
    if not found:
        st.caption("Not answered yet.")
        return
    cell = found[0]
    answer = AnswerRecord.from_json(cell.answer)
    _answer(answer)
    _checks(cell, row)
    st.caption(plain(" · ".join(_figures(cell, answer))))
    cell_exchange(here, experiment, cell)
    cell_difference(here, experiment, columns, grid.place(number), answer.text)
    if here.read_only:
        return
    if answer.state == "done":
        label_buttons(here, experiment, number)
    unsent = UnsentCells((number,))
    if not cell.requests:
        in_row = obstacles_in_rows(here.chat.store, experiment, [number])
        unsent = unsent_cells(here.chat.roster, experiment, [number], in_row)
        st.caption(
            "Never sent, so nothing was paid." + ("" if unsent.can_go else " Asked again it would not be either.")
        )
    st.button(
        "Ask again",
        key="cell_again",
        icon=":material/refresh:",
        help=f"Costs {_cost_told(answer)}{', and what its judges take' if experiment.judges else ''}. "
        "This answer goes, with its labels; what it cost stays in the sum.",
        disabled=is_active(experiment) or not unsent.can_go,
        on_click=run_actions.ask_cell_again,
        args=(experiment.id, number, cell.ended_at),
    )
    row_elsewhere(experiment, columns, row_questions(definition, columns, row), column.number, place.row)


def _steps(grid: Grid, place: CellPlace) -> None:
    """Lead to the rows before and after, as the matrix has them: those of its filter, in its order."""
    order = rows_found()
    if place.row not in order:
        order = range(grid.rows)
    at = order.index(place.row)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="cell_steps"):
        for name, to in (("Previous", at - 1), ("Next", at + 1)):
            there = 0 <= to < len(order)
            st.button(
                f"{name} row",
                key=f"cell_{name.lower()}",
                shortcut="Left" if to < at else "Right",
                type="tertiary",
                disabled=not there,
                on_click=_step,
                args=(grid.number(replace(place, row=order[to])) if there else 0,),
            )
        st.caption(f"{at + 1:,} of {counted(len(order), 'row')}", width="content")


def _step(number: int) -> None:
    st.session_state[CELL_OPENED] = number


def _asked(variant: PromptVariant, column: NamedColumn, row: DataRow) -> None:
    with st.expander("What was asked", icon=":material/input:"):
        try:
            messages = variant.filled(row.values)
        except UnfilledError as error:
            st.caption(plain(f"Nothing: the row has no value for {', '.join(error.names)}."))
            return
        for message in messages:
            st.caption(message.role.capitalize())
            st.code(message.text or "(empty)", language=None, wrap_lines=True)
        if column.parameters:
            st.caption(plain(", ".join(f"{name} {value}" for name, value in column.parameters.items())))


def _cost_told(answer: AnswerRecord) -> str:
    if answer.cost is not None:
        return figures.usd(answer.cost, estimated=True)
    return "what is not known, for it has no price" if answer.price is None else "what other answers of its column cost"


def _answer(answer: AnswerRecord) -> None:
    if answer.error is not None:
        st.error(f"**{plain(answer.error.message)}** {plain(answer.error.hint)}", icon=":material/error:")
    if answer.thoughts:
        with st.expander("Thoughts", icon=":material/psychology:"):
            st.code(answer.thoughts, language=None, wrap_lines=True)
    if answer.text or answer.error is None:
        st.code(answer.text or "(empty)", language=None, wrap_lines=True)
    for call in answer.tool_calls:
        st.caption(plain(f"Calls {call.name}"))
        st.code(call.arguments, language="json", wrap_lines=True)


def _checks(cell: StoredCell, row: DataRow) -> None:
    for check in cell.checks:
        passed = check.get("passed")
        mark = "not told" if passed is None else ":green[✓ passed]" if passed else ":red[✗ failed]"
        note = f" – {plain(str(check['note']))}" if check.get("note") else ""
        score = check.get("score")
        shown = f" · {score:.2f}" if isinstance(score, int | float) else ""
        st.markdown(f"{mark} {plain(_told(str(check.get('name')), row))}{shown}{note}")


def _told(name: str, row: DataRow) -> str:
    """The name of a check with the values of its row, as it was compared with them."""
    try:
        return line(fill(name, row.values), 300)
    except TemplateError:
        return line(name, 300)


def _figures(cell: StoredCell, answer: AnswerRecord) -> list[str]:
    told = [cell.outcome, *(name for name, there in (("cut", cell.cut), ("refused", cell.refused)) if there)]
    if (usage := answer.usage) is not None:
        told.append(f"{figures.tokens(usage.prompt_tokens, estimated=usage.estimated)} tokens in")
        told.append(f"{figures.tokens(usage.completion_tokens, estimated=usage.estimated)} out")
    if answer.cost is None and answer.price is not None:  # it has a price, and no answer
        told.append(f"at most {figures.usd(cell.spent)}" if cell.spent else figures.usd(cell.spent))
    else:
        told.append(figures.usd(answer.cost, estimated=answer.cost_estimated))
    told.append(figures.seconds(answer.seconds))
    return [*told, figures.when(cell.ended_at, reader_zone())]
