"""What the batch page does when somebody presses something. Each runs before the next run draws."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from components.frame.process import batch_runner, chat
from components.frame.session import shows_errors
from components.settings.parameter_values import with_parameter
from playground.batch.items import BatchDraft, InputFormat, batch_specs, read_items, submit_refusal
from playground.errors import BadRequestError
from playground.models.catalog import ModelCard
from playground.models.roster import today
from playground.parameters import clamp

SHOWN = 20


@dataclass(slots=True)
class BatchForm:
    """The model and parameters of the form; the requests are in the widgets `batch_text` and `batch_file`."""

    model: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    shown: int = SHOWN


def form() -> BatchForm:
    """This session's form."""
    if "batch_form" not in st.session_state:
        st.session_state.batch_form = BatchForm()
    found: BatchForm = st.session_state.batch_form
    return found


def batch_models() -> list[ModelCard]:
    """The models that take asynchronous batches, those that can run here first."""
    roster = chat().roster
    able = [card for card in roster.catalog if card.batch and not card.retired(today())]
    # A documented form for the items of a batch is the surest sign that a model takes them.
    return sorted(able, key=lambda card: (roster.obstacle(card) is not None, "batch" not in card.schemas))


def chosen_model() -> ModelCard | None:
    """The model of the form; None where no model takes batches."""
    known = {card.id: card for card in batch_models()}
    return known.get(form().model) or next(iter(known.values()), None)


def choose_model(card: ModelCard) -> None:
    """Use another model, with the parameters that it takes."""
    current = form()
    fitting, current.notes = clamp(current.parameters, batch_specs(card), model=card.name)
    current.model, current.parameters = card.id, dict(fitting)


def set_parameter(name: str, value: Any) -> None:
    """Set a parameter for all requests, or unset it with UNSET."""
    current = form()
    current.notes = ()
    current.parameters = with_parameter(current.parameters, name, value)


def reset_parameters() -> None:
    """Unset all parameters."""
    form().parameters.clear()
    form().notes = ()


def batch_draft(card: ModelCard) -> BatchDraft:
    """The requests of the uploaded file where there is one, else those of the text."""
    current = form()
    input_format: InputFormat = st.session_state.get("batch_writing") or "prompts"
    uploaded = st.session_state.get("batch_file")
    text = st.session_state.get("batch_text") or ""
    if uploaded is not None:
        try:
            text = uploaded.getvalue().decode("utf-8-sig")
        except UnicodeDecodeError:
            return BatchDraft(
                problems=(f"{uploaded.name} is not text in UTF-8: save it as UTF-8, then upload it again.",)
            )
    return read_items(text, input_format, card, current.parameters)


@shows_errors
def submit() -> None:
    """Submit the requests in the form; they stay there, to be changed and submitted again."""
    card = chosen_model()
    draft = None if card is None else batch_draft(card)
    if card is None or draft is None:
        return
    if draft.problems:
        raise BadRequestError("Some lines are no requests.", hint="Mend or remove them; nothing was submitted.")
    if not draft.items:
        raise BadRequestError("There is no request yet.", hint="Write at least one; nothing was submitted.")
    if (refused := submit_refusal(draft.items)) is not None:
        raise refused
    batch_runner().submit(card, draft.items)


def show_more() -> None:
    """List more of the older batches."""
    form().shown += SHOWN


@shows_errors
def act_on_batch(action: Callable[[str], object], batch_id: str) -> None:
    """Carry out an action on one batch."""
    action(batch_id)
