"""Batch: many requests submitted at once, answered when the service finds time, and stored with their results."""

import streamlit as st

from components.batch import actions as batch_actions
from components.batch.form import batch_preview, batch_text
from components.batch.row import batch_row
from components.frame.page_link import page_link
from components.frame.page_title import page_title
from components.frame.process import batch_runner, chat
from components.frame.session import session, show_last_error
from components.settings.model_picker import model_picker
from components.settings.parameter_panel import parameter_panel
from playground.batch.items import batch_specs
from playground.text.markdown import plain

LOOK_EVERY_S = 2

session().page = "batch"
form = batch_actions.form()
roster, runner = chat().roster, batch_runner()
card = batch_actions.chosen_model()

page_title("Batch")
st.caption(
    "Many requests at once, for models that take asynchronous batches. The service answers when it finds time; "
    "results come here, also after a restart."
)
show_last_error()
if card is None:
    st.info("No model of the catalogue takes batches.", icon=":material/stacks:")
    st.stop()

obstacle = roster.obstacle(card)
if obstacle is not None:
    st.info(f"{plain(obstacle.message)} {plain(obstacle.hint)}", icon=":material/key:")
    page_link("connections", "Set up a connection", ":material/hub:")
model_picker(batch_actions.batch_models(), card.id, roster, batch_actions.choose_model, key="batch_model")
batch_text()
batch_preview(batch_actions.batch_draft(card), card, obstacle)

with st.sidebar:
    st.caption("For every request that does not set them itself.")
    for note in form.notes:
        st.info(plain(note), icon=":material/tune:")
    parameter_panel(
        batch_specs(card),
        form.parameters,
        batch_actions.set_parameter,
        batch_actions.reset_parameters,
        key="batch_parameters",
    )

st.markdown("## Submitted")


def submitted() -> None:
    """The batches, the newest first; redrawn periodically while any of them is waited for."""
    listed = runner.store.batches(limit=form.shown + 1)
    for batch in listed[: form.shown]:
        batch_row(batch)
    if not listed:
        st.caption("Nothing yet. Write requests above, then submit them.")
    if len(listed) > form.shown:
        st.button("Show older", key="batch_older", on_click=batch_actions.show_more)
    if waited != any(runner.is_polling(batch.id) for batch in listed):
        st.rerun()  # to begin looking every other second, or to end it


waited = any(runner.is_polling(batch.id) for batch in runner.store.batches(limit=form.shown + 1))
st.fragment(submitted, run_every=LOOK_EVERY_S if waited else None)()
