"""One cell: what was asked, the whole answer, what each check says, and what can be done with it."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

import streamlit as st

from components.experiments import run_actions
from components.experiments.cell_difference import cell_difference
from components.experiments.matrix_table import CELL_OPENED
from components.experiments.progress import is_active
from components.frame.page_link import page_link
from components.frame.reader_zone import reader_zone
from components.frame.session import Session
from playground.conversation.setup import Setup
from playground.experiments.answer import AnswerRecord
from playground.experiments.cells import Grid
from playground.experiments.definition import Definition
from playground.experiments.named_columns import NamedColumn
from playground.experiments.rows import DataRow
from playground.money import figures
from playground.presets.template import UnfilledError, fill, template_of
from playground.sharing.setup_link import LONGEST_VALUE, link_of
from playground.store import StoredExperiment
from playground.store.experiment_records import StoredCell
from playground.text.cleaning import line
from playground.text.markdown import plain


def opened_cell(
    here: Session, experiment: StoredExperiment, columns: Sequence[NamedColumn], rows: Mapping[int, DataRow]
) -> None:
    """Draw the dialog of the cell that is open, if one is; `rows` has at least its row."""
    number = st.session_state.get(CELL_OPENED)
    if number is not None and 0 <= number < experiment.cells:
        _dialog(here, experiment, columns, rows, number)


def _close() -> None:
    st.session_state.pop(CELL_OPENED, None)


@st.dialog("Answer", width="large", on_dismiss=_close)
def _dialog(
    here: Session,
    experiment: StoredExperiment,
    columns: Sequence[NamedColumn],
    rows: Mapping[int, DataRow],
    number: int,
) -> None:
    grid = Grid(experiment.rows, len(columns), experiment.repetitions)
    place = grid.place(number)
    if experiment.repetitions > 1:
        repetition = st.segmented_control(
            "Repetition",
            range(experiment.repetitions),
            default=place.repetition,
            format_func=lambda at: str(at + 1),
            key=f"cell_repetition-{number}",
            required=True,
        )
        number += ((repetition or 0) - place.repetition) * experiment.rows * len(columns)
    found = here.chat.store.cells(experiment.id, numbers=[number])
    st.markdown(f"**{plain(columns[place.candidate].title)}**")
    row = rows.get(place.row)
    values = "" if row is None else " · ".join(f"{name}: {line(text, 200)}" for name, text in row.variables.items())
    st.caption(plain(f"Row {place.row + 1} · {values}"))
    _asked(experiment, columns[place.candidate], rows.get(place.row))
    if not found:
        st.caption("Not answered yet.")
        return
    cell = found[0]
    answer = AnswerRecord.from_json(cell.answer)
    _answer(answer)
    _checks(cell)
    st.caption(plain(" · ".join(_figures(cell, answer))))
    cell_difference(here, experiment, columns, number, answer.text)
    if not here.read_only:
        _chat_link(experiment, columns[place.candidate], rows.get(place.row))
        st.button(
            "Ask again",
            key="cell_again",
            icon=":material/refresh:",
            help="What it cost stays in the sum.",
            disabled=is_active(experiment),
            on_click=run_actions.ask_cells_again,
            args=(experiment.id, [number]),
        )


def _asked(experiment: StoredExperiment, column: NamedColumn, row: DataRow | None) -> None:
    definition = Definition.model_validate(experiment.definition)
    variant = next((one for one in definition.variants if one.name == column.variant), None)
    if variant is None or row is None:
        return
    with st.expander("What was asked", icon=":material/input:"):
        for message in variant.all_messages:
            try:
                text = fill(message.content, row.values)
            except UnfilledError:
                text = message.content
            st.caption(message.role.capitalize())
            st.code(text, language=None, wrap_lines=True)
        if column.parameters:
            st.caption(plain(", ".join(f"{name} {value}" for name, value in column.parameters.items())))
    if row.expected is not None:
        st.markdown(f"Expected: {plain(line(row.expected, 500))}")


def _chat_link(experiment: StoredExperiment, column: NamedColumn, row: DataRow | None) -> None:
    """The way to a chat that is set up as this cell, with the question in the box; where a link can hold that."""
    definition = Definition.model_validate(experiment.definition)
    variant = next((one for one in definition.variants if one.name == column.variant), None)
    if variant is None or row is None or variant.messages:
        return
    try:
        prompt, system = fill(variant.prompt, row.values), fill(template_of(variant.system_prompt), row.values)
    except UnfilledError:
        return
    setup = Setup(
        column.model,
        system_prompt=system,
        parameters=column.parameters,
        tools=variant.tools,
        response_format=variant.response_format,
    )
    link = link_of(setup)
    if link is not None and len(prompt) <= LONGEST_VALUE:
        page_link("chat", "Open in Chat", ":material/chat:", **dict(parse_qsl(link)), prompt=prompt)


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


def _checks(cell: StoredCell) -> None:
    for check in cell.checks:
        passed = check.get("passed")
        mark = "not told" if passed is None else ":green[✓ passed]" if passed else ":red[✗ failed]"
        note = f" – {plain(str(check['note']))}" if check.get("note") else ""
        score = check.get("score")
        shown = f" · {score:.2f}" if isinstance(score, int | float) else ""
        st.markdown(f"{mark} {plain(str(check.get('name')))}{shown}{note}")


def _figures(cell: StoredCell, answer: AnswerRecord) -> list[str]:
    told = [cell.outcome, *(name for name, there in (("cut", cell.cut), ("refused", cell.refused)) if there)]
    if (usage := answer.usage) is not None:
        told.append(f"{figures.tokens(usage.prompt_tokens, estimated=usage.estimated)} tokens in")
        told.append(f"{figures.tokens(usage.completion_tokens, estimated=usage.estimated)} out")
    told.append(figures.usd(answer.cost, estimated=answer.cost_estimated))
    told.append(figures.seconds(answer.seconds))
    return [*told, figures.when(cell.ended_at, reader_zone())]
